"""Steps as a user reads them, with and without a terminal."""

from __future__ import annotations

import io
import time

import pytest

from sidus_lab import terminal, words
from sidus_lab.terminal import Step, Steps, live_line


class Terminal(io.StringIO):
    """Text that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_step_says_its_result_and_its_time() -> None:
    out = io.StringIO()
    steps = Steps(2, out)
    with steps.step("build the image", 60) as step:
        step.result = "193 packages"
    first, last = out.getvalue().splitlines()
    assert first == "1/2 build the image (about 60 s) ..."
    assert last.startswith("✓ 1/2 build the image: 193 packages  [")


def test_the_live_line_speaks_the_language_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn by a thread, and a thread begins with English."""
    monkeypatch.setattr(terminal, "REDRAW", 0.01)
    out = Terminal()
    deadline = time.monotonic() + 30
    with words.language("fr"), Steps(1, out).step("démarrer", 60):
        while "démarrer" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert " sur environ 60 s" in out.getvalue()


def test_a_step_that_fails_is_marked_and_the_error_goes_on() -> None:
    out = io.StringIO()
    steps = Steps(1, out)

    def fail() -> None:
        with steps.step("boot") as step:
            step.result = "never said"
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert "✗ 1/1 boot  [" in out.getvalue()
    assert "never said" not in out.getvalue()


def test_what_is_said_on_a_terminal_replaces_the_live_line() -> None:
    out = Terminal()
    steps = Steps(1, out)
    with steps.step("boot", 60):
        steps._draw("a live line")
        steps.say("a line that stays")
    assert "\r\033[Ka live line\r\033[Ka line that stays\n" in out.getvalue()


@pytest.mark.parametrize(("fraction", "bar"), [(0.0, "░" * 16), (0.5, "█" * 8 + "░" * 8), (1.0, "█" * 16)])
def test_the_bar_shows_the_fraction(fraction: float, bar: str) -> None:
    step = Step("boot", 60)
    step.fraction = fraction
    assert f" {bar} " in live_line(step, "4/7", 120)


def test_without_a_fraction_the_expected_time_moves_the_bar_but_never_fills_it() -> None:
    step = Step("boot", 0.001)
    step.began -= 100
    assert "█" * 15 + "░" in live_line(step, "4/7", 120)


def test_a_line_is_cut_to_the_width_of_the_terminal() -> None:
    step = Step("boot", None)
    step.line = "x" * 500
    assert len(live_line(step, "1/1", 79)) == 79
