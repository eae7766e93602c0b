"""Start a job: its folder made aside and renamed when it is whole, its process in a session of its own."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time

from .. import files, formats, shapes, tools
from ..errors import CtlError
from ..site import Site
from . import alive, notes
from .place import ID, START_TIMEOUT, note_of, tail

_KEY = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def start(site: Site, operation: str, request: shapes.Request, key: str = "") -> str:
    """Start an operation in a process of its own, in a session of its own; gives the job's id.

    With a `key` that started a job before, that job is given and no other is started: whoever was cut off may ask
    again. Raises CtlError ``job-not-started``, ``bad-key`` or ``key-used`` (for something else).
    """
    site.facts()
    if key and not _KEY.match(key):
        raise CtlError("bad-key", "{!r} cannot be a job's key.".format(key[:80]), hint="8 to 64 letters and digits")
    try:
        with site.lock():
            job = _started_by(site, key, operation, request) if key else ""
            if not job:
                job = _make(site, operation, request, key)
    except OSError as error:
        raise CtlError("job-not-started", "Cannot start a job: {}.".format(error), hint="is the disk full?") from error
    place = site.jobs / job
    end = time.monotonic() + START_TIMEOUT
    while time.monotonic() < end:
        if "pid" in note_of(place) or (place / "result.json").exists():
            return job
        time.sleep(0.02)
    raise CtlError(
        "job-not-started",
        "The job's process did not start.",
        hint="see " + str(place / "log"),
        detail=tail(place / "log"),
    )


def _started_by(site: Site, key: str, operation: str, request: shapes.Request) -> str:
    for place in site.jobs.iterdir():
        try:
            note = notes.read(place) if ID.match(place.name) else None
        except CtlError:
            continue
        if note is not None and note.get("key") == key:
            if (note["operation"], note["request"]) != (operation, json.loads(json.dumps(request))):
                raise CtlError(
                    "key-used",
                    "This key started job {}, which does something else.".format(place.name),
                    hint="take another key",
                    step=("job-follow", place.name),
                )
            return place.name
    return ""


def _make(site: Site, operation: str, request: shapes.Request, key: str) -> str:
    """Make a job's folder aside, rename it when it is whole, and start its process; under the site's lock."""
    for rest in site.jobs.glob(".*"):  # of a call that was killed here: nobody else is, while the lock is held
        shutil.rmtree(rest, ignore_errors=True)
    job = time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + secrets.token_hex(2)
    place, aside = site.jobs / job, site.jobs / ("." + job)
    aside.mkdir(mode=0o755)
    note: shapes.JobNote = {
        "format": formats.newest("job"),
        "id": job,
        "operation": operation,
        "request": request,
        "created": time.time(),
    }
    if key:
        note["key"] = key
    notes.write(aside, note)
    (aside / "events.jsonl").touch()
    alive.prepare(aside)
    os.rename(aside, place)
    files.sync_folder(site.jobs)
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
    return job
