"""What is answered about images, read."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.errors import ServerError
from sidus_lab.sidus import answers
from tests.sidus.standins import version

MANIFEST: dict[str, Any] = {
    **{key: value for key, value in version().items() if key != "published"},
    "format": 2,
    "form": "memory",
    "levels": ["asked", "enforced"],
    "root_hash": "ab" * 32,
    "verity": {},
    "files": {"initrd": {"bytes": 3, "sha256": "c" * 64}},
}


def test_the_catalogue() -> None:
    found = answers.catalogue(
        {
            "images": [{"name": "small", "versions": [version(published="ab" * 32), version("b" * 64)]}],
            "published": [MANIFEST],
        }
    )
    newest, older = found.images["small"]
    assert (newest.root_hash, older.root_hash) == ("ab" * 32, "")
    assert newest.created.isoformat() == "2026-01-02T03:04:05+00:00"
    published = found.published[0]
    assert (published.name, published.levels, published.size) == ("small@aaaaaaaaaaaa", ("asked", "enforced"), 3)
    assert answers.published({**MANIFEST, "seconds": {"verity": 1.0}}) == published


def test_details() -> None:
    shown = {**version(), "recipe": {"name": "small"}, "lock": [], "manifest": MANIFEST, "versions": ["a" * 12]}
    found = answers.details(shown)
    assert (found.recipe.name, found.lock) == ("small", ())
    assert found.published is not None
    assert found.published.root_hash == "ab" * 32


def test_a_build() -> None:
    value = {**version(), "new": True, "seconds": {"commit": 2.5}}
    assert answers.built(value) == answers.Built("small", "a" * 12, True, 7, {"commit": 2.5})
    assert answers.job_started({"job": "20260102-030405-abcd"}) == "20260102-030405-abcd"


@pytest.mark.parametrize("created", ["", "yesterday", 3])
def test_a_moment_that_is_none(created: object) -> None:
    with pytest.raises(ServerError, match="another shape"):
        answers.catalogue({"images": [{"name": "small", "versions": [version(created=created)]}], "published": []})


def test_the_history_of_a_version_and_a_recording_of_before_it_was_kept() -> None:
    told = {
        "author": "jane",
        "host": "srv",
        "parent": "b" * 64,
        "how": "on",
        "message": "why",
        "steps": [["install", "x"]],
    }
    versions = [version(**told), {key: item for key, item in version("c" * 64).items() if key not in told}]
    found = answers.catalogue({"images": [{"name": "small", "versions": versions}], "published": []}).images["small"]
    assert (found[0].author, found[0].how, found[0].message) == ("jane", "on", "why")
    assert (found[0].parent, found[0].steps) == ("b" * 64, (("install", "x"),))
    assert (found[1].author, found[1].steps) == ("", ())
