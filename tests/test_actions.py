"""Actions: progress, end, failure, cancel, await, watchers, from several threads and loops."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from sidus_lab import actions, words
from sidus_lab.actions import Action, Control
from sidus_lab.errors import Cancelled, CommandFailed

LIMIT = 20.0  # seconds a test waits before it says that something hangs


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def wait_for_cancel(control: Control) -> None:
    assert control.cancelled.wait(LIMIT)
    control.check()


def test_it_runs_beside_and_gives_the_result() -> None:
    go, main = threading.Event(), threading.get_ident()

    def work(control: Control, a: int, b: int) -> int:
        assert go.wait(LIMIT)
        assert threading.get_ident() != main
        return a + b

    action = actions.start(work, 2, 3, name="add")
    assert repr(action).startswith("<Action add: running, ")
    assert action.error is None
    with pytest.raises(TimeoutError, match="add is still running"):
        action.result(timeout=0.01)
    go.set()
    assert action.result(LIMIT) == 5
    assert action.state == "done"
    assert action.fraction == 1.0
    first = action.elapsed
    assert first == action.elapsed > 0


def test_it_speaks_the_language_of_whoever_started_it() -> None:
    with words.language("fr"):
        action = actions.start(lambda _: words.number(0.5), name="say a number")
    assert action.result(timeout=LIMIT) == "0,500"
    assert words.current() == "en"


def test_progress_and_log() -> None:
    def work(control: Control) -> None:
        control.progress(0.25, "unpack")
        control.progress(0.5, "unpack")
        control.log("one")
        control.log("one")
        control.progress(7.0)

    action = actions.start(work, name="build image", expected=60.0)
    action.result(LIMIT)
    assert action.lines == ("unpack", "one", "one")
    assert action.line == "one"
    assert action.fraction == 1.0
    assert action.expected == 60.0


def test_the_log_is_bounded() -> None:
    def work(control: Control) -> None:
        for number in range(actions.MAX_LINES + 10):
            control.log(str(number))

    action = actions.start(work)
    action.result(LIMIT)
    assert len(action.lines) == actions.MAX_LINES
    assert action.lines[-1] == str(actions.MAX_LINES + 9)


def test_cancel() -> None:
    action = actions.start(wait_for_cancel, name="long")
    action.cancel()
    with pytest.raises(Cancelled, match="long was cancelled"):
        action.result(LIMIT)
    assert action.state == "cancelled"
    assert not action.cancelling


def test_work_that_ends_in_spite_of_cancel_is_done() -> None:
    def work(control: Control) -> str:
        assert control.cancelled.wait(LIMIT)
        return "saved"

    action = actions.start(work)
    action.cancel()
    assert action.result(LIMIT) == "saved"
    assert action.state == "done"


def test_failure_is_kept_and_raised() -> None:
    def work(control: Control) -> None:
        raise CommandFailed("no", result=7)

    action = actions.start(work)
    with pytest.raises(CommandFailed) as caught:
        action.result(LIMIT)
    assert action.state == "failed"
    assert action.error is caught.value
    assert caught.value.result == 7


def test_a_timeout_error_of_the_work_itself_is_not_taken_for_ours() -> None:
    def work(control: Control) -> None:
        raise TimeoutError("theirs")

    with pytest.raises(TimeoutError, match="theirs"):
        actions.start(work).result(LIMIT)


def test_await_in_any_loop_and_a_cancelled_await_leaves_the_work_alone() -> None:
    go = threading.Event()

    def work(control: Control) -> str:
        assert go.wait(LIMIT)
        return "whole"

    action = actions.start(work)

    async def impatient() -> None:
        await asyncio.wait_for(wait(), 0.05)

    async def wait() -> str:
        return await action

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(impatient())
    assert action.error is None
    go.set()
    assert asyncio.run(wait()) == "whole"
    assert asyncio.run(wait()) == "whole"


def test_watchers_see_changes_and_the_end_in_the_owned_thread() -> None:
    go, ended = threading.Event(), threading.Event()
    seen: list[tuple[str, float | None, str]] = []
    threads: set[str] = set()

    def work(control: Control) -> None:
        control.progress(0.5, "half")
        assert go.wait(LIMIT)

    def watcher(action: Action[None]) -> None:
        threads.add(threading.current_thread().name)
        seen.append((action.state, action.fraction, action.line))
        if action.line == "half":
            go.set()
        if action.state != "running":
            action.result()  # never waits and never raises for a finished action
            ended.set()

    actions.start(work).watch(watcher)
    assert ended.wait(LIMIT)
    assert ("running", 0.5, "half") in seen
    assert seen[-1] == ("done", 1.0, "half")
    assert threads == {"sidus_lab actions"}


def test_many_changes_are_few_calls() -> None:
    ended = threading.Event()
    calls: list[str] = []

    def work(control: Control) -> None:
        for number in range(50_000):
            control.log(str(number))

    def watcher(action: Action[None]) -> None:
        calls.append(action.line)
        if action.state == "done":
            ended.set()

    action = actions.start(work)
    action.watch(watcher)
    assert ended.wait(LIMIT)
    assert calls[-1] == "49999"
    assert len(calls) <= action.elapsed / actions.PAUSE + 3


def test_a_silent_action_still_ticks_with_one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "TICK", 0.1)
    monkeypatch.setattr(actions, "PAUSE", 0.001)
    ticks, fast = threading.Semaphore(0), threading.Event()
    count = 0

    def watcher(action: Action[None]) -> None:
        nonlocal count
        count += 1
        ticks.release()

    def work(control: Control) -> None:
        for number in range(100):  # many changes must not leave many clocks behind
            control.log(str(number))
            fast.wait(0.002)
        wait_for_cancel(control)

    action = actions.start(work)
    action.watch(watcher)
    while action.line != "99":
        fast.wait(0.01)
    fast.wait(0.2)
    before, began = count, action.elapsed
    for _ in range(5):
        ticks.acquire(timeout=LIMIT)
    fast.wait(1.0)
    assert 1 <= count - before <= (action.elapsed - began) / 0.1 + 2
    action.cancel()


def test_watching_a_finished_action_tells_once() -> None:
    action = actions.start(lambda control: 1)
    action.result(LIMIT)
    told = threading.Event()
    action.watch(lambda _: told.set())
    assert told.wait(LIMIT)


def test_unsubscribe() -> None:
    calls: list[str] = []
    action = actions.start(wait_for_cancel)
    unsubscribe = action.watch(lambda a: calls.append(a.state))
    unsubscribe()
    unsubscribe()
    action.cancel()
    other = threading.Event()
    action.watch(lambda a: other.set() if a.state != "running" else None)
    assert other.wait(LIMIT)
    assert "cancelled" not in calls


def test_a_watcher_that_raises_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    ended = threading.Event()
    action = actions.start(wait_for_cancel, name="long")

    def broken(_: Action[None]) -> None:
        raise RuntimeError("widget is gone")

    action.watch(broken)
    action.watch(lambda a: ended.set() if a.state == "cancelled" else None)
    action.cancel()
    assert ended.wait(LIMIT)
    assert "widget is gone" in caplog.text


def test_a_watcher_cannot_block_the_loop_by_waiting() -> None:
    caught = threading.Event()
    action = actions.start(wait_for_cancel)

    def watcher(a: Action[None]) -> None:
        try:
            a.result()
        except RuntimeError:
            caught.set()

    action.watch(watcher)
    assert caught.wait(LIMIT)
    action.cancel()


def test_repr_says_where_it_is() -> None:
    ready = threading.Event()

    def work(control: Control) -> None:
        control.progress(0.4, "unpacking")
        ready.set()
        wait_for_cancel(control)

    action = actions.start(work, name="build image", expected=60.0)
    assert ready.wait(LIMIT)
    assert repr(action).startswith("<Action build image: running, 40 %, ")
    assert " of about 60 s, unpacking>" in repr(action)
    action.cancel()
    with pytest.raises(Cancelled):
        action.result(LIMIT)
    assert "build image: cancelled" in repr(action)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_gets_a_loop_of_its_own() -> None:
    program = """
import os, threading
from sidus_lab import actions
def told():
    event = threading.Event()
    actions.start(lambda control: 1).watch(lambda action: event.set())
    return event.wait(10)
assert told()
child = os.fork()
if child == 0:
    os._exit(0 if told() else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)


def test_a_running_action_does_not_hold_up_the_end_of_the_program() -> None:
    program = "import time; from sidus_lab import actions; actions.start(lambda control: time.sleep(600))"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_following_takes_progress_and_result_over() -> None:
    go = threading.Event()

    def inner(control: Control) -> str:
        control.progress(0.25, "quarter")
        go.wait(20)
        return "value"

    outer = actions.start(lambda control: control.follow(actions.start(inner)), name="outer")
    wait_until(lambda: outer.fraction == 0.25 and outer.line == "quarter")
    go.set()
    assert outer.result(20) == "value"


def test_following_hands_a_cancel_on() -> None:
    started: list[Action[None]] = []

    def inner(control: Control) -> None:
        control.cancelled.wait(20)
        control.check()

    def work(control: Control) -> None:
        started.append(actions.start(inner, name="inner"))
        control.follow(started[0])

    outer = actions.start(work, name="outer")
    wait_until(lambda: bool(started))
    outer.cancel()
    with pytest.raises(Cancelled):
        outer.result(20)
    assert (outer.state, started[0].state) == ("cancelled", "cancelled")
