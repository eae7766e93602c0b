"""Versions and what is published of them, as values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus.images import Image
from sidus_lab.sidus.versions import Published, PublishedFile, Version
from tests.sidus.standins import Answers, version

MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PUBLISHED = Published(
    root_hash="ab" * 32,
    form="memory",
    levels=("asked", "enforced"),
    image="small",
    version="0123456789ab",
    commit="0123456789ab" + "0" * 52,
    content="d" * 64,
    created=MADE,
    suite="bookworm",
    packages=7,
    kernel="6.1.0-9-amd64",
    files={"root.squashfs": PublishedFile(100, "e" * 64), "initrd": PublishedFile(20, "f" * 64)},
)
VERSION = Version("small", "0" * 12, "0" * 64, "d" * 64, MADE, "bookworm", 7, "", "")


def test_published_in_one_line() -> None:
    assert str(PUBLISHED) == repr(PUBLISHED)
    assert str(PUBLISHED) == "small@0123456789ab published as abababababab, kernel 6.1.0-9-amd64"
    assert PUBLISHED.name == "small@0123456789ab"
    assert PUBLISHED.size == 120


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        PUBLISHED.image = "other"  # type: ignore[misc]


def test_a_version_in_one_line() -> None:
    assert str(VERSION) == "small@000000000000  2026-01-02 03:04  7 packages, no kernel, not published"


def test_a_version_from_nowhere_says_so() -> None:
    for ask in (VERSION.publish, VERSION.details, lambda: VERSION.lock, lambda: VERSION.recipe):
        with pytest.raises(SidusError, match="came from no site"):
            ask()


def test_a_version_asks_for_more_when_it_is_asked_for_more() -> None:
    lock = [{"name": "bash", "version": "5.2", "arch": "amd64", "sha256": "a" * 64}]
    shown = {**version(), "recipe": {"name": "small", "suite": "bookworm"}, "lock": lock, "manifest": None}
    answers = Answers(
        {
            "image list": {"images": [{"name": "small", "versions": [version()]}], "published": []},
            "image show": {**shown, "versions": []},
        }
    )
    newest = Image(answers.server, "small").newest
    assert answers.asked == [("image", "list")]
    assert [str(package) for package in newest.lock] == ["bash 5.2 (amd64)"]
    assert newest.recipe["suite"] == "bookworm"
    assert newest.details().published is None
    assert answers.asked[1:] == [("image", "show", "small@aaaaaaaaaaaa")] * 3
    assert newest == replace(newest, source=None)  # where it came from is no part of what it is
