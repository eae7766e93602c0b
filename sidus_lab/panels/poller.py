"""One thread that looks again and again, for as long as somebody wants it to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Poller:
    """Calls `look` in a thread of its own; what it returns is the pause in seconds, or None: end the thread.

    There is never more than one thread, and none while nobody wants to look. `wake` looks at once, and starts the
    thread when there is none. A `look` that raises ends the thread (it should show its errors itself).
    """

    def __init__(self, look: Callable[[], float | None], name: str) -> None:
        self._look = look
        self._name = name
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._woken = False
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether there is a thread now."""
        with self._condition:
            return self._thread is not None

    def wake(self) -> None:
        """Look at once."""
        with self._condition:
            if self._closed:
                return
            self._woken = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def close(self) -> None:
        """Look no more; a look under way comes to its end."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._woken = False
            pause: float | None = None
            try:
                pause = self._look()
            except Exception:
                _log.exception("%s failed and ends", self._name)
            with self._condition:
                if pause is not None and not self._woken and not self._closed:
                    self._condition.wait_for(lambda: self._woken or self._closed, timeout=pause)
                if self._closed or (pause is None and not self._woken):
                    self._thread = None
                    return
