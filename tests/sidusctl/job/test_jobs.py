"""Jobs outlive whoever started them; what ends them, ends all they started."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import files
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import jobs, notes, place, processes
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import TINY, Program

pytestmark = pytest.mark.image
RECIPE = json.dumps(TINY)


def until(true: Callable[[], Any], what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def started(ctl: Program) -> tuple[str, dict[str, Any]]:
    """A build under way: its id and job.json, once mmdebstrap has begun to download."""
    job = ctl("image", "build", "--force", "--detach", stdin=RECIPE).value["job"]
    events = ctl.site / "jobs" / job / "events.jsonl"
    until(lambda: "mmdebstrap" in events.read_text(), "mmdebstrap did not start")
    return job, files.read_json(ctl.site / "jobs" / job / "job.json")


def nothing_left(ctl: Program, about: dict[str, Any]) -> None:
    until(lambda: not processes.session(about["pid"]), "processes are left")
    assert not list((ctl.site / "tmp").iterdir())


def test_cancel_ends_everything_and_leaves_nothing(ctl: Program) -> None:
    job, about = started(ctl)
    assert len(processes.session(about["pid"])) >= 3
    assert ctl("job", "cancel", job).value["state"] == "cancelled"
    nothing_left(ctl, about)
    answer = ctl("job", "follow", job)
    assert (answer.code, answer.error["code"]) == (1, "cancelled")
    assert ctl("job", "cancel", job).value["state"] == "cancelled"
    assert ctl("image", "list").value["images"] == []


def test_a_killed_job_is_lost_and_the_next_one_cleans_up(ctl: Program) -> None:
    job, about = started(ctl)
    os.kill(about["pid"], signal.SIGKILL)
    answer = ctl("job", "follow", job)
    assert answer.error["code"] == "lost"
    assert answer.error["detail"]
    assert ctl("job", "list").value["jobs"][0]["state"] == "lost"
    until(lambda: not processes.session(about["pid"]), "its programs live on")
    assert list((ctl.site / "tmp").iterdir())
    ctl("image", "publish", "none")  # any operation
    nothing_left(ctl, about)


def test_two_builds_of_one_image_at_once(ctl: Program) -> None:
    job, _ = started(ctl)
    second = ctl("image", "build", stdin=RECIPE)
    assert second.error["code"] == "busy"
    assert second.error["next"] == ["job-follow", job]
    assert ctl("node", "list").code == 0  # readers are not held up
    ctl("job", "cancel", job)


def test_it_outlives_the_connection_and_is_followed_again(ctl: Program) -> None:
    follower = ctl.start("image", "build", stdin=json.dumps({**TINY, "suite": "nosuch"}))
    assert follower.stdout is not None
    job = json.loads(follower.stdout.readline())["id"]
    os.killpg(follower.pid, signal.SIGHUP)
    follower.stdout.close()
    assert follower.wait(10) != 0
    whole = ctl("job", "follow", job)
    assert whole.error["code"] == "unknown-suite"
    assert len(whole.events) >= 3
    assert ctl("job", "follow", job, "--from", "2").events == whole.events[2:]
    assert ctl("job", "follow", job, "--from", "99999").events == whole.events[-1:]
    listed = ctl("job", "list").value["jobs"][0]
    assert (listed["id"], listed["state"], listed["operation"]) == (job, "failed", "image build")


@pytest.mark.parametrize("job", ["nosuch", "../../etc", "20260101-000000-ffff", ""])
def test_unknown_jobs(ctl: Program, job: str) -> None:
    for verb in ("follow", "cancel"):
        assert ctl("job", verb, job).error["code"] == "unknown-job"


def _fake(tmp_path: Path, **about: Any) -> tuple[Site, str]:
    site, job = Site(tmp_path), "20260101-000000-abcd"
    value = {"id": job, "operation": "image build", "request": {}, "created": time.time(), **about}
    files.write_json(site.jobs / job / "job.json", value)
    (site.jobs / job / "events.jsonl").touch()
    return site, job


def test_a_reused_process_number_is_not_the_job(tmp_path: Path) -> None:
    mine = processes.started(os.getpid())
    assert mine is not None
    site, job = _fake(tmp_path, pid=os.getpid(), start=mine, boot=processes.boot())
    assert jobs.describe(site, job)["state"] == "running"
    for changes in ({"start": mine - 1}, {"boot": "another"}):
        site, job = _fake(tmp_path, **{"pid": os.getpid(), "start": mine, "boot": processes.boot(), **changes})
        assert jobs.describe(site, job)["state"] == "lost"


def test_a_job_that_never_started_is_lost_in_the_end(tmp_path: Path) -> None:
    site, job = _fake(tmp_path)
    assert jobs.describe(site, job)["state"] == "running"
    site, job = _fake(tmp_path, created=time.time() - 1000)
    assert jobs.describe(site, job)["state"] == "lost"


def test_half_a_line_is_not_an_event_yet(tmp_path: Path) -> None:
    site, job = _fake(tmp_path)
    notes.write_outcome(site.jobs / job, {"event": "result", "value": 1})
    whole = {"event": "progress", "step": "x", "fraction": 0.5, "line": "half"}
    (site.jobs / job / "events.jsonl").write_text(json.dumps(whole) + '\n{"event": "pro')
    assert list(jobs.follow(site, job)) == [whole, {"event": "result", "value": 1}]


def test_a_fault_of_ours_still_gives_a_result(ctl: Program) -> None:
    site = Site(ctl.site)
    job = "20260101-000000-abcd"
    value = {"id": job, "operation": "broken", "request": {}, "created": time.time()}
    files.write_json(site.jobs / job / "job.json", value)

    def broken(_work: Any, _request: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    pid = os.fork()
    if pid == 0:
        os._exit(jobs.run(site, job, {"broken": broken}))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    answer = ctl("job", "follow", job)
    assert answer.error["code"] == "bug"
    assert "ZeroDivisionError" in (site.jobs / job / "log").read_text()


def test_an_operation_says_its_own_error(ctl: Program) -> None:
    with pytest.raises(CtlError):
        place.find(Site(ctl.site), "x")
    answer = ctl("image", "publish", "none")
    assert (answer.code, answer.error["code"]) == (1, "unknown-image")
