"""The history of an image, shown."""

from __future__ import annotations

import json
from typing import Any

from sidus_lab.sidus import answers
from sidus_lab.sidus.history import Changed
from tests.sidus.standins import version

NOTHING: dict[str, list[str]] = {key: [] for key in ("new", "gone", "up", "down", "again", "recipe")}
PLACE: dict[str, Any] = {"tags": [], "assigned": [], "booted": [], "held": [], "changed": NOTHING}
ON = {"author": "jane", "host": "srv", "parent": "a" * 64, "how": "on", "message": "topology"}
LOG: dict[str, Any] = {
    "image": "small",
    "versions": [
        {
            **version("b" * 64, published="c" * 64, steps=[["install", "hwloc"]], **ON),
            **PLACE,
            "tags": ["course-2027"],
            "booted": ["node1", "node2"],
            "assigned": ["node1"],
            "held": ["run 1"],
            "changed": {**NOTHING, "new": ["hwloc"], "recipe": ["packages"]},
        },
        {**version("a" * 64), **PLACE},
    ],
}
COLLECTED: dict[str, Any] = {
    "dry_run": True,
    "gone": [
        {"what": "version", "name": "small@aaaaaaaaaaaa", "why": "older, and nobody needs it"},
        {"what": "published", "name": "c" * 64, "why": "its version goes"},
    ],
    "kept": [{"name": "small@bbbbbbbbbbbb", "why": ["newest", "tag v1"]}],
    "bytes": 123_400_000,
}


def test_each_version_with_all_that_is_known_of_it() -> None:
    found = answers.log(LOG)
    assert str(found).splitlines() == [
        "image small: 2 versions",
        "bbbbbbbbbbbb  2026-01-02 03:04 [course-2027]  topology",
        (
            "    jane@srv, on aaaaaaaaaaaa: install hwloc; +hwloc, recipe: packages; published as cccccccccccc; "
            "node[1-2] booted it, assigned to node1; held for run 1"
        ),
        "aaaaaaaaaaaa  2026-01-02 03:04",
        "    not published",
    ]
    assert len(found) == 2
    assert "course-2027" in str(found._repr_mimebundle_()["text/html"])


def test_what_changed_stays_one_line_however_much_it_was() -> None:
    many = tuple(f"p{number}" for number in range(400))
    found = Changed(new=many, up=("fio",), again=("libc6",))
    assert str(found) == "+p0, +p1, fio up, 398 more, 1 package made again"
    assert str(Changed()) == ""


def test_what_went_and_what_stays() -> None:
    found = answers.collected(COLLECTED)
    assert found.summary == "1 version, 1 published folder would go: about 123.4 MB"
    assert str(found).splitlines()[-2:] == ["what stays:", "  small@bbbbbbbbbbbb: newest; tag v1"]
    assert "newest; tag v1" in str(found._repr_mimebundle_()["text/html"])
    assert json.loads(json.dumps(found.to_dict()))["bytes"] == 123_400_000
    assert answers.collected({**COLLECTED, "dry_run": False, "gone": [], "bytes": 0}).summary == "nothing went"
