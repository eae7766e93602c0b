"""The rooms and wings import downwards only, and only what they say: the table is tests/rooms.toml."""

from __future__ import annotations

from pathlib import Path

import house
import house_measure
import pytest
from house_rules import FACE, PACKAGE, arrows, circles, entered, faults, unused

ROOT = Path(__file__).resolve().parent.parent
RULES = house.read_rules((ROOT / "tests" / "rooms.toml").read_text())


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / PACKAGE).rglob("*.py"))


@pytest.mark.parametrize("path", modules())
def test_module_keeps_to_its_room(path: str) -> None:
    assert faults((ROOT / path).read_text(), path, RULES) == []


def test_the_table_has_no_circle() -> None:
    """Downwards has a meaning only when no two rooms import each other; the lazy public face stands apart."""
    assert circles({room: others for room, others in RULES.rooms.items() if room != FACE}) == []
    for room, wings in RULES.wings.items():
        assert circles(wings) == [], room


def test_no_wall_permits_what_nobody_needs() -> None:
    """Take out of tests/rooms.toml what is named here."""
    rooms, wings = arrows(house.sources(), RULES)
    assert unused(RULES.rooms, rooms) == []
    assert unused(RULES.doors, entered(house.sources(), RULES)) == []
    for room, walls in RULES.wings.items():
        assert unused(walls, wings[room], f"{room}/") == []


def test_every_place_of_the_table_is_there_and_is_described() -> None:
    for room in RULES.rooms:
        assert (ROOT / PACKAGE / room).is_dir() or (ROOT / PACKAGE / f"{room}.py").exists(), room
        assert RULES.about.get(room), f"say in [about] of tests/rooms.toml what {room} is"
    for room, wings in RULES.wings.items():
        for wing in wings:
            assert (ROOT / PACKAGE / room / wing).is_dir() or (ROOT / PACKAGE / room / f"{wing}.py").exists(), wing


def test_every_module_has_a_test_of_its_name() -> None:
    """Write tests/<room>/test_<module>.py, or name in [tested_by] of tests/rooms.toml the test that tries it."""
    assert house_measure.without_test(house.sources(), ROOT / "tests", RULES.tested_by) == []


def test_no_module_is_said_to_be_tested_elsewhere_that_is_not() -> None:
    """Take out of [tested_by] what is named here: it is gone, or has a test of its own name by now."""
    needless = []
    for module, test in RULES.tested_by.items():
        place = Path(module)
        own = ROOT / "tests" / place.parent / f"test_{place.stem.lstrip('_')}.py"
        if not (ROOT / PACKAGE / module).exists() or not (ROOT / "tests" / test).exists() or own.exists():
            needless.append(module)
    assert needless == []


def test_the_page_shows_the_table() -> None:
    """When this fails: .venv/bin/python scripts/house.py"""
    page = house.PAGE.read_text()
    assert house.with_rooms(page, RULES) == page


def test_circles_are_found() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": []}) == [{"a", "b", "c"}]
    assert circles({"a": ["b", "a"], "b": []}) == []


def test_what_nobody_uses_is_found() -> None:
    assert unused({"a": ["b", "c"]}, {"a": {"b"}}, "r/") == ["r/a -> r/c"]


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("ssh/connection.py", "from sidus_lab.sidus import Lab", "ssh may not import sidus"),
        ("ssh/connection.py", "def f():\n    from ..panels import nodes", "ssh may not import panels"),
        ("ssh/connection.py", "if TYPE_CHECKING:\n    import sidus_lab.cli", "ssh may not import cli"),
        ("ssh/__init__.py", "from .. import panels", "ssh may not import panels"),
        ("ssh/__init__.py", "importlib.import_module('sidus_lab.panels')", "ssh may not import panels"),
        ("analysis/values.py", "from sidus_lab import figures", "analysis may not import figures"),
        ("analysis/values.py", "import sidus_lab as sl", "analysis may not import __init__"),
        (
            "analysis/values.py",
            "from sidus_lab.analysis.say import time",
            "analysis/values may not import analysis/say",
        ),
        ("analysis/attic.py", "", "no such wing of analysis"),
        ("sidusctl/power/ipmi.py", "from ..node import inventory", "sidusctl/power may not import sidusctl/node"),
        ("sidus/lab.py", "from sidus_lab.sidusctl.image.store import Store", "sidusctl/image is no door of sidusctl"),
        ("sidusctl/job/jobs.py", "from ..image.store import Store", "sidusctl/job may not import sidusctl/image"),
        ("sidus/lab.py", "import paramiko.client", "only ssh may import paramiko"),
        ("sidus/lab.py", "from ipywidgets import HTML", "only panels may import ipywidgets"),
        ("sidusctl/image/store.py", "import yaml", "standard library"),
        ("sidusctl/image/store.py", "from sidus_lab.errors import SidusError", "sidusctl may not import errors"),
        ("sidusctl/image/store.py", "match x:\n    case 1: pass", "is not Python 3.9"),
        ("actions.py", "x = 1\n" * 401, "401 lines"),
        ("attic.py", "", "no such room"),
    ],
)
def test_the_checker_finds_an_offender(path: str, source: str, fault: str) -> None:
    found = faults(source, f"{PACKAGE}/{path}", RULES)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("ssh/connection.py", "import paramiko\nfrom sidus_lab.transport import Result\nfrom . import keys"),
        ("sidusctl/image/store.py", "import json\nfrom .. import files\nfrom ..files import write"),
        ("panels/nodes.py", "import ipywidgets\nfrom ..sidus import Lab"),
    ],
)
def test_the_checker_lets_the_honest_pass(path: str, source: str) -> None:
    assert faults(source, f"{PACKAGE}/{path}", RULES) == []
