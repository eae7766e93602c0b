"""Designs: complete blocks in random order, A/A first, the same for a seed, clear errors."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.experiments.design import MAX_EXECUTIONS, Design, DesignError, Factor

TWO = {"OPENBLAS_CORETYPE": ["default", "Nehalem"]}


@given(
    levels=st.lists(st.integers(1, 4), max_size=3),
    blocks=st.integers(1, 4),
    each=st.integers(1, 3),
    aa=st.integers(0, 4),
    seed=st.integers(0, 2**32),
)
def test_blocks_are_complete_and_the_order_is_whole(
    levels: list[int], blocks: int, each: int, aa: int, seed: int
) -> None:
    factors = {f"F{i}": [f"l{j}" for j in range(count)] for i, count in enumerate(levels)}
    design = Design(factors, repetitions=blocks * each, blocks=blocks, aa=aa, seed=seed)
    plan = design.executions("node1")
    assert [e.order for e in plan] == list(range(design.executions_per_node))
    first, main = plan[: 2 * aa], plan[2 * aa :]
    assert {e.phase for e in first} <= {"aa"}
    assert {e.phase for e in main} == {"main"}
    for pair in range(aa):
        assert sorted(e.aa for e in first if e.block == pair) == ["A", "A'"]
    assert all(e.levels == design.combinations()[0] for e in first)
    cells = Counter((e.block, tuple(e.levels.values())) for e in main)
    assert set(cells.values()) == {each}
    assert len(cells) == blocks * design.combinations_count
    assert [e.block for e in main] == sorted(e.block for e in main)
    repeats = Counter((e.repetition, tuple(e.levels.values())) for e in main)
    assert set(repeats.values()) == {1}


def test_the_order_is_pinned() -> None:
    """The same on every machine and in every version: a stored seed must give the order that was run."""
    plan = Design(TWO, repetitions=4, blocks=2, aa=3, seed=7).executions("node1")
    assert "".join(e.aa or e.levels["OPENBLAS_CORETYPE"][0] for e in plan) == "AA'AA'AA'ddNNNddN"


def test_nodes_and_seeds_have_orders_of_their_own() -> None:
    design = Design(TWO, repetitions=20, seed=1)
    assert design.executions("node1") == design.executions("node1")
    assert design.executions("node1") != design.executions("node2")
    assert design.executions("node1") != Design(TWO, repetitions=20, seed=2).executions("node1")


def test_both_orders_come_about_equally_often() -> None:
    """Random, not only mixed: over 400 blocks of two, either level is first in 40 to 60 % (7e-5 to miss by chance)."""
    plan = Design(TWO, repetitions=400, aa=0, seed=3).executions("node1")
    first = sum(e.levels["OPENBLAS_CORETYPE"] == "default" for e in plan[::2])
    assert 160 < first < 240


def test_a_seed_is_drawn_and_kept() -> None:
    designs = [Design(TWO) for _ in range(4)]
    assert len({design.seed for design in designs}) == 4
    for design in designs:
        again = Design.from_dict(json.loads(json.dumps(design.to_dict())))
        assert again == design
        assert again.executions("n") == design.executions("n")


def test_kinds_and_baselines_survive() -> None:
    design = Design([Factor("n", ["1", "2"], "argument"), Factor("V", ["x", "default"])], seed=5)
    again = Design.from_dict(design.to_dict())
    assert [(f.name, f.kind, f.baseline) for f in again.factors] == [
        ("n", "argument", "1"),
        ("V", "environment", "default"),
    ]
    assert again.executions("node1")[0].levels == {"n": "1", "V": "default"}


def test_no_factor_at_all() -> None:
    plan = Design(repetitions=2, aa=1, seed=1).executions("node1")
    assert [dict(e.levels) for e in plan] == [{}] * 4


@pytest.mark.parametrize(
    ("factors", "more", "words"),
    [
        ({"V": []}, {}, "no levels"),
        ({"V": "default"}, {}, "one text"),
        ({"V": ["a", "b", "a"]}, {}, "'a' twice"),
        ({"V": ["a", ""]}, {}, "empty"),
        ({"V": ["a "]}, {}, "space"),
        ({"V": ["a\nb"]}, {}, "lines"),
        ({"V": [1, 2]}, {}, "not a text"),
        ({"A B": ["a"]}, {}, "cannot be the name"),
        ({"A=B": ["a"]}, {}, "cannot be the name"),
        ({"1A": ["a"]}, {}, "cannot be the name"),
        ({"": ["a"]}, {}, "cannot be the name"),
        ({"node": ["a"]}, {}, "column of that name"),
        ([Factor("V", ["a"]), Factor("V", ["b"])], {}, "given twice"),
        (TWO, {"repetitions": 0}, "at least one repetition"),
        (TWO, {"aa": -1}, "negative"),
        (TWO, {"repetitions": 5, "blocks": 2}, "complete blocks"),
        (TWO, {"repetitions": 2.5}, "whole number"),
        (TWO, {"seed": "x"}, "whole number"),
        (TWO, {"repetitions": MAX_EXECUTIONS}, "20,008 executions"),
        ({f"F{i}": [str(j) for j in range(10)] for i in range(9)}, {}, "combinations"),
    ],
)
def test_bad_designs(factors: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(DesignError, match=words):
        Design(factors, **more)


def test_a_kind_that_is_not_known() -> None:
    with pytest.raises(DesignError, match="kind"):
        Factor("V", ["a"], "kernel")  # type: ignore[arg-type]


@pytest.mark.parametrize("plain", [{}, {"factors": [{"name": "V"}]}, {"factors": 3}])
def test_what_is_not_a_stored_design(plain: dict[str, Any]) -> None:
    with pytest.raises(DesignError, match="not a stored design"):
        Design.from_dict(plain)


@pytest.mark.parametrize(("boots", "aa"), [(2, 4), (3, 4), (4, 3), (5, 8)])
def test_boots_hold_complete_blocks_and_one_name_of_the_aa_each(boots: int, aa: int) -> None:
    design = Design({"F": ["default", "x"]}, repetitions=2 * boots, aa=aa, boots=boots, seed=5)
    first: dict[str, int] = {"A": 0, "A'": 0}
    for node in (f"node{i}" for i in range(40)):
        plan = design.executions(node)
        assert [e.order for e in plan] == list(range(design.executions_per_node))
        assert [e.boot for e in plan] == sorted(e.boot for e in plan)
        names = []
        for boot in range(boots):
            here = [e for e in plan if e.boot == boot]
            main = [e for e in here if e.phase == "main"]
            assert len(main) == 4
            assert {e.block for e in main} == {2 * boot, 2 * boot + 1}
            assert [e.phase for e in here] == sorted(e.phase for e in here), "A/A comes first in each boot"
            (name,) = {e.aa for e in here if e.phase == "aa"}
            names.append(name)
        assert abs(names.count("A") - names.count("A'")) <= 1
        assert [e.aa for e in plan].count("A") == [e.aa for e in plan].count("A'") == aa
        first[names[0]] += 1
    assert min(first.values()) >= 8, "which boots are A is drawn for each node"
    assert Design.from_dict(design.to_dict()) == design


def test_boots_that_cannot_be_balanced() -> None:
    with pytest.raises(DesignError, match=r"5 complete blocks[\s\S]*take 6 repetitions in 6 blocks"):
        Design(repetitions=5, boots=2)
    with pytest.raises(DesignError, match="too few for 4 boots"):
        Design(repetitions=4, boots=4, aa=1)
    with pytest.raises(DesignError, match="boots is a whole number"):
        Design(repetitions=4, boots=2.0)  # type: ignore[arg-type]


def test_a_design_shows_itself() -> None:
    text = str(Design({"F": ["default", "x"]}, repetitions=3, boots=3, aa=3, seed=1))
    assert "each node is started anew 2 times" in text
    assert "a boot is A or A' as a whole" in text
    assert "12 on each node" in Design({"F": ["default"]}, repetitions=4)._repr_mimebundle_()["text/html"]
