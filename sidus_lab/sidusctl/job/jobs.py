"""Jobs: operations that outlive the connection, the terminal and the notebook that started them.

A job's folder is its whole truth: job.json (what, and which process), events.jsonl (progress), log (what the
programs said), result.json (the last event; written once). A job without a result whose process is gone is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

from .. import events, files, tools
from ..errors import CtlError
from ..site import Site
from . import processes
from .work import Work, clean, end_session, folder

_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}\Z")
_START_TIMEOUT = 20.0
_TERM_TIMEOUT = 15.0
_POLL = 0.1

Operation = Callable[[Work, Dict[str, Any]], Any]
"""operation(work, request) -> the job's value"""


def _place(site: Site, job: str) -> Path:
    place = site.jobs / job
    if not _ID.match(job) or not place.is_dir():
        raise CtlError("unknown-job", "There is no job {!r}.".format(job), hint="sidusctl job list")
    return place


def start(site: Site, operation: str, request: Dict[str, Any]) -> str:
    """Start an operation in a process of its own, in a session of its own; gives the job's id.

    Raises CtlError ``job-not-started``.
    """
    site.facts()
    job = time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + secrets.token_hex(2)
    place = site.jobs / job
    try:
        place.mkdir(parents=True, mode=0o755)
        files.write_json(
            place / "job.json", {"id": job, "operation": operation, "request": request, "created": time.time()}
        )
        (place / "events.jsonl").touch()
        with open(place / "log", "ab") as log:
            subprocess.Popen(
                [*tools.own_command(), "--site", str(site.root), "_job", job],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=tools.environment(),
                start_new_session=True,
            )
    except OSError as error:
        raise CtlError("job-not-started", "Cannot start a job: {}.".format(error), hint="is the disk full?") from error
    end = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < end:
        if "pid" in files.read_json(place / "job.json") or (place / "result.json").exists():
            return job
        time.sleep(0.02)
    raise CtlError(
        "job-not-started",
        "The job's process did not start.",
        hint="see " + str(place / "log"),
        detail=_tail(place / "log"),
    )


def _tail(path: Path, size: int = 2000) -> str:
    try:
        with open(path, "rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - size))
            return stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


class _Cancelled(BaseException):
    pass


def run(site: Site, job: str, operations: Dict[str, Operation]) -> int:
    """The job's own process: do the operation, write down its events and its result."""

    def on_signal(_number: int, _frame: Any) -> None:
        raise _Cancelled()

    place = _place(site, job)
    os.umask(0o022)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, on_signal)
    about = files.read_json(place / "job.json")
    about.update(pid=os.getpid(), start=processes.started(os.getpid()), boot=processes.boot())
    files.write_json(place / "job.json", about)
    value: Dict[str, Any]
    try:
        with open(place / "events.jsonl", "a", encoding="utf-8") as stream, open(place / "log", "ab") as log:
            value = _guarded(site, job, operations[about["operation"]], about["request"], stream, log)
    except _Cancelled:
        value = _cancelled().to_event()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(OSError):  # a full disk: then the job is reported as lost, with this process's log
        files.write_json(place / "result.json", value)
    return 0 if value["event"] == "result" else 1


def _guarded(
    site: Site, job: str, operation: Operation, request: Dict[str, Any], stream: Any, log: Any
) -> Dict[str, Any]:
    last = [""]

    def progress(step: str, fraction: Optional[float], text: str) -> None:
        line = events.line(events.progress(step, fraction, text))
        if line != last[0]:
            last[0] = line
            stream.write(line + "\n")
            stream.flush()

    try:
        privilege = site.privilege()
        with folder(site, privilege, job) as place:
            return events.result(operation(Work(site, privilege, place, log, progress), request))
    except CtlError as error:
        return error.to_event()
    except OSError as error:
        full = error.errno in (28, 122)
        return CtlError(
            "disk-full" if full else "operation-failed",
            "The server's disk is full." if full else "The operation failed: {}.".format(error),
            hint="free some space, then run it again" if full else "see the job's log",
        ).to_event()
    except Exception as error:  # the job must always leave a result
        import traceback

        log.write(traceback.format_exc().encode())
        return CtlError(
            "bug", "{}: {}".format(type(error).__name__, error), hint="a fault of sidusctl; see the job's log"
        ).to_event()


def _cancelled() -> CtlError:
    return CtlError(
        "cancelled", "The job was cancelled.", hint="start it again when wanted; nothing half is left behind"
    )


def _alive(about: Dict[str, Any]) -> bool:
    if "pid" not in about:
        return time.time() - float(about["created"]) < _START_TIMEOUT
    return about.get("boot") == processes.boot() and processes.started(int(about["pid"])) == about["start"]


def _lost(place: Path) -> CtlError:
    return CtlError(
        "lost",
        "The job's process ended without a result (killed, out of memory, or a restart of the server).",
        hint="start it again; what it left behind is removed then",
        detail=_tail(place / "log"),
    )


def _outcome(place: Path) -> Optional[Dict[str, Any]]:
    """The job's last event, or None while it runs."""
    found = files.read_json(place / "result.json")
    if found is not None:
        return dict(found)
    if _alive(files.read_json(place / "job.json")):
        return None
    # It may have written its result between the two looks.
    return dict(files.read_json(place / "result.json") or _lost(place).to_event())


def follow(site: Site, job: str, first: int = 0) -> Iterator[Dict[str, Any]]:
    """The events of a job from number `first` on, as they come, and at the end its result or error."""
    place = _place(site, job)
    with open(place / "events.jsonl", encoding="utf-8") as stream:
        number, rest = 0, ""
        while True:
            outcome = _outcome(place)  # looked at before the events: none that came before it can be missed
            rest += stream.read()
            *lines, rest = rest.split("\n")
            for line in lines:
                if number >= first:
                    yield json.loads(line)
                number += 1
            if outcome is not None:
                yield outcome
                return
            time.sleep(_POLL)


def describe(site: Site, job: str) -> Dict[str, Any]:
    """One job: id, operation, request, state (running, done, failed, cancelled, lost), times, its last line."""
    place = _place(site, job)
    about = files.read_json(place / "job.json")
    outcome = _outcome(place)
    state = "running"
    if outcome is not None:
        state = "done" if outcome["event"] == "result" else str(outcome["code"])
        state = state if state in ("done", "cancelled", "lost") else "failed"
    last = _tail(place / "events.jsonl", 4000).strip().splitlines()[-1:]
    ended = (place / "result.json").stat().st_mtime if (place / "result.json").exists() else None
    about["request"].pop("recipe", None)
    return {
        "id": job,
        "operation": about["operation"],
        "request": about["request"],
        "state": state,
        "created": about["created"],
        "elapsed": round((ended or time.time()) - about["created"], 1) if state == "running" or ended else None,
        "last": json.loads(last[0]) if last and last[0].startswith("{") else None,
        "error": outcome["message"] if outcome is not None and outcome["event"] == "error" else None,
    }


def listing(site: Site) -> List[Dict[str, Any]]:
    """All jobs, newest first."""
    site.facts()
    names = sorted((entry.name for entry in site.jobs.iterdir() if _ID.match(entry.name)), reverse=True)
    return [describe(site, name) for name in names]


def cancel(site: Site, job: str) -> Dict[str, Any]:
    """End a job and everything it started; one that has ended already is left as it is."""
    place = _place(site, job)
    if _outcome(place) is None:
        about = files.read_json(place / "job.json")
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(about["pid"]), signal.SIGTERM)
        end = time.monotonic() + _TERM_TIMEOUT
        while _alive(about) and time.monotonic() < end:
            time.sleep(_POLL)
        privilege = site.privilege()
        end_session(place, privilege)
        if not (place / "result.json").exists():
            files.write_json(place / "result.json", _cancelled().to_event())
        clean(site, privilege)
    return describe(site, job)


def report(site: Site, job: str, first: int = 0) -> int:
    """Print a job's events until its end; gives the exit code."""
    code = 1
    try:
        for event in follow(site, job, first):
            events.emit(event)
            code = 0 if event["event"] == "result" else 1
    except BrokenPipeError:  # whoever watched has gone; the job goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
