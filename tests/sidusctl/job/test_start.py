"""How a job starts: whole or not at all, and once for each key."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import jobs, notes, start
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program


@pytest.fixture(autouse=True)
def ended(ctl: Program) -> Iterator[None]:
    """No job is left when the site is removed."""
    yield
    for place in (ctl.site / "jobs").iterdir():
        ctl("job", "follow", place.name)


WORDS = ("image", "publish", "none", "--detach", "--key", "my-own-key-1")


def test_the_same_key_finds_the_same_job(ctl: Program) -> None:
    first = ctl(*WORDS).value["job"]
    assert ctl(*WORDS).value["job"] == first
    assert ctl("image", "publish", "none", "--key", "my-own-key-1").events[0] == {"event": "job", "id": first}
    assert len(list((ctl.site / "jobs").iterdir())) == 1
    other = ctl("image", "publish", "other", "--detach", "--key", "my-own-key-1")
    assert other.error["code"] == "key-used"
    assert other.error["next"] == ["job-follow", first]
    assert ctl("image", "publish", "none", "--detach", "--key", "my-own-key-2").value["job"] != first


@pytest.mark.parametrize("key", ["short", "a key with blanks", "../../etc/passwd", "x" * 65])
def test_what_is_no_key(ctl: Program, key: str) -> None:
    assert ctl("image", "publish", "none", "--key", key).error["code"] == "bad-key"
    assert list((ctl.site / "jobs").iterdir()) == []


@pytest.mark.parametrize("moment", ["note", "events", "rename"])
def test_killed_while_the_folder_is_made_leaves_nothing_that_lists(
    ctl: Program, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    site = Site(ctl.site)
    place = {"note": (notes, "write"), "events": (Path, "touch"), "rename": (os, "rename")}[moment]
    with monkeypatch.context() as patch:
        patch.setattr(*place, kill)
        with pytest.raises(Killed):
            start.start(site, "image publish", {"image": "none"}, "my-own-key-1")
    assert jobs.listing(site) == {"jobs": [], "damaged": []}
    started = ctl(*WORDS).value["job"]  # the same call then succeeds, and nothing is left over
    assert [entry.name for entry in (ctl.site / "jobs").iterdir()] == [started]


def test_a_full_disk_starts_no_job(ctl: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    site = Site(ctl.site)
    monkeypatch.setattr(notes, "write", full)
    with pytest.raises(CtlError) as caught:
        start.start(site, "image publish", {"image": "none"})
    assert caught.value.code == "job-not-started"
    assert jobs.listing(site) == {"jobs": [], "damaged": []}


def test_the_key_is_in_the_note(ctl: Program) -> None:
    job = ctl(*WORDS).value["job"]
    assert json.loads((ctl.site / "jobs" / job / "job.json").read_text())["key"] == "my-own-key-1"
