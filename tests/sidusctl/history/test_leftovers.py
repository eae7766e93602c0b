"""What ended long ago."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.history import leftovers
from sidus_lab.sidusctl.job import notes
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program


def _job(site: Site, number: int, days: float) -> str:
    name = f"20260101-000000-000{number}"
    (site.jobs / name).mkdir()
    (site.jobs / name / "events.jsonl").touch()
    created = time.time() - days * 86400
    request = {"image": "x"}
    notes.write(site.jobs / name, {"format": 2, "id": name, "operation": "x", "request": request, "created": created})  # type: ignore[typeddict-item]
    return name


def test_jobs_that_ended_before_and_none_that_somebody_may_still_follow(ctl: Program) -> None:
    site = Site(ctl.site)
    old, _young = _job(site, 1, 40), _job(site, 2, 20)
    just = _job(site, 3, 0.001)
    assert [each.path.name for each in leftovers.look(site, 30)] == [old]
    assert just not in [each.path.name for each in leftovers.look(site, 0)]


def test_older_programs_that_nobody_runs(ctl: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(ctl.site)
    paths = [tmp_path / f"sidusctl-{number}.pyz" for number in range(4)]
    for path in paths:
        path.write_text("import sys; print(flush=True); sys.stdin.read()")
        os.utime(path, (1, 1))
    paths[3].touch()
    monkeypatch.setattr(tools, "own_command", lambda: [sys.executable, str(paths[0])])
    with subprocess.Popen([sys.executable, str(paths[1])], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()  # it is this program now, and no copy of the test any more
        assert [each.path for each in leftovers.look(site, 30)] == [paths[2]]
        running.communicate(b"")
