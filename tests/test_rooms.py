"""The rooms import downwards only: the table is tests/rooms.toml, the picture docs/architecture.md."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "sidus_lab"
RULES: dict[str, Any] = tomllib.loads((ROOT / "tests" / "rooms.toml").read_text())


@dataclass(frozen=True)
class Import:
    """One imported module name, absolute, and the line it stands on."""

    name: str
    line: int


def allowed_rooms(rules: dict[str, Any], room: str) -> set[str]:
    """Return the rooms that `room` may import, with the table's groups spelled out."""
    open_names, found = list(rules["rooms"][room]), {room}
    while open_names:
        name = open_names.pop()
        if name in rules["groups"]:
            open_names += rules["groups"][name]
        else:
            assert name in rules["rooms"], f"rooms.toml: {name} is neither a room nor a group"
            found.add(name)
    return found


def imports_of(source: str, module: str, is_package: bool) -> Iterator[Import]:
    """Yield all imports of a module: at its top, inside functions, under TYPE_CHECKING, and by import_module("...").

    `from sidus_lab import x` counts as an import of `sidus_lab.x`; relative names are made absolute.
    """
    base = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = base[: len(base) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Import(f"{name}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            word = node.args[0]
            if called in ("import_module", "__import__") and isinstance(word, ast.Constant):
                yield Import(str(word.value), node.lineno)


def room_of(name: str, rooms: dict[str, Any]) -> str:
    """Return the room of a module of the package; a plain name of the package itself belongs to its face."""
    parts = name.split(".")
    if len(parts) == 1:
        return "__init__"
    return parts[1] if parts[1] in rooms else "__init__"


def faults(source: str, path: str, rules: dict[str, Any]) -> list[str]:
    """Return what is wrong with one module, given its text and its path below the repository; [] when nothing is."""
    parts = list(Path(path).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    if is_package:
        parts.pop()
    room = "__init__" if len(parts) == 1 else parts[1]
    if room not in rules["rooms"]:
        return [f"{path}: no such room in tests/rooms.toml and docs/architecture.md: {room}"]
    found = []
    lines = source.count("\n")
    if lines > rules["limit"]:
        found.append(f"{path}: {lines} lines, more than {rules['limit']}: split it by its ideas")
    allowed = allowed_rooms(rules, room)
    plain = rules["standard_library_only"].get(room)
    if plain:
        try:
            ast.parse(source, feature_version=tuple(map(int, plain.split("."))))
        except SyntaxError as error:
            found.append(f"{path}:{error.lineno}: is not Python {plain}")
    for imported in imports_of(source, ".".join(parts), is_package):
        top = imported.name.split(".")[0]
        where = f"{path}:{imported.line}"
        if top == PACKAGE:
            target = room_of(imported.name, rules["rooms"])
            if target not in allowed:
                found.append(f"{where}: {room} may not import {target} ({imported.name})")
        elif plain and top not in {room, *sys.stdlib_module_names}:  # packed, it is `sidusctl` itself
            found.append(f"{where}: {room} imports nothing but the standard library, and this is {top}")
        elif room not in rules["libraries"].get(top, [room]):
            found.append(f"{where}: only {', '.join(rules['libraries'][top])} may import {top}")
    return found


def modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / PACKAGE).rglob("*.py"))


@pytest.mark.parametrize("path", modules())
def test_module_keeps_to_its_room(path: str) -> None:
    assert faults((ROOT / path).read_text(), path, RULES) == []


def test_the_table_has_no_circle() -> None:
    """Downwards has a meaning only when no two rooms import each other; the lazy public face stands apart."""
    below = {room: allowed_rooms(RULES, room) - {room, "__init__"} for room in RULES["rooms"] if room != "__init__"}
    while below:
        bottom = {room for room, others in below.items() if not others & below.keys()}
        assert bottom, f"rooms that import each other: {sorted(below)}"
        below = {room: others for room, others in below.items() if room not in bottom}


def test_every_room_of_the_table_is_named_in_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for room in RULES["rooms"]:
        if room not in ("__init__", "__main__"):
            assert f"{room}.py" in text or f"{room}/" in text, room


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("ssh/connection.py", "from sidus_lab.sidus import Lab", "ssh may not import sidus"),
        ("ssh/connection.py", "def f():\n    from ..panels import nodes", "ssh may not import panels"),
        ("ssh/connection.py", "if TYPE_CHECKING:\n    import sidus_lab.cli", "ssh may not import cli"),
        ("ssh/__init__.py", "from .. import panels", "ssh may not import panels"),
        ("ssh/__init__.py", "importlib.import_module('sidus_lab.panels')", "ssh may not import panels"),
        ("analysis/noise.py", "from sidus_lab import figures", "analysis may not import figures"),
        ("analysis/noise.py", "import sidus_lab as sl", "analysis may not import __init__"),
        ("sidus/lab.py", "import paramiko.client", "only ssh may import paramiko"),
        ("sidus/lab.py", "from ipywidgets import HTML", "only panels may import ipywidgets"),
        ("sidusctl/image.py", "import yaml", "standard library"),
        ("sidusctl/image.py", "from sidus_lab.errors import SidusError", "sidusctl may not import errors"),
        ("sidusctl/image.py", "match x:\n    case 1: pass", "is not Python 3.9"),
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
        ("sidusctl/image.py", "import json\nfrom . import files\nfrom .files import write"),
        ("panels/nodes.py", "import ipywidgets\nfrom ..sidus import Lab"),
    ],
)
def test_the_checker_lets_the_honest_pass(path: str, source: str) -> None:
    assert faults(source, f"{PACKAGE}/{path}", RULES) == []
