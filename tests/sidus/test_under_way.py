"""One action a node at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sidus_lab.actions import Action, Control
from sidus_lab.errors import Cancelled
from sidus_lab.sidus.under_way import NodesBusy, UnderWay
from tests.sidus.standins import wait_until


class Held:
    """Work that goes on until it is let go or cancelled, and counts how often it was started."""

    def __init__(self) -> None:
        self.count = 0
        self.let_go = threading.Event()

    def __call__(self, control: Control) -> int:
        self.count += 1
        while not self.let_go.wait(0.01):
            control.check()
        return self.count


@pytest.fixture
def work() -> Iterator[Held]:
    held = Held()
    yield held
    held.let_go.set()


def start(registry: UnderWay, work: Held, verb: str, *nodes: str, joins: tuple[str, ...] = ()) -> Action[int]:
    return registry.start(verb, nodes, work, expected=1.0, joins=joins)


def test_the_same_twice_is_one_action(work: Held) -> None:
    registry = UnderWay()
    first = start(registry, work, "boot", "node1", "node2")
    assert first.name == "boot node[1-2]"
    assert start(registry, work, "boot", "node2", "node1") is first
    assert registry.on(["node2"]) == [first]
    assert registry.on(["node3"]) == []
    work.let_go.set()
    assert first.result(60) == 1
    assert start(registry, work, "boot", "node1", "node2") is not first  # it has ended
    assert registry.on(["node9"]) == []


@pytest.mark.parametrize("nodes", [("node1",), ("node1", "node2", "node3"), ("node2", "node3")])
def test_another_set_that_overlaps_is_refused_and_says_by_what(work: Held, nodes: tuple[str, ...]) -> None:
    registry = UnderWay()
    first = start(registry, work, "boot", "node1", "node2")
    with pytest.raises(NodesBusy, match=r"cannot boot now: 'boot node\[1-2\]' is under way") as caught:
        start(registry, work, "boot", *nodes)
    assert caught.value.action is first
    assert caught.value.hint
    assert start(registry, work, "boot", "node4") is not first  # the others are free
    wait_until(lambda: work.count == 2)


def test_another_verb_is_refused_unless_it_does_what_is_asked(work: Held) -> None:
    registry = UnderWay()
    first = start(registry, work, "boot", "node1")
    with pytest.raises(NodesBusy):
        start(registry, work, "power off", "node1")
    assert start(registry, work, "bring up", "node1", joins=("boot",)) is first


def test_one_that_is_being_cancelled_is_not_joined() -> None:
    registry, going = UnderWay(), threading.Event()
    stay = threading.Event()

    def work(control: Control) -> int:
        going.set()
        control.cancelled.wait(60)
        stay.wait(60)  # it cleans up
        control.check()
        return 1

    first = registry.start("boot", ["node1"], work, expected=1.0)
    assert going.wait(60)
    first.cancel()
    with pytest.raises(NodesBusy):
        registry.start("boot", ["node1"], work, expected=1.0)
    stay.set()
    with pytest.raises(Cancelled):
        first.result(60)


def test_a_call_holds_its_nodes(work: Held) -> None:
    registry = UnderWay()
    with registry.held("power off", ["node1"]):
        with pytest.raises(NodesBusy, match="'power off node1' is under way") as caught:
            start(registry, work, "boot", "node1", "node2")
        assert caught.value.action is None
        with pytest.raises(NodesBusy), registry.held("power on", ["node1"]):
            pass
    with pytest.raises(ZeroDivisionError), registry.held("power off", ["node1"]):
        raise ZeroDivisionError
    start(registry, work, "boot", "node1", "node2")
    with pytest.raises(NodesBusy), registry.held("power off", ["node2"]):
        pass


def test_many_threads_start_one(work: Held) -> None:
    registry = UnderWay()
    found: list[Action[int]] = []
    threads = [
        threading.Thread(target=lambda: found.append(start(registry, work, "boot", "node1", "node2")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({id(action) for action in found}) == 1
    wait_until(lambda: work.count == 1)


def test_what_runs_on_nodes_is_known_while_it_runs_and_holds_none() -> None:
    under_way = UnderWay()
    with under_way.used("run 7", ["node1"]):
        assert under_way.uses(["node1", "node2"]) == ["run 7"]
        assert under_way.uses(["node2"]) == []
        with under_way.held("power off", ["node1"]):
            pass
    assert under_way.uses(["node1"]) == []
