"""The one error: what it says, and a full disk by its own name wherever it is met."""

from __future__ import annotations

import errno

import pytest

from sidus_lab.sidusctl import errors
from sidus_lab.sidusctl.errors import CtlError, Usage


def test_it_says_what_happened_and_what_to_do_next() -> None:
    error = CtlError("busy", "It is busy.", hint="follow that one", step=("job-follow", "x"), detail="a log")
    assert str(error) == "It is busy.\nfollow that one\nsidusctl job follow x"
    assert error.to_event("/srv/sidus") == {
        "event": "error",
        "code": "busy",
        "message": "It is busy.",
        "hint": "follow that one",
        "next": ["job-follow", "x"],
        "command": "sidusctl --site /srv/sidus job follow x",
        "detail": "a log",
    }


def test_without_a_next_step_there_is_no_command() -> None:
    event = Usage("No.").to_event("/srv/sidus")
    assert (event["code"], event["next"], event["command"], event["hint"]) == ("usage", [], "", "")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_has_its_own_name(number: int) -> None:
    found = errors.from_os(OSError(number, "x"), "other", "Something.", "do it")
    assert (found.code, found.message) == ("disk-full", "The server's disk is full.")


def test_any_other_error_has_the_name_that_is_given() -> None:
    found = errors.from_os(OSError(errno.EACCES, "x"), "other", "Something.", "do it")
    assert (found.code, found.message, found.hint) == ("other", "Something.", "do it")


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("write: No space left on device", True),
        ("error: min-free-space-percent '3%' would be exceeded", True),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", True),
        ("Disk quota exceeded", True),
        ("No such file or directory", False),
        ("", False),
    ],
)
def test_the_words_of_programs_for_a_full_disk(said: str, full: bool) -> None:
    assert errors.says_full(said) is full
