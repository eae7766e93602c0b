"""Factors that change a machine: set, recorded as the machine says, and brought back, even after a kill."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.experiments import Design, Factor, Run, RunError, run
from sidus_lab.experiments.engines import KINDS as ENGINES
from sidus_lab.experiments.factors import KINDS as FACTORS
from sidus_lab.experiments.records import with_metrics
from sidus_lab.experiments.workloads import KINDS as WORKLOADS
from tests.experiments.second_kinds import Bench, FileContent, Local, Shell, shell
from tests.experiments.test_boots import LIMIT, killed

LEVELS = ["default", "9", "12"]


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    with (
        ENGINES.added("local", Local),
        FACTORS.added("file", FileContent("etc/tuned")),
        WORKLOADS.added("shell", Shell),
    ):
        yield


@pytest.fixture
def benches(tmp_path: Path) -> list[Bench]:
    made = [Bench(tmp_path / "benches", name) for name in ("node1", "node2")]
    (made[1].root / "etc/tuned").write_text("old")
    return made


def tuned(bench: Bench) -> str | None:
    file = bench.root / "etc/tuned"
    return file.read_text() if file.exists() else None


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def design(**more: int) -> Design:
    return Design([Factor("tuned", LEVELS, "file")], repetitions=3, seed=3, **more)


def test_levels_are_set_and_brought_back(benches: list[Bench], tmp_path: Path) -> None:
    done = run(design(aa=1), shell(), benches, tmp_path / "run", engine="local").result(LIMIT)
    assert done.done == done.planned
    table = with_metrics(done.records())
    for level, part in table.groupby("tuned"):
        for node, untouched, seen in (("node1", "untuned\n", "none"), ("node2", "old", "old")):
            rows = part[part["node"] == node]
            assert set(rows["result_hash"]) == {digest(untouched if level == "default" else str(level))}
            assert set(rows["observed:tuned"]) == {seen if level == "default" else level}
    assert [tuned(bench) for bench in benches] == [None, "old"]
    assert done.owed == []


def test_a_session_killed_while_something_was_set(benches: list[Bench], tmp_path: Path) -> None:
    """What was found is on the disk before it was changed; the next contact brings it back, and then goes on."""
    journal = tmp_path / "run" / "records.jsonl"
    killed(
        tmp_path,
        "file",
        lambda: journal.exists() and tuned(benches[0]) in LEVELS and tuned(benches[1]) in LEVELS,
    )
    run_ = Run(tmp_path / "run")
    assert {debt.node: debt.found for debt in run_.owed} == {"node1": "none", "node2": "is old"}
    assert "owed: node1: tuned, node2: tuned" in repr(run_)
    with pytest.raises(RunError, match="node2"):
        Run.resume(tmp_path / "run", benches[:1])
    done = Run.resume(tmp_path / "run", benches).result(LIMIT)
    assert done.done == done.planned
    assert [tuned(bench) for bench in benches] == [None, "old"]
    assert done.owed == []


def test_a_debt_is_paid_though_nothing_is_left_to_measure(benches: list[Bench], tmp_path: Path) -> None:
    """As after a kill between the last execution and the end."""
    done = run(design(aa=0), shell(), benches, tmp_path / "run", engine="local").result(LIMIT)
    with (tmp_path / "run" / "owed.jsonl").open("a") as file:
        file.write('{"node": "node2", "what": "factor", "name": "tuned", "found": "is old", "state": "owed"}\n')
    (benches[1].root / "etc/tuned").write_text("12")
    assert done.owed
    assert Run.resume(tmp_path / "run", benches).result(LIMIT).owed == []
    assert tuned(benches[1]) == "old"


def test_a_setting_that_fails_costs_its_own_rows_alone(benches: list[Bench], tmp_path: Path) -> None:
    (benches[0].root / "etc/tuned").mkdir()  # a folder where the file should be
    done = run(design(aa=0), shell(), benches, tmp_path / "run", engine="local").result(LIMIT)
    table = done.records()
    failed = table[table["status"] == "failed"]
    assert set(failed["node"]) == {"node1"}
    assert failed["message"].str.contains("could not be set").all()
    assert (table[table["node"] == "node2"]["status"] == "ok").all()


def test_a_node_that_is_gone_at_the_end_stays_owed(benches: list[Bench], tmp_path: Path) -> None:
    text = "cat etc/tuned 2>/dev/null || echo untuned; if [ -e etc/tuned ] && grep -q 12 etc/tuned; then touch off; fi"
    action = run(design(aa=0), shell(text), benches[:1], tmp_path / "run", engine="local", patience=0.0)
    done = action.result(LIMIT)
    assert [debt.name for debt in done.owed] == ["tuned"]
    assert any("node1 is owed its tuned back" in line for line in action.lines)
    assert tuned(benches[0]) == "12"
    (benches[0].root / "off").unlink()
    Run.resume(tmp_path / "run", benches[:1], patience=0.0).result(LIMIT)
    assert '"state": "paid"' in (tmp_path / "run" / "owed.jsonl").read_text(), "the first contact paid"


def test_with_boots_nothing_stays_set_over_a_restart(benches: list[Bench], tmp_path: Path) -> None:
    done = run(design(aa=2, boots=3), shell(), benches, tmp_path / "run", engine="local").result(LIMIT)
    assert done.done == done.planned
    table = with_metrics(done.records())
    forced = table[table["tuned"] != "default"]
    assert (forced["observed:tuned"] == forced["tuned"]).all()
    assert [tuned(bench) for bench in benches] == [None, "old"]
