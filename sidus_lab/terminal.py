"""Steps on a terminal: what is under way, for how long, how long it usually takes, and its last line."""

from __future__ import annotations

import contextlib
import contextvars
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from sidus_lab import words
from sidus_lab.errors import printable

REDRAW = 0.2  # seconds between two drawings of the live line
QUIET = 15.0  # seconds between two lines where there is no terminal to draw on
_BAR = 16


class Step:
    """One step under way. `line` says what it does now, `fraction` how far it is."""

    def __init__(self, title: str, expected: float | None) -> None:
        self.title = title
        self.expected = expected
        self.line = ""
        self.fraction: float | None = None
        self.began = time.monotonic()
        self.result = ""

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began


class Steps:
    """Prints steps one after the other; on a terminal with a live line for the one under way."""

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._total = total
        self._count = 0
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._drawn = False

    @property
    def elapsed(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self._began

    @contextlib.contextmanager
    def step(self, title: str, expected: float | None = None) -> Iterator[Step]:
        """Print a step while the body runs, and at its end how long it took and `Step.result`."""
        self._count += 1
        step = Step(title, expected)
        done = threading.Event()
        if not self._live:
            about = f" ({words.about(expected)})" if expected else ""
            self._print(f"{self._number()} {title}{about} ...")
        # In the context of the caller: the language that was chosen there holds in the live line too.
        draw = contextvars.copy_context().run
        drawer = threading.Thread(target=draw, args=(self._draw_until, step, done), name="live line", daemon=True)
        drawer.start()
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            done.set()
            drawer.join()
            text = f": {step.result}" if step.result and mark == "✓" else ""
            self._print(f"{mark} {self._number()} {title}{text}  [{words.duration(step.elapsed, tenths=True)}]")

    def say(self, text: str = "") -> None:
        """Print lines that stay."""
        self._print(text)

    def _number(self) -> str:
        return f"{self._count}/{self._total}"

    def _draw_until(self, step: Step, done: threading.Event) -> None:
        said, last = time.monotonic(), ""
        while not done.wait(REDRAW):
            if self._live:
                self._draw(live_line(step, self._number(), shutil.get_terminal_size().columns - 1))
            elif time.monotonic() - said > QUIET and step.line != last:
                said, last = time.monotonic(), step.line
                self._print(f"      {words.duration(step.elapsed, tenths=True)}  {step.line}")

    def _draw(self, line: str) -> None:
        with self._lock:
            self._out.write("\r\033[K" + printable(line.replace("\n", " ")))
            self._out.flush()
            self._drawn = True

    def _print(self, text: str) -> None:
        with self._lock:
            self._out.write(("\r\033[K" if self._drawn else "") + printable(text) + "\n")
            self._out.flush()
            self._drawn = False


def live_line(step: Step, number: str, width: int) -> str:
    """Give the line of a step under way: number, title, bar or clock, and what it does, cut to `width`. Pure enough."""
    clock = words.duration(step.elapsed, tenths=True)
    if step.expected:
        clock = words.about(step.expected, clock)
    fraction = step.fraction
    if fraction is None and step.expected:
        fraction = min(0.95, step.elapsed / step.expected)  # never full before the end
    bar = ""
    if fraction is not None:
        full = round(_BAR * fraction)
        bar = " " + "█" * full + "░" * (_BAR - full)
    return f"  {number} {step.title}{bar} {clock}  {step.line}"[:width]
