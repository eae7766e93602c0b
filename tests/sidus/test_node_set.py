"""Sets of nodes: the laws of sets, places, names, and what belongs to two labs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.errors import SidusError
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.nodes import Nodes
from tests.sidus.standins import Site

SITE = Site(*(f"node{number}" for number in range(1, 13)))
ALL = SITE.nodes
SOME = st.lists(st.sampled_from(ALL.names)).map(ALL.subset)


@given(SOME, SOME, SOME)
def test_laws_of_sets(a: Nodes, b: Nodes, c: Nodes) -> None:
    for found, wanted in (
        (a & b, set(a.names) & set(b.names)),
        (a | b, set(a.names) | set(b.names)),
        (a - b, set(a.names) - set(b.names)),
        (a ^ b, set(a.names) ^ set(b.names)),
    ):
        assert isinstance(found, Nodes)
        assert set(found.names) == wanted
        assert len(found) == len(wanted)  # each once
    assert a & (b | c) == (a & b) | (a & c)
    assert (a | b) == (b | a)
    assert hash(a | b) == hash(b | a)
    assert a - a == ALL.subset([])


def test_order_is_kept() -> None:
    a, b = ALL["node3,node1"], ALL["node2,node1"]
    assert isinstance(a, Nodes)
    assert isinstance(b, Nodes)
    assert (a | b).names == ["node3", "node1", "node2"]
    assert (a & b).names == ["node1"]
    assert (a ^ b).names == ["node3", "node2"]


def test_places_and_slices() -> None:
    assert ALL[0].name == "node1"
    assert ALL[-1].name == "node12"
    assert ALL[0:4].folded == "node[1-4]"
    assert ALL[::2].names[:2] == ["node1", "node3"]
    assert ALL[4:4].names == []
    with pytest.raises(IndexError):
        ALL[12]


def test_names() -> None:
    one = ALL["node1"]
    assert isinstance(one, Node)
    assert one is ALL.node("node1") is ALL[0]
    some = ALL["node[1-3]"]
    assert isinstance(some, Nodes)
    assert some.names == ["node1", "node2", "node3"]
    assert isinstance(ALL["node[1]"], Nodes)
    for name, words in (("node13", "no node 'node13'"), ("node[12-14]", "no node node[13-14]"), ("", "no node ''")):
        with pytest.raises(SidusError, match=words.replace("[", r"\[")) as caught:
            ALL[name]
        assert "node[1-12]" in caught.value.message
    with pytest.raises(SidusError, match="not a set of nodes"):
        ALL["node[1-"]


def test_belonging() -> None:
    assert "node1" in ALL
    assert ALL[0] in ALL
    assert ALL[0] not in ALL[1:]
    assert "node13" not in ALL
    assert 3 not in ALL
    assert SITE.nodes == ALL  # another look at the same nodes
    assert ALL[1:] != ALL
    assert ALL.names != ALL


def test_what_is_no_set_of_nodes() -> None:
    with pytest.raises(TypeError):
        ALL & ["node1"]  # type: ignore[operator]


def test_nodes_of_two_labs_are_not_mixed() -> None:
    other = Site("node1").nodes
    assert other != ALL[:1]
    assert other[0] not in ALL
    for act in (lambda: ALL & other, lambda: ALL | other, lambda: ALL - other, lambda: ALL ^ other):
        with pytest.raises(SidusError, match="belong to two connections"):
            act()
    with pytest.raises(SidusError, match="nodes of one connection"):
        Nodes.of([ALL[0], other[0]])
    assert Nodes.of([ALL[1], ALL[0]]).names == ["node2", "node1"]
