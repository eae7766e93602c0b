"""What every kind of factor does: find, set, verify, undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab.experiments.factors import DEFAULT, KINDS, DesignError, Factor, FactorKind
from tests.experiments.second_kinds import Bench, FileContent

ALL = {**KINDS, "file": FileContent("etc/tuned")}


@pytest.fixture(params=sorted(ALL))
def kind(request: pytest.FixtureRequest) -> FactorKind:
    return ALL[request.param]


def files(bench: Bench) -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(bench.root.rglob("*")) if path.is_file()}


def test_a_name_is_checked(kind: FactorKind) -> None:
    kind.check_name("tuned")
    with pytest.raises(DesignError, match="cannot be the name"):
        kind.check_name("not a name")


def test_the_default_adds_nothing(kind: FactorKind) -> None:
    process = kind.process("tuned", DEFAULT)
    assert not process.environment
    assert not process.arguments


def test_a_level_reaches_the_process_or_the_node(kind: FactorKind) -> None:
    process = kind.process("tuned", "9")
    assert bool(process.environment or process.arguments) != kind.changes_node


@pytest.mark.parametrize("before", [None, "", "old\ncontent\n"])
def test_what_was_there_comes_back(kind: FactorKind, tmp_path: Path, before: str | None) -> None:
    bench = Bench(tmp_path, "node1")
    if before is not None:
        (bench.root / "etc/tuned").write_text(before)
    node, there = bench.transport(), files(bench)
    found = json.loads(json.dumps(kind.find("tuned", node)))
    for level in ("9", "x y'$(z)"):
        kind.set("tuned", level, node)
        assert kind.verify("tuned", node) == (level if kind.changes_node else "")
        assert (files(bench) != there) == kind.changes_node
    kind.undo("tuned", found, node)
    assert files(bench) == there
    kind.undo("tuned", found, node)
    assert files(bench) == there


def test_a_kind_of_ones_own_and_one_that_is_not_known() -> None:
    with pytest.raises(DesignError, match=r"'file' is not known[\s\S]*environment or argument"):
        Factor("tuned", ["default", "9"], "file")
    with KINDS.added("file", FileContent("etc/tuned")):
        assert Factor("tuned", ["default", "9"], "file").of_kind.changes_node
        with pytest.raises(DesignError, match="known already"):
            KINDS.add("file", FileContent("x"))
    assert "file" not in KINDS
