"""Jobs: operations that outlive the connection, the terminal and the notebook that started them.

A job's folder is its whole truth: job.json (what, and which process), events.jsonl (progress), log (what the
programs said), result.json (the last event; written once). A job without a result whose process is gone is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Callable, Iterator, Mapping, Optional, cast

from .. import errors, events, shaped, shapes
from ..errors import CtlError
from ..grammar import Printed
from ..site import Site
from . import alive, notes, processes
from .place import ID, START_TIMEOUT, find, note_of, tail
from .work import Work, clean, end_session, folder

_TERM_TIMEOUT = 15.0
_POLL = 0.1

Operation = Callable[[Work, shapes.Request], object]
"""operation(work, request) -> the job's value"""


class _Cancelled(BaseException):
    pass


def run(site: Site, job: str, operations: Mapping[str, Operation]) -> int:
    """The job's own process: do the operation, write down its events and its result."""
    place = find(site, job)
    with alive.held(place):
        return _run(site, place, operations)


def _run(site: Site, place: Path, operations: Mapping[str, Operation]) -> int:
    def on_signal(_number: int, _frame: Optional[FrameType]) -> None:
        raise _Cancelled()

    os.umask(0o022)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, on_signal)
    note = note_of(place)
    value: shapes.Outcome
    try:
        note["pid"], note["start"] = os.getpid(), processes.started(os.getpid()) or 0
        note["boot"], note["space"] = processes.boot(), processes.space()
        notes.write(place, note)
        notes.keep_room(place)
        # Without buffers: what a full disk refused must not come back, as an error, when the file is closed.
        with open(place / "events.jsonl", "ab", 0) as stream, open(place / "log", "ab", 0) as log:
            value = _guarded(site, place.name, operations[note["operation"]], note["request"], stream, log)
    except _Cancelled:
        value = _cancelled().to_event(str(site.root))
    except CtlError as error:
        value = error.to_event(str(site.root))
    except OSError as error:
        words = "The job cannot begin: {}.".format(error)
        value = errors.from_os(error, "operation-failed", words, "see its log").to_event(str(site.root))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(OSError):  # no room was left at its start: the job is reported as lost, with its log
        notes.write_outcome(place, value)
    return 0 if value["event"] == "result" else 1


def _guarded(
    site: Site, job: str, operation: Operation, request: shapes.Request, stream: BinaryIO, log: BinaryIO
) -> shapes.Outcome:
    last = [""]

    def progress(step: str, fraction: Optional[float], text: str) -> None:
        line = events.line(events.progress(step, fraction, text))
        if line != last[0]:
            last[0] = line
            with contextlib.suppress(OSError):  # nobody can be told, but the work may go on
                stream.write((line + "\n").encode())

    try:
        privilege = site.privilege()
        with folder(site, privilege, job) as place:
            return events.result(operation(Work(site, privilege, place, log, progress), request))
    except CtlError as error:
        failed = error
    except OSError as error:
        failed = errors.from_os(
            error, "operation-failed", "The operation failed: {}.".format(error), "see the job's log"
        )
    except Exception as error:  # the job must always leave a result
        log.write(traceback.format_exc().encode())
        failed = CtlError(
            "bug", "{}: {}".format(type(error).__name__, error), hint="a fault of sidusctl; see the job's log"
        )
    return failed.to_event(str(site.root))


def _cancelled() -> CtlError:
    return CtlError(
        "cancelled", "The job was cancelled.", hint="start it again when wanted; nothing half is left behind"
    )


def _alive(place: Path) -> bool:
    note = note_of(place)
    if "pid" not in note:
        return time.time() - note["created"] < START_TIMEOUT
    held = alive.holds(place)
    return _is_here(note) if held is None else held


def _is_here(note: shapes.JobNote) -> bool:
    """Whether the number in the note means the job's own process, seen from here."""
    same = (note["boot"], note.get("space", processes.space())) == (processes.boot(), processes.space())
    return same and processes.started(note["pid"]) == note["start"]


def _lost(place: Path) -> CtlError:
    return CtlError(
        "lost",
        "The job's process ended without a result (killed, out of memory, or a restart of the server).",
        hint="start it again; what it left behind is removed then",
        detail=tail(place / "log"),
    )


def _outcome(place: Path) -> Optional[shapes.Outcome]:
    """The job's last event, or None while it runs."""
    found = notes.read_outcome(place)
    if found is not None:
        return found
    if _alive(place):
        return None
    # It may have written its result between the two looks.
    return notes.read_outcome(place) or _lost(place).to_event()


def follow(site: Site, job: str, first: int = 0) -> Iterator[shapes.Event]:
    """The events of a job from number `first` on, as they come, and at the end its result or error."""
    place = find(site, job)
    note_of(place)
    with open(place / "events.jsonl", encoding="utf-8", errors="replace", newline="\n") as stream:
        number, rest = 0, ""
        while True:
            outcome = _outcome(place)  # looked at before the events: none that came before it can be missed
            rest += stream.read()
            *lines, rest = rest.split("\n")
            for line in lines:
                event = _progress(line) if number >= first else None
                if event is not None:
                    yield event
                number += 1
            if outcome is not None:
                yield outcome
                return
            time.sleep(_POLL)


def describe(site: Site, job: str) -> shapes.Job:
    """One job: id, operation, request, state (running, done, failed, cancelled, lost), times, its last line."""
    place = find(site, job)
    note, outcome = note_of(place), _outcome(place)
    state = _state(outcome)
    ended = (place / "result.json").stat().st_mtime if (place / "result.json").exists() else None
    request = note["request"]
    request.pop("recipe", None)
    return {
        "id": job,
        "operation": note["operation"],
        "request": request,
        "state": state,
        "created": note["created"],
        "elapsed": round((ended or time.time()) - note["created"], 1) if state == "running" or ended else None,
        "last": _last_progress(place),
        "error": outcome["message"] if outcome is not None and outcome["event"] == "error" else None,
    }


def _state(outcome: Optional[shapes.Outcome]) -> shapes.JobState:
    if outcome is None:
        return "running"
    if outcome["event"] == "result":
        return "done"
    if outcome["code"] == "cancelled":
        return "cancelled"
    return "lost" if outcome["code"] == "lost" else "failed"


def _last_progress(place: Path) -> Optional[shapes.ProgressEvent]:
    # Split at line feeds alone: the text of an event may hold any other break.
    lines = tail(place / "events.jsonl", 4000).strip().split("\n")
    return _progress(lines[-1])


def _progress(line: str) -> Optional[shapes.ProgressEvent]:
    """A line of events.jsonl, or None for what a full disk or a stranger's hand left there."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return None if shaped.faults(event, shapes.ProgressEvent) else cast(shapes.ProgressEvent, event)


def listing(site: Site) -> shapes.Jobs:
    """All jobs, newest first; a folder that is no whole job is listed as damaged and hides no other."""
    site.facts()
    found: shapes.Jobs = {"jobs": [], "damaged": []}
    names = sorted((entry.name for entry in site.jobs.iterdir() if ID.match(entry.name)), reverse=True)
    for name in names:
        try:
            found["jobs"].append(describe(site, name))
        except CtlError as error:
            found["damaged"].append(error.to_row("job", str(site.jobs / name)))
    return found


def cancel(site: Site, job: str) -> shapes.Job:
    """End a job and everything it started; one that has ended already is left as it is."""
    place = find(site, job)
    if _outcome(place) is None:
        note = note_of(place)
        if "pid" in note:
            if not _is_here(note) and _alive(place):
                raise CtlError(
                    "job-elsewhere",
                    "The job's process cannot be seen from here: it runs in another process namespace.",
                    hint="cancel it from where it was started, such as the same container or login",
                )
            with contextlib.suppress(ProcessLookupError):
                os.kill(note["pid"], signal.SIGTERM)
        end = time.monotonic() + _TERM_TIMEOUT
        while _alive(place) and time.monotonic() < end:
            time.sleep(_POLL)
        privilege = site.privilege()
        end_session(place, privilege)
        if not (place / "result.json").exists():
            notes.write_outcome(place, _cancelled().to_event(str(site.root)))
        clean(site, privilege)
    return describe(site, job)


def report(site: Site, job: str, first: int = 0) -> Printed:
    """Print a job's events until its end."""
    code = 1
    try:
        for event in follow(site, job, first):
            events.emit(event)
            code = 0 if event["event"] == "result" else 1
    except BrokenPipeError:  # whoever watched has gone; the job goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Printed(code)
