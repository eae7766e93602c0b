"""Programs run for a job, and the folder that it works in."""

from __future__ import annotations

import errno
import io
import os
import time
from pathlib import Path

import pytest

from sidus_lab.sidusctl import files
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import processes, work
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import mode


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "tmp").mkdir()
    return Site(tmp_path)


def working(site: Site, log: io.BytesIO) -> work.Work:
    return work.Work(site, Privilege(mode()), site.root, log, lambda step, fraction, text: None)


@pytest.mark.parametrize("privileged", [True, False])
def test_lines_end_with_any_sign_and_the_log_keeps_all(site: Site, privileged: bool) -> None:
    log, lines = io.BytesIO(), list[str]()
    argv = ["sh", "-c", "printf 'one\\n10%%\\r20%%\\rtwo\\n' && echo err >&2 && printf end; exit 3"]
    assert working(site, log).stream(argv, lines.append, privileged=privileged) == 3
    assert lines == ["one", "10%", "20%", "two", "err", "end"]
    assert log.getvalue() == b"one\n10%\r20%\rtwo\nerr\nend"


class Full(io.BytesIO):
    """A log on a full disk."""

    def write(self, _block: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_grow_ends_nothing(site: Site) -> None:
    lines = list[str]()
    assert working(site, Full()).stream(["sh", "-c", "echo one; echo two; exit 3"], lines.append) == 3
    assert lines == ["one", "two", ""]


def test_a_fault_while_reading_ends_the_program_and_its_children(site: Site) -> None:
    def stop(_line: str) -> None:
        raise ValueError

    before = set(processes.tree(os.getpid()))
    with pytest.raises(ValueError):
        working(site, io.BytesIO()).stream(["sh", "-c", "sleep 1000 & sleep 1001 & echo x; wait"], stop)
    end = time.monotonic() + 30
    while set(processes.tree(os.getpid())) - before:
        assert time.monotonic() < end, "processes are left"
        time.sleep(0.05)


def test_the_folder_goes_with_its_job_whatever_happens(site: Site) -> None:
    privilege = Privilege(mode())

    def job() -> None:
        with work.folder(site, privilege, "a") as place:
            script = 'mkdir -m 700 "$1" && touch "$1/x" && chown -R 33:33 "$1"'
            assert privilege.run(["sh", "-c", script, "sh", str(place / "tree")]).returncode == 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        job()
    assert not list(site.tmp.iterdir())


def test_what_a_dead_job_left_is_removed_and_a_living_one_is_let_be(site: Site) -> None:
    privilege = Privilege(mode())
    (site.tmp / "dead").mkdir()
    (site.tmp / "dead.lock").write_text("1234")
    with work.folder(site, privilege, "living") as living:
        assert not (site.tmp / "dead").exists()
        work.clean(site, privilege)
        assert living.is_dir()
        with pytest.raises(CtlError) as caught, work.folder(site, privilege, "living"):
            pass
        assert caught.value.code == "busy"
    assert not list(site.tmp.iterdir())


def test_a_session_of_another_process_with_the_same_number_is_let_be(tmp_path: Path) -> None:
    start = processes.started(os.getpid())
    assert start is not None
    asked = {"id": tmp_path.name, "operation": "image build", "request": {}, "created": 0.0, "pid": os.getpid()}
    files.write_json(tmp_path / "job.json", {**asked, "start": start - 1, "boot": processes.boot()})
    work.end_session(tmp_path, Privilege(mode()))  # it would end this very process
    files.write_json(tmp_path / "job.json", {**asked, "start": start, "boot": "another"})
    work.end_session(tmp_path, Privilege(mode()))
