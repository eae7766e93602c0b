"""Actions: something under way that can be watched, waited for and cancelled.

The work itself runs in a thread of its own. One event loop (`owned_loop`), running in a daemon thread of ours, tells
the watchers: in a notebook the callbacks of widgets come from several threads with several loops, so none of those is
used.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, Generic, Literal, TypeVar

from sidus_lab import display
from sidus_lab.errors import Cancelled
from sidus_lab.owned_loop import OwnedLoop

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
State = Literal["running", "done", "failed", "cancelled"]

MAX_LINES = 1000  # a build prints tens of thousands; the log file on the server keeps them all
PAUSE = 0.05  # seconds between two calls of a watcher, at least: a screen cannot show more
TICK = 1.0  # seconds between two calls of a watcher, at most, so that the elapsed time moves

_log = logging.getLogger(__name__)
_owned = OwnedLoop()


class Control:
    """The worker's side of an action: it reports progress and asks whether to go on."""

    def __init__(self, action: Action[object]) -> None:
        self._action = action
        self.cancelled = threading.Event()

    def progress(self, fraction: float | None, line: str = "") -> None:
        """Say how far the work is (0 to 1, None when nobody knows) and what it does now."""
        if fraction is not None:
            fraction = min(1.0, max(0.0, float(fraction)))
        if line and line == self._action.line:
            line = ""  # the step goes on: no second line in the log
        self._action._report(fraction, line)

    def log(self, line: str) -> None:
        """Add a line to the log, and leave the fraction as it is."""
        self._action._report(self._action.fraction, line)

    def check(self) -> None:
        """Raise `Cancelled` once the user asked to stop."""
        if self.cancelled.is_set():
            raise Cancelled(f"{self._action.name} was cancelled.")

    def follow(self, action: Action[T]) -> T:
        """Take another action's progress for one's own, hand a cancel on to it, and give its result at its end."""
        unwatch = action.watch(lambda each: self.progress(each.fraction, each.line))
        try:
            while action.state == "running":
                if self.cancelled.wait(PAUSE):
                    action.cancel()
                    break
            return action.result()
        finally:
            unwatch()


class Action(Generic[T_co]):
    """Something under way. Made by `start`; all of it may be used from any thread.

    >>> from sidus_lab.actions import start
    >>> action = start(lambda control: 6 * 7, name="compute")
    >>> action.result()
    42
    >>> action.state
    'done'
    """

    def __init__(self, name: str, expected: float | None, loop: OwnedLoop) -> None:
        self.name = name
        self.expected = expected
        self.fraction: float | None = None
        self.line = ""
        self._control = Control(self)
        self._lines: deque[str] = deque(maxlen=MAX_LINES)
        self._began = time.monotonic()
        self._ended: float | None = None
        self._future: Future[T_co] = Future()
        self._future.set_running_or_notify_cancel()  # from here on, a cancelled `await` cannot cancel the future itself
        self._owned = loop
        self._loop = loop.get()
        self._tick: asyncio.TimerHandle | None = None
        self._lock = threading.Lock()
        self._watchers: dict[object, Callable[[Action[T_co]], object]] = {}
        self._call_due = False

    @property
    def state(self) -> State:
        """``running``, ``done``, ``failed`` or ``cancelled``; once it is not ``running``, `result` no longer waits."""
        if not self._future.done():
            return "running"
        error = self._future.exception()
        if error is None:
            return "done"
        return "cancelled" if isinstance(error, Cancelled) else "failed"

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines of the log, at most `MAX_LINES`."""
        with self._lock:
            return tuple(self._lines)

    @property
    def elapsed(self) -> float:
        """Seconds since the start, to the end once there is one."""
        return (time.monotonic() if self._ended is None else self._ended) - self._began

    @property
    def cancelling(self) -> bool:
        """Whether the user asked to stop and the work has not ended yet."""
        return self.state == "running" and self._control.cancelled.is_set()

    @property
    def error(self) -> BaseException | None:
        """What the work raised, or None while it runs and when it went well."""
        return self._future.exception() if self._future.done() else None

    def cancel(self) -> None:
        """Ask the work to stop. It ends as soon as it notices, or goes on to its end if it never looks."""
        self._control.cancelled.set()
        self._tell()

    def result(self, timeout: float | None = None) -> T_co:
        """Wait for the end and give what the work returned, or raise what it raised.

        Raises `TimeoutError` when `timeout` seconds pass first. Stopping to wait (Ctrl-C) does not stop the work.
        """
        if not self._future.done() and self._owned.is_here():
            raise RuntimeError("a watcher cannot wait for an action: that would stop every other watcher")
        try:
            return self._future.result(timeout)
        except TimeoutError:
            if self._future.done():  # the work's own TimeoutError
                raise
            raise TimeoutError(f"{self.name} is still running after {self.elapsed:.0f} s") from None

    def __await__(self) -> Generator[Any, None, T_co]:
        return asyncio.wrap_future(self._future).__await__()

    def watch(self, callback: Callable[[Action[T_co]], object]) -> Callable[[], None]:
        """Call `callback(action)` from the owned loop's thread after changes, and give the function that ends this.

        Changes that come fast are put together (`PAUSE`); while the work runs it is called at least every `TICK`
        seconds, and once after the end, also when the end was before. A callback that raises is logged and not called
        again.
        """
        key = object()
        with self._lock:
            self._watchers[key] = callback
        self._tell()

        def unsubscribe() -> None:
            with self._lock:
                self._watchers.pop(key, None)

        return unsubscribe

    def __repr__(self) -> str:
        parts = [f"{self.name}: {'cancelling' if self.cancelling else self.state}"]
        if self.state == "running" and self.fraction is not None:
            parts.append(f"{100 * self.fraction:.0f} %")
        about = f" of about {self.expected:.0f} s" if self.expected and self.state == "running" else ""
        parts.append(f"{self.elapsed:.1f} s{about}")
        if self.error is not None:
            parts.append(str(self.error).partition("\n")[0])
        elif self.line:
            parts.append(self.line)
        return "<Action " + ", ".join(parts) + ">"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        """Show it as a panel that follows it (`sidus_lab.display`), or as a line of text."""
        return display.bundle("action", self, self._as_text)

    def _as_text(self) -> dict[str, Any]:
        from sidus_lab import html  # only where something is shown

        last = f"{self.elapsed:.1f} s" + (f": {self.line}" if self.line and self.error is None else "")
        parts = [html.state(self.state, f"{self.name}, {last}")]
        return html.mimebundle(repr(self), *parts, *([f" {self.error}"] if self.error is not None else []))

    # The worker's thread comes in here.

    def _report(self, fraction: float | None, line: str) -> None:
        with self._lock:
            self.fraction = fraction
            if line:
                self.line = line
                self._lines.append(line)
        self._tell()

    def _work(self, function: Callable[..., T_co], args: tuple[Any, ...]) -> None:
        try:
            value = function(self._control, *args)
        except BaseException as error:
            self._ended = time.monotonic()
            self._future.set_exception(error)
        else:
            self._ended = time.monotonic()
            self.fraction = 1.0
            self._future.set_result(value)
        self._tell()

    # The owned loop's thread comes in here.

    def _tell(self) -> None:
        with self._lock:
            if self._call_due or not self._watchers:
                return
            self._call_due = True
        self._loop.call_soon_threadsafe(self._call_watchers)

    def _call_watchers(self) -> None:
        ended = self._future.done()
        with self._lock:
            watchers = list(self._watchers.items())
        for key, callback in watchers:
            try:
                callback(self)
            except Exception:
                _log.exception("a watcher of %r failed and is not called again", self.name)
                with self._lock:
                    self._watchers.pop(key, None)
        if ended:
            with self._lock:  # those who came while the others were called are called too
                for key, _ in watchers:
                    self._watchers.pop(key, None)
                self._call_due = bool(self._watchers)
            if self._call_due:
                self._loop.call_soon(self._call_watchers)
        else:
            self._loop.call_later(PAUSE, self._rest)

    def _rest(self) -> None:
        """Allow the next call; make it now if the end came meanwhile, else at the next change or tick."""
        with self._lock:
            self._call_due = False
        if self._future.done():
            self._tell()
        else:
            if self._tick is not None:
                self._tick.cancel()  # one clock an action, not one a change
            self._tick = self._loop.call_later(TICK, self._tell)


def start(function: Callable[..., T], *args: object, name: str = "", expected: float | None = None) -> Action[T]:
    """Run ``function(control, *args)`` in a thread of its own and give the `Action` that follows it.

    Parameters
    ----------
    function : callable
        The work. It gets a `Control` first, should call its `check` (or pass ``control.cancelled`` on) often, and may
        block. It is ended at the end of the program if it still runs then.
    name : str
        What the user reads, such as ``build image``.
    expected : float
        Seconds it usually takes, when that is known.
    """
    action: Action[T] = Action(name or getattr(function, "__name__", "action"), expected, _owned)
    # In the context of the caller: what was chosen there (the language of sentences) holds in the worker too.
    work = contextvars.copy_context().run
    name = f"action {action.name}"
    threading.Thread(target=work, args=(action._work, function, args), name=name, daemon=True).start()
    return action
