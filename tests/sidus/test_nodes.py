"""What nodes do together, on a server that answers from a list: what is asked, joined, refused, and left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sidus_lab.errors import NodesFailed, SidusError
from sidus_lab.sidus import booting
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.under_way import NodesBusy
from tests.sidus.standins import Site, entry, version, wait_until


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(booting, "POLL", 0.01)
    made = Site("node1", "node2", "node3")
    yield made
    made.let_up()
    for action in made.nodes.under_way():
        action.cancel()


def test_a_boot_that_is_asked_for_twice_is_one_boot(site: Site) -> None:
    pair = site.nodes[:2]
    first = pair.boot()
    assert pair.boot() is first
    assert site.lab.nodes("node2,node1").boot() is first  # other objects, the same nodes
    assert pair.ensure_up() is first
    assert site.nodes[2:].under_way() == []
    assert site.nodes.under_way() == [first]
    for act in (
        site.nodes.boot,  # the bulk button
        site.nodes[:1].boot,
        site.nodes[:1].ensure_up,
        lambda: pair.power("off"),
        lambda: pair.switch("off"),
    ):
        with pytest.raises(NodesBusy, match=r"'boot node\[1-2\]' is under way") as caught:
            act()
        assert caught.value.action is first
    assert pair.power("status").ok == {"node1": "on", "node2": "on"}  # a question is always allowed
    wait_until(lambda: set(site.states.values()) == {"booting", "off"})
    site.let_up()
    assert first.result(60) == pair
    assert site.cycles == [["node1", "node2"]]
    assert pair.power("off") == {"node1": "off", "node2": "off"}


def test_ensure_up_is_not_taken_for_a_boot(site: Site) -> None:
    bring = site.nodes.ensure_up()
    with pytest.raises(NodesBusy, match="'bring up"):
        site.nodes.boot()
    wait_until(lambda: "booting" in site.states.values())
    site.let_up()
    bring.result(60)
    assert site.cycles == [["node1", "node2", "node3"]]


def test_a_cancelled_boot_frees_its_nodes(site: Site) -> None:
    action = site.nodes.boot()
    action.cancel()
    with pytest.raises(SidusError):
        action.result(60)
    assert site.nodes.power("off").ok == dict.fromkeys(site.states, "off")


def test_power_of_one_that_fails_hides_no_other(site: Site) -> None:
    site.broken = {"node2"}
    found = site.nodes.power("on")
    assert found.ok == {"node1": "on", "node3": "on"}
    assert list(found.failed) == ["node2"]
    with pytest.raises(NodesFailed, match="Power on failed for 1 of 3 nodes"):
        site.nodes.switch("on").result(60)
    with pytest.raises(NodesFailed):
        site.nodes.boot().result(60)


def test_no_nodes_are_not_all_nodes(site: Site) -> None:
    """An empty set must never become a verb without names, which means every node."""
    none = site.nodes - site.nodes
    site.connection.asked.clear()
    assert none.power("off") == {}
    assert none.switch("off").result(60) == {}
    assert none.status() == {}
    assert none.refresh() == none
    assert none.assign("0123456789abcdef") == none
    assert none.boot().result(60) == none
    assert none.ensure_up().result(60) == none
    assert none.run(["true"]) == {}
    assert none.prove().verdict == "No node could be asked."
    assert site.connection.asked == []
    assert set(site.states.values()) == {"off"}


def test_by_state(site: Site) -> None:
    site.states = {"node1": "up", "node2": "off", "node3": "lost"}
    assert site.nodes.up().names == ["node1"]
    assert site.nodes.in_state("off", "lost").names == ["node2", "node3"]
    assert site.nodes.status()["node2"].word == "off"
    assert {name for name, state in site.nodes.status().items() if state.word == "up"} == {"node1"}


def test_each_keeps_what_failed(site: Site) -> None:
    def odd(node: Node) -> int:
        if node.name == "node2":
            raise SidusError("It refused.", hint="ask again")
        return len(node.name)

    found = site.nodes.each(odd)
    assert found.ok == {"node1": 5, "node3": 5}
    assert found.failed["node2"].message == "It refused."
    assert repr(found).startswith("odd: 3 nodes, 1 FAILED")
    with pytest.raises(ZeroDivisionError):  # a fault of the function is no failure of a node
        site.nodes.each(lambda _node: 1 // 0)


def test_a_version_that_is_not_published_cannot_be_assigned(site: Site) -> None:
    site.connection.values["image list"] = {"images": [{"name": "small", "versions": [version()]}], "published": []}
    with pytest.raises(SidusError, match="small@aaaaaaaaaaaa is not published") as caught:
        site.nodes.assign(site.lab.image("small").newest)
    assert caught.value.hint == "version.publish().result()"


def test_what_is_assigned_is_known_at_once(site: Site) -> None:
    def assign(nodeset: str, root: str, *_more: str) -> dict[str, object]:
        given = {**entry("x")["assignment"], "root_hash": root, "arguments": ["a=b"]}
        return {"nodes": [entry("node1", assignment=given)]}

    site.connection.values["node assign"] = assign
    published = version(published="cd" * 32)
    site.connection.values["image list"] = {"images": [{"name": "small", "versions": [published]}], "published": []}
    nodes = site.nodes[:1].assign(site.lab.image("small").newest, scrub=True, arguments=["a=b"])
    assert site.connection.asked[-1][2:] == ("node1", "cd" * 32, "--arg", "sidus.scrub=1", "--arg", "a=b")
    assert nodes[0].assigned == "cd" * 32
    assert nodes[0].assignment is not None
    assert str(nodes[0].assignment) == "small@0123456789ab (cdcdcdcdcdcd) with a=b"
