"""One action a node at a time, whatever is clicked, how often, and from how many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.panels.under_way import UnderWay
from sidus_lab.sidus.under_way import NodesBusy


class Starter:
    """Starts actions that run until they are cancelled, and counts them."""

    def __init__(self) -> None:
        self.started: list[Action[None]] = []

    def __call__(self, name: str) -> Callable[[], Action[None]]:
        def work(control: Control) -> None:
            control.cancelled.wait(60)

        def start() -> Action[None]:
            self.started.append(actions.start(work, name=name))
            return self.started[-1]

        return start

    def end(self) -> None:
        for action in self.started:
            action.cancel()
            action.result(20)


@pytest.fixture
def starter() -> Iterator[Starter]:
    made = Starter()
    yield made
    made.end()


def test_a_second_click_gives_the_first_action(starter: Starter) -> None:
    under_way = UnderWay()
    first, new = under_way.begin("boot", ["node1"], starter("boot node1"))
    assert new
    assert under_way.begin("boot", ["node1"], starter("boot node1")) == (first, False)
    assert len(starter.started) == 1
    assert under_way.names == {"node1"}
    assert under_way


def test_a_set_that_holds_a_busy_node_starts_nothing_and_names_what_is_under_way(starter: Starter) -> None:
    under_way = UnderWay()
    first, _ = under_way.begin("boot", ["node1"], starter("boot node1"))
    for what, names in (("boot", ["node1", "node2"]), ("off", ["node1"])):
        with pytest.raises(NodesBusy, match="boot node1 is under way") as caught:
            under_way.begin(what, names, starter("other"))
        assert caught.value.action is first
    assert len(starter.started) == 1


def test_one_of_a_set_that_is_under_way_is_the_same_action(starter: Starter) -> None:
    under_way = UnderWay()
    first, _ = under_way.begin("boot", ["node1", "node2"], starter("boot node[1-2]"))
    assert under_way.begin("boot", ["node2"], starter("boot node2")) == (first, False)


def test_other_nodes_go_on_beside_it_and_what_concerns_no_node_holds_none(starter: Starter) -> None:
    under_way = UnderWay()
    under_way.begin("boot", ["node1"], starter("boot node1"))
    assert under_way.begin("boot", ["node2"], starter("boot node2"))[1]
    assert under_way.begin("follow 1", [], starter("follow"))[1]
    assert not under_way.begin("follow 1", [], starter("follow"))[1]
    assert under_way.names == {"node1", "node2"}


def test_after_its_end_the_nodes_are_free(starter: Starter) -> None:
    under_way = UnderWay()
    under_way.begin("boot", ["node1"], starter("boot node1"))
    starter.end()
    assert not under_way
    assert under_way.begin("off", ["node1"], starter("off"))[1]


def test_many_threads_start_one(starter: Starter) -> None:
    under_way, together = UnderWay(), threading.Barrier(8)

    def click(_number: int) -> bool:
        together.wait(20)
        return under_way.begin("boot", ["node1"], starter("boot node1"))[1]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(click, range(8))) == [False] * 7 + [True]


def test_a_start_that_fails_holds_nothing() -> None:
    under_way = UnderWay()
    with pytest.raises(ZeroDivisionError):
        under_way.begin("boot", ["node1"], lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert under_way.names == frozenset()
