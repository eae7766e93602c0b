"""The thread that looks: one at most, none when nobody wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from sidus_lab.panels.poller import Poller


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_ends_when_nobody_wants_to_look_and_starts_again() -> None:
    looks: list[int] = []

    def look() -> float | None:
        looks.append(threading.get_ident())
        return None

    poller = Poller(look, "test poller")
    assert not poller.running
    poller.wake()
    wait_until(lambda: len(looks) == 1 and not poller.running)
    poller.wake()
    wait_until(lambda: len(looks) == 2 and not poller.running)


def test_goes_on_by_itself_and_never_twice_at_once() -> None:
    inside, most, looks = 0, 0, 0

    def look() -> float:
        nonlocal inside, most, looks
        inside += 1
        most, looks = max(most, inside), looks + 1
        time.sleep(0.005)
        inside -= 1
        return 0.001

    poller = Poller(look, "test poller")
    for _ in range(50):
        poller.wake()
    wait_until(lambda: looks > 20)
    assert most == 1
    poller.close()
    wait_until(lambda: not poller.running)


def test_wake_cuts_a_long_pause_short() -> None:
    looks: list[int] = []

    def look() -> float:
        looks.append(1)
        return 3600.0

    poller = Poller(look, "test poller")
    poller.wake()
    wait_until(lambda: len(looks) == 1)
    poller.wake()
    wait_until(lambda: len(looks) == 2)
    poller.close()
    wait_until(lambda: not poller.running)
    poller.wake()
    assert not poller.running


def test_a_look_that_raises_ends_the_thread_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def look() -> float:
        raise RuntimeError("broken")

    poller = Poller(look, "test poller")
    poller.wake()
    wait_until(lambda: not poller.running)
    assert "test poller failed" in caplog.text
