"""The bench of faults: a few rounds of each kind hold, and its counts can fail."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.faults import __main__ as bench
from benchmarks.faults import clients, cuts, full_disks, inputs, kills, small, tampering
from benchmarks.faults.small import Small, State, left_over, look
from benchmarks.faults.tally import Tally
from tests.labs import missing

PROGRAMS = ("ostree", "mksquashfs", "veritysetup", "unshare")
pytestmark = pytest.mark.skipif(bool(missing(*PROGRAMS)), reason=missing(*PROGRAMS) or "-")


def silent(_line: str) -> None:
    pass


@pytest.mark.slow
@pytest.mark.parametrize(
    "few",
    [
        lambda: kills.run(5, seed=5, say=silent),
        lambda: full_disks.run(2, seed=5, say=silent),
        lambda: inputs.run(40, 5, seed=5, say=silent),
        lambda: clients.run(1, seed=5, say=silent),
        lambda: cuts.run(2, seed=5, say=silent),
        lambda: tampering.run(tampering.QUICK, say=silent),
    ],
    ids=list(bench.SECTIONS),
)
def test_a_few_rounds_hold(few: Callable[[], Tally]) -> None:
    found = few()
    assert found.rows
    assert found.failed == 0, found.text()


def test_what_is_lost_is_seen() -> None:
    before = State({"a": "x", "b": ""}, frozenset({"v"}), frozenset({"p"}))
    assert kills.lost(before, before, "node add c") == []
    after = State({"a": "y"}, frozenset(), frozenset())
    assert len(kills.lost(before, after, "node add c")) == 4
    assert kills.lost(before, State({"a": "x"}, before.versions, before.published), "node remove b") == []


def test_what_is_damaged_or_left_over_is_seen(tmp_path: Path) -> None:
    site = Small(tmp_path / "site", tmp_path / "programs").prepare()
    try:
        site.init()
        assert look(site)[1] == []
        assert left_over(site) == []
        (site.root / "jobs" / "20260101-000000-00ff").mkdir()
        assert any("job list" in each for each in look(site)[1])
        (site.root / "tmp" / "rest").mkdir()
        assert any("tmp/rest" in each for each in left_over(site))
    finally:
        site.remove()


def test_an_answer_with_two_ends_or_none_is_a_fault() -> None:
    end = {"event": "result", "value": 1}
    assert inputs._fault(small.Said([end], 0)) == []
    assert inputs._fault(small.Said([end, end], 0))
    assert inputs._fault(small.Said([{"event": "error", "code": "internal"}], 1))


def test_mutations_change_something_and_are_the_same_for_the_same_number() -> None:
    text = b'{"name": "x", "suite": "bookworm"}'
    one = [inputs.mutate(text, random.Random(number)) for number in range(50)]
    assert one == [inputs.mutate(text, random.Random(number)) for number in range(50)]
    assert sum(each != text for each in one) > 40


def test_a_row_counts_and_keeps_the_first_words() -> None:
    tally = Tally("x")
    for number in range(9):
        tally["row"].count([f"wrong {number}"] if number % 2 else [])
    assert (tally["row"].tries, tally["row"].failed, tally.failed) == (9, 4, 4)
    assert "wrong 1" in tally.text()
