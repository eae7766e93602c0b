"""The bench of worlds with known truth: its generator is right, its count can fail, and the verdict passes it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.liars import bits, keep, page, score
from benchmarks.liars.model import ar1, runs, states
from benchmarks.liars.reading import Said, contradictions, read
from benchmarks.liars.world import WORLDS, World, proof, truth
from sidus_lab.analysis.sentence import Sentence, Verdict


def test_there_are_enough_worlds_and_cases() -> None:
    assert len([w for w in WORLDS.values() if w.call == "table"]) >= 60
    assert len(WORLDS) >= 100
    cases = bits.all_cases()
    assert len(cases) >= 200
    assert len({case.name for case in cases}) == len(cases)


def test_the_generator_is_not_the_one_of_the_package() -> None:
    names = [name for name in sys.modules if name.startswith("benchmarks.liars")]
    assert len(names) > 10
    for name in names:
        assert not [
            value for value in vars(sys.modules[name]).values() if "simulat" in getattr(value, "__module__", "")
        ]


def test_the_same_number_gives_the_same_table() -> None:
    for name, world in WORLDS.items():
        one, two, other = world.case(3), world.case(3), world.case(4)
        pd.testing.assert_frame_equal(one.frame, two.frame)
        assert not one.frame.equals(other.frame), name


def test_noise_correlates_as_it_should() -> None:
    random = np.random.default_rng(1)
    groups = np.repeat(np.arange(400), 50)
    values = ar1(groups, 0.7, random).reshape(400, 50)
    assert np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1] == pytest.approx(0.7, abs=0.02)
    assert values.std() == pytest.approx(1, abs=0.03)
    lasting = states(groups, 8, random).reshape(400, 50)
    assert set(np.unique(lasting)) == {0, 1}
    assert (lasting[:, 1:] != lasting[:, :-1]).mean() == pytest.approx(1 / 8, abs=0.01)


def test_runs_come_in_the_order_that_is_named() -> None:
    random = np.random.default_rng(2)
    one = runs(random, nodes=3, repeats=4, boots=2, order="node by node")
    assert (np.diff(one.node) >= 0).all()
    assert len(np.unique(one.boot)) == 6
    rounds = runs(random, nodes=3, repeats=4)
    assert all(set(rounds.node[i : i + 3]) == {0, 1, 2} for i in range(0, 12, 3))
    levels = runs(random, nodes=3, repeats=2, per_boot={"image": 2}, order="level by level")
    assert (np.diff(levels.levels["image"]) >= 0).all()
    beside = runs(random, nodes=3, repeats=4, order="side by side")
    assert (np.bincount(beside.node, weights=beside.time == 0) == 1).all()
    assert (runs(random, nodes=2, repeats=3, boots=2).repeat < 3).all()


def _said(**values: object) -> tuple[Said, ...]:
    return (Said(**{"claim": "nodes", "ticked": True, "cause": "hardware", **values}),)  # type: ignore[arg-type]


def test_a_lie_is_counted() -> None:
    nothing = truth()
    assert score.lies(_said(), nothing) == ["nodes", "cause:hardware"]
    assert score.lies(_said(cause=""), truth("nodes")) == []
    assert score.lies(_said(ticked=False), nothing) == []
    assert score.lies(_said(claim="alike", cause=""), truth(lies="alike")) == ["alike"]
    assert score.lies(_said(claim="odd", cause="", names=frozenset({"node1"})), truth(odd=("node1",))) == []
    assert score.lies(_said(claim="odd", cause="", names=frozenset({"node2"})), truth(odd=("node1",))) == ["odd"]
    assert "absurd" in score.lies(_said(absurd=True), truth("nodes", causes="hardware"))


def test_sentences_are_read_as_they_are_meant() -> None:
    sentences = (
        Sentence(
            "nodes", "42 %. The nodes differ: the cause is the machine.", cause="hardware", unit="share of variance"
        ),
        Sentence("nodes", "The nodes differ in this session.", unit="share of variance"),
        Sentence("repeats", "No effect, so the repeats may be taken as alike.", cause="none"),
        Sentence("repeats", "y falls by 51 % an hour while measuring"),
        Sentence("cause", "node: no effect of the hardware is shown", passed=False),
        Sentence("bits", "solve: the same bits on all 3 nodes.", cause="none", subject="solve"),
    )
    said = read(Verdict(sentences, pd.DataFrame()))
    assert [item.claim for item in said] == ["nodes", "nodes-here", "alike", "drift", "swap.node", "bits"]
    assert said[-1].bits == {"same"}
    assert len(contradictions(said)) == 2


def test_results_written_by_hand_become_records() -> None:
    case = bits.bit_case("x", {"n1@b1": "a-!", "n1#i2%v2+P=on": "b"}, "same", proof="partial")
    frame = case.frame()
    assert case.factors == ["P"]
    assert frame["result_hash"].tolist()[0] == "aaaaaaaa"
    assert frame["status"].tolist() == ["ok", "ok", "failed", "ok"]
    assert frame.iloc[3][["root_hash", "code_hash", "P"]].tolist() == ["i2", "v2", "on"]
    assert case.ask()["proof"]["nodes"] == []


def test_targets_can_be_missed() -> None:
    tally = score.Tally("x", True, tables=400, false=10)
    assert page.missed(tally, {}) == []
    assert "false" in page.missed(score.Tally("x", True, tables=400, false=21), {})
    assert "false" in page.missed(score.Tally("x", True, tables=25, false=6), {})
    assert "cause" in page.missed(score.Tally("x", True, tables=400, causes_false=5), {})
    assert "against itself" in page.missed(score.Tally("x", True, tables=400, against_itself=1), {})
    tally = score.Tally("x", True, tables=4, right=[0, 1], covered={"nodes": [300, 400]})
    assert page.missed(tally, {"x": 0b1111}) == ["power", "coverage"]
    assert page.kept(tally, {"x": 0b1011}) == (2, 3)


def test_counts_are_kept_and_only_what_is_asked_for_is_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def one(world: World, tables: int) -> score.Tally:
        counted.append(world.name)
        return score.Tally(
            world.name, world.honest, tables, covered={"nodes": [1, 2]}, right=[0], lies=Counter({"drift": 2})
        )

    monkeypatch.setattr(score, "count", one)
    path = tmp_path / "counts.json"
    first = list(keep.kept_run(path, 2, (), 1))
    assert [tally.world for tally in first] == list(WORLDS) == counted
    counted.clear()
    again = list(keep.kept_run(path, 2, ("coins",), 1))
    assert again == first
    assert counted == [name for name in WORLDS if "coins" in name]
    assert len(list(keep.kept_run(path, 3, (), 1))) == len(WORLDS)  # another number of tables: all anew


def test_proof_covers_every_node() -> None:
    assert proof(pd.DataFrame({"node": ["b", "a", "b"]}))["nodes"] == ["a", "b"]


QUICK = 10
"""Tables of each world here; what the whole bench counts is in docs/benchmarks.md."""


UNSEEN = "three nodes differ, five repeats"
"""Fifteen runs of one boot each cannot show that they are independent: what is lost here is the price of that."""


@pytest.fixture(scope="module")
def tallies() -> list[score.Tally]:
    return list(score.run(QUICK))


@pytest.mark.slow
def test_no_world_fools_the_verdict(tallies: list[score.Tally]) -> None:
    """The seeds are fixed, so these are counts: a test at 5 % may be wrong in a table or two of ten."""
    fooled = {tally.world: (tally.false, dict(tally.lies)) for tally in tallies if tally.false > 3}
    assert fooled == {}
    assert sum(tally.false for tally in tallies) <= 0.05 * QUICK * len(tallies)


@pytest.mark.slow
def test_hardly_any_cause_is_wrong(tallies: list[score.Tally]) -> None:
    blamed = {tally.world: (tally.causes_false, dict(tally.lies)) for tally in tallies if tally.causes_false > 1}
    assert blamed == {}
    assert sum(tally.causes_false for tally in tallies) <= 0.01 * QUICK * len(tallies)


@pytest.mark.slow
def test_no_verdict_contradicts_itself(tallies: list[score.Tally]) -> None:
    assert [tally.world for tally in tallies if tally.against_itself] == []


@pytest.mark.slow
def test_power_is_not_thrown_away(tallies: list[score.Tally]) -> None:
    before = page.old()
    assert len(before) > 10
    counts = [page.kept(tally, before) for tally in tallies if tally.honest and tally.world != UNSEEN]
    kept, of = (sum(pair[i] for pair in counts if pair) for i in (0, 1))
    assert of > 100
    # So few tables know the rate to a few percent only; docs/benchmarks.md has each world's.
    assert score.upper(kept, of) >= page.POWER
    assert kept >= 0.9 * of


def test_no_case_about_bits_is_judged_wrong() -> None:
    said = score.count_bits()
    assert said.cases >= 200
    assert (said.false, said.causes_false, said.missed, said.against_itself) == ({}, {}, {}, {})
