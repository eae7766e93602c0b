"""One rule for one node and for a set: which buttons can be pressed, and what they ask first."""

from __future__ import annotations

import itertools

import pytest

from sidus_lab.panels import rules
from sidus_lab.panels.rules import Facts, Verb, Wanted

WANTED = Wanted("f" * 64, "debian@abc", scrub=True)


def node(name: str = "node1", word: str = "off", *, assigned: bool = True, busy: bool = False) -> Facts:
    return Facts(name, word, word == "off", assigned, busy)


@pytest.mark.parametrize(
    ("verb", "facts", "wanted", "can"),
    [
        ("on", node(), False, True),
        ("on", node(assigned=False), True, False),  # it would find nothing to boot
        ("on", node(word="up"), True, False),
        ("off", node(), True, False),
        ("off", node(word="lost"), True, True),
        ("off", node(word="booting", assigned=False), False, True),
        ("boot", node(), False, True),
        ("boot", node(assigned=False), True, True),  # it is assigned first
        ("boot", node(assigned=False), False, False),
        ("boot", node(word="up"), False, True),
    ],
)
def test_what_can_be_pressed(verb: Verb, facts: Facts, wanted: bool, can: bool) -> None:
    assert rules.can(verb, facts, wanted=wanted) is can


def test_nothing_can_be_pressed_while_an_action_works_on_the_node() -> None:
    for verb, word in itertools.product(("on", "off", "boot"), ("off", "booting", "up", "refused", "lost")):
        assert not rules.can(verb, node(word=word, busy=True), wanted=True)


def test_a_set_acts_on_those_that_would_act_alone() -> None:
    nodes = [node("a"), node("b", assigned=False), node("c", "up"), node("d", busy=True)]
    assert rules.accepted("on", nodes, wanted=True) == ["a"]
    assert rules.accepted("off", nodes, wanted=True) == ["c"]
    assert rules.accepted("boot", nodes, wanted=True) == ["a", "b", "c"]
    assert rules.accepted("boot", nodes, wanted=False) == ["a", "c"]


@pytest.mark.parametrize("verb", ["off", "boot"])
def test_stopping_a_node_that_is_up_asks_for_one_as_for_many(verb: Verb) -> None:
    assert rules.question(verb, [node("node1", "up")], WANTED) == "Sure? node1 is up"
    both = [node("node1", "up"), node("node2", "up")]
    assert rules.question(verb, both, WANTED) == "Sure? node[1-2] are up"
    assert rules.question(verb, [node("node1", "booting")], WANTED) == ""


def test_what_runs_on_a_node_is_named() -> None:
    used = Facts("node1", "up", off=False, assigned=True, busy=False, used="run 7")
    assert rules.question("off", [used], WANTED) == "Sure? run 7 is under way on node1"
    both = rules.question("off", [used, node("node2", "up")], WANTED)
    assert both == "Sure? run 7 is under way on node1, node2 is up"


def test_boot_says_what_it_assigns_first() -> None:
    nodes = [node("node1", "up"), node("node2", assigned=False)]
    assert rules.question("boot", nodes, WANTED) == "Sure? node1 is up, assign debian@abc to node2 first"
    assert rules.question("on", nodes, WANTED) == ""
    assert "assign" not in rules.question("off", nodes, WANTED)
