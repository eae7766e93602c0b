"""What is measured of the house, on small houses of the test's own."""

from __future__ import annotations

from pathlib import Path

import house
import house_measure as measure
import pytest

RULES = house.read_rules("""
limit = 400
aim = 300
[rooms]
a = ["b"]
b = []
[wings.b]
x = ["y"]
y = ["x"]
""")


def test_any_is_found_where_others_see_it() -> None:
    source = """
from typing import Any
_kept: Any = 1
def one(x: Any) -> int: ...
def two(*rest: list[Any]) -> int: ...
async def three() -> "dict[str, Any]": ...
def _four(x: Any) -> Any: ...
def five(x: object) -> int: ...
class Six:
    field: Any
    _own: Any
    def method(self) -> typing.Any: ...
    def _own_too(self) -> Any: ...
class _Seven:
    def method(self) -> Any: ...
"""
    found = [one.partition(":")[2] for one in measure.any_in_public(source, "sidus_lab/a.py")]
    assert found == ["one", "two", "three", "Six.field", "Six.method"]


def test_a_module_without_a_test_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "test_seen.py").touch()
    code = "def f(): ...\n"
    sources = {
        "sidus_lab/a/seen.py": code,
        "sidus_lab/a/unseen.py": code,
        "sidus_lab/a/table.py": "X = 1\n",
        "sidus_lab/a/__init__.py": code,
        "sidus_lab/top.py": code,
    }
    assert measure.without_test(sources, tmp_path, {}) == ["sidus_lab/a/unseen.py", "sidus_lab/top.py"]
    assert measure.without_test(sources, tmp_path, {"top.py": "a/test_seen.py"}) == ["sidus_lab/a/unseen.py"]
    assert len(measure.without_test(sources, tmp_path, {"top.py": "a/test_gone.py"})) == 2


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("sidus_lab/sidus/lab.py", 'x = server.call("node", "list")["nodes"]', ["sidus_lab/sidus/lab.py"]),
        ("sidus_lab/sidus/lab.py", 'x = answers.nodes(server.call("node", "list"))', []),
        ("sidus_lab/sidus/answers/nodes.py", "from sidus_lab.sidusctl import shapes", ["sidus_lab/sidus/answers"]),
        ("sidus_lab/panels/model.py", "from sidus_lab.sidusctl.shapes import Job", ["sidus_lab/panels/model.py"]),
        ("sidus_lab/sidusctl/cli.py", "from . import shapes", []),
    ],
)
def test_who_reads_the_servers_json(path: str, source: str, found: list[str]) -> None:
    assert measure.raw_json({path: source}) == found


def test_the_table_counts_what_is_wrong(tmp_path: Path) -> None:
    sources = {
        "sidus_lab/a.py": "x = 1\n" * 301,
        "sidus_lab/b/x.py": "from sidus_lab.b import y\nfrom sidus_lab import a",
        "sidus_lab/b/y.py": "from sidus_lab.b import x",
    }
    rows = dict(line.split(" | ")[:2] for line in measure.table(sources, RULES, tmp_path, "1.0").splitlines()[2:])
    assert rows["| imports that the table does not allow"] == "1"
    assert rows["| circles between rooms or wings"] == "1"
    assert rows["| permissions that nobody uses"] == "1"
    assert rows["| files over 300 lines"] == "1"


def test_the_page_needs_its_marks() -> None:
    page = "before\n<!-- house: rooms -->\nold\n<!-- /house -->\nafter\n"
    assert house.replaced(page, "rooms", "new") == "before\n<!-- house: rooms -->\nnew\n<!-- /house -->\nafter\n"
    with pytest.raises(ValueError, match="wings"):
        house.replaced(page, "wings", "new")
