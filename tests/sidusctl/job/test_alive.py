"""A job lives as long as its process holds the lock, whoever looks, and from whichever process namespace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import files, formats, pack
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import alive, jobs, processes
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program

JOB = "20260101-000000-00ff"
HOLDER = """\
import sys, time
from pathlib import Path
from sidus_lab.sidusctl.job import alive
with alive.held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def _holder(job: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(job)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def _site(folder: Path, **note: Any) -> tuple[Site, Path]:
    site = Site(folder)
    place = site.jobs / JOB
    place.mkdir(parents=True)
    facts = {"format": 1, "privilege": "root", "url": "http://h", "authorized": []}
    (folder / "site.json").write_text(json.dumps(facts))
    asked = {"id": JOB, "operation": "image build", "request": {}, "created": time.time()}
    files.write_json(place / "job.json", {**asked, **note, "format": formats.newest("job")})
    (place / "events.jsonl").touch()
    return site, place


def test_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    assert alive.holds(tmp_path) is None
    alive.prepare(tmp_path)
    assert alive.holds(tmp_path) is False
    holder = _holder(tmp_path)
    try:
        assert alive.holds(tmp_path) is True
        assert alive.holds(tmp_path) is True
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    assert alive.holds(tmp_path) is False


def test_a_stranger_s_process_of_that_number_is_not_the_job(tmp_path: Path) -> None:
    """The note names this very process, as it might in another namespace; the lock is free."""
    me = os.getpid()
    where = {"boot": processes.boot(), "space": processes.space()}
    site, place = _site(tmp_path, pid=me, start=processes.started(me), **where)
    alive.prepare(place)
    assert jobs.describe(site, JOB)["state"] == "lost"
    assert [event["event"] for event in jobs.follow(site, JOB)] == ["error"]  # and it ends


def test_a_job_of_another_namespace_runs_and_is_not_ended_by_its_number_here(tmp_path: Path) -> None:
    site, place = _site(tmp_path, pid=os.getpid(), start=1, boot=processes.boot(), space="pid:[1]")
    alive.prepare(place)
    holder = _holder(place)
    try:
        assert jobs.describe(site, JOB)["state"] == "running"
        with pytest.raises(CtlError) as caught:
            jobs.cancel(site, JOB)
        assert caught.value.code == "job-elsewhere"
        assert jobs.describe(site, JOB)["state"] == "running"
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    assert jobs.describe(site, JOB)["state"] == "lost"


def test_lists_and_ends_where_proc_is_another_namespace_s(tmp_path: Path) -> None:
    """As in a container without a /proc of its own: numbers of /proc are those of strangers."""
    site, place = _site(tmp_path / "site", pid=2, start=1, boot=processes.boot(), space="pid:[1]")
    alive.prepare(place)
    (tmp_path / "sidusctl.pyz").write_bytes(pack.pack())
    program = Program(tmp_path / "sidusctl.pyz", site.root)
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    prefix = ["unshare", *user, "--pid", "--fork", "--kill-child"]
    assert [job["state"] for job in program("job", "list", prefix=prefix).value["jobs"]] == ["lost"]
    assert program("job", "follow", JOB, prefix=prefix).error["code"] == "lost"
    failed = program("image", "publish", "none", prefix=prefix).error
    assert failed["code"] == "foreign-proc"
    assert "/proc" in failed["hint"]
