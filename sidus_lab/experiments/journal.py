"""The journal of a run: one line a row, on the disk before the next execution starts, readable after any crash."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sidus_lab.errors import SidusError
from sidus_lab.sidusctl import files


class RunError(SidusError):
    """A run folder cannot be used as asked.

    >>> try:
    ...     sl.Run("no/such/folder")
    ... except sl.RunError as error:
    ...     print(error.message)
    There is no run in no/such/folder: experiment.json is missing.
    """


#: Who only looks whether a folder is held (`Run.state`) touches its lock for an instant.
LOOKS = 5


class FolderLock:
    """Holds a run folder for one process; the system frees it whatever way that process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: contextlib.ExitStack | None = None

    def acquire(self) -> None:
        """Take the folder, or raise `RunError` when another run has it, in this process or in another one."""
        for _ in range(LOOKS):
            held = contextlib.ExitStack()
            holder = held.enter_context(files.try_locked(self._folder / "lock", str(os.getpid())))
            if holder is None:
                self._held = held
                return
            held.close()
            time.sleep(0.05)
        raise RunError(
            f"The run in {self._folder} is under way already (process {holder}).",
            hint="wait for it, or cancel it there",
        )

    def release(self) -> None:
        """Give the folder back; a second time does nothing."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


class Journal:
    """Appends rows to ``records.jsonl``; every thread may. Use as a context, under the folder's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._end = 0

    def __enter__(self) -> Journal:
        _, self._end = read(self._path)
        self._file = self._path.open("ab")
        self._file.truncate(self._end)  # the torn line that a crash left
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # after a full disk; what counts was synced before
                self._file.close()

    def append(self, rows: Iterable[dict[str, object]]) -> None:
        """Write the rows of one execution and return when the disk has them. Raises `RunError`, and then keeps none."""
        data = "".join(json.dumps(row, allow_nan=False, sort_keys=False) + "\n" for row in rows).encode()
        with self._lock:
            assert self._file is not None
            try:
                view = memoryview(data)
                descriptor = self._file.fileno()
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fsync(descriptor)
            except OSError as error:
                with contextlib.suppress(OSError):
                    self._file.truncate(self._end)
                raise RunError(
                    f"The records cannot be written to {self._path}: {error.strerror}.",
                    hint="make room there, then resume the run: what was written before is kept",
                ) from None
            self._end += len(data)


def read(path: Path) -> tuple[list[dict[str, object]], int]:
    """Return all rows and the length in bytes of what is whole.

    A last line that was not finished is left out. Raises `RunError` for a bad line before that: somebody edited it.
    """
    data = path.read_bytes() if path.exists() else b""
    lines = data.split(b"\n")
    lines.pop()  # empty, or torn
    rows: list[dict[str, Any]] = []
    end = 0
    for number, line in enumerate(lines):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not an object")
        except ValueError as error:
            if number == len(lines) - 1:
                break  # a crash of the whole machine can leave a last line of the right length and the wrong bytes
            raise RunError(
                f"Line {number + 1} of {path} is not a record: {error}.", hint="remove that line, keep the others"
            ) from None
        rows.append(row)
        end += len(line) + 1
    return rows, end


def attempts(rows: Sequence[dict[str, object]]) -> dict[tuple[str, int], int]:
    """Return how often each planned execution (node, order) was attempted."""
    last: dict[tuple[str, int], int] = {}
    for row in rows:
        place = _place(row)
        last[place] = max(last.get(place, 0), _attempt(row))
    return last


def current(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return the rows that count: of each planned execution, those of its last attempt, sorted by node and order."""
    last = attempts(rows)
    kept = [row for row in rows if row["attempt"] == last[_place(row)]]
    return sorted(kept, key=_place)  # stable: operations keep their order


def _place(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["node"], row["order"]


def _attempt(row: Mapping[str, Any]) -> int:
    number: int = row["attempt"]
    return number
