"""An event loop of our own in a daemon thread: nobody else's loop is needed, and none is disturbed."""

from __future__ import annotations

import asyncio
import os
import threading


class OwnedLoop:
    """One event loop in one daemon thread, made when first needed and made anew in a forked child."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self._thread: threading.Thread | None = None

    def is_here(self) -> bool:
        """Whether the caller runs in the loop's own thread."""
        return threading.current_thread() is self._thread

    def get(self) -> asyncio.AbstractEventLoop:
        """The loop, running; made now where there is none in this process."""
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                self._loop, self._pid = asyncio.new_event_loop(), os.getpid()
                self._thread = threading.Thread(target=self._loop.run_forever, name="sidus_lab actions", daemon=True)
                self._thread.start()
            return self._loop
