"""Names that people give to versions."""

from __future__ import annotations

import json

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import authors, tags
from sidus_lab.sidusctl.image.store import Version
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand, add_node
from tests.sidusctl.image.test_store import INFO

ONE, TWO = (Version("tiny", sign * 64, "c" + sign * 63, "2026-01-01T00:00:00Z", INFO) for sign in "ab")


@pytest.mark.parametrize("name", ["course-2027", "v5", "paper.1", "Jane_s", "x" * 63, "abc"])
def test_a_name_for_people(name: str) -> None:
    assert tags.check(name) == name


@pytest.mark.parametrize(
    "name",
    ["2027", "beef", "DEADBEEF", "a" * 64, "-v", "--force", "", "two words", "a@b", "../x", "x" * 64, "a\nb", "é"],
)
def test_what_looks_like_a_hash_or_an_option_or_a_path_is_refused(name: str) -> None:
    with pytest.raises(CtlError) as caught:
        tags.check(name)
    assert caught.value.code == "bad-tag"


def test_a_tag_is_put_moved_and_taken_away(ctl: Program) -> None:
    site = Site(ctl.site)
    assert tags.listing(site) == []
    first = tags.put(site, "v5", ONE, ["tiny"], lambda _: True)
    assert (first["version"], first["author"], first["published"]) == ("a" * 12, authors.account(), None)
    assert tags.put(site, "v5", ONE, ["tiny"], lambda _: True)["when"] == first["when"]
    assert tags.put(site, "v5", TWO, ["tiny"], lambda _: True)["commit"] == TWO.commit
    assert (tags.of(tags.load(site), ONE.commit), tags.of(tags.load(site), TWO.commit)) == ([], ["v5"])
    with pytest.raises(CtlError) as caught:
        tags.remove(site, ["v5", "nosuch"])
    assert (caught.value.code, "v5" in caught.value.hint) == ("unknown-tag", True)
    assert tags.remove(site, ["v5", "v5"]) == ["v5"]
    assert tags.listing(site) == []


def test_a_tag_is_no_image_and_means_no_version_that_has_just_gone(ctl: Program) -> None:
    site = Site(ctl.site)
    for name, there, code in (("tiny", True, "bad-tag"), ("v5", False, "unknown-version")):
        with pytest.raises(CtlError) as caught:
            tags.put(site, name, ONE, ["tiny"], lambda _, there=there: there)
        assert caught.value.code == code
    assert tags.load(site) == {}


def test_a_file_that_lies_is_named_and_keeps_nobody_from_a_version_by_its_own_name(
    ctl: Program, published: dict[str, object]
) -> None:
    add_by_hand(ctl, 1)
    (ctl.site / "tags.json").write_text(json.dumps({"format": 1, "tags": {"v5": {"image": 5}}}))
    assert ctl("image", "tags").error["code"] == "damaged"
    assert ctl("node", "assign", "node1", "v5").error["code"] == "damaged"
    assert ctl("node", "assign", "node1", "debian12").code == 0
    assert [row["where"] for row in ctl("check").value["damaged"]] == [str(ctl.site / "tags.json")]


def test_a_node_gets_what_a_tag_means_now_and_keeps_it(ctl: Program, published: dict[str, object]) -> None:
    assert add_node(ctl, 1).code == 0
    facts: shapes.TagFacts = {
        "image": "debian12",
        "commit": str(published["commit"]),
        "content": str(published["content"]),
        "author": "jane",
        "when": 1.0,
    }
    _put(ctl, {"v5": facts, "later": {**facts, "content": "00" * 32}})
    given = ctl("node", "assign", "node1", "v5").value["nodes"][0]["assignment"]
    assert (given["root_hash"], given["tag"]) == (published["root_hash"], "v5")
    boot = {path: path.read_bytes() for path in (ctl.site / "boot").rglob("*") if path.is_file()}
    _put(ctl, {"v5": {**facts, "content": "00" * 32}})
    assert ctl("node", "list").value["nodes"][0]["assignment"] == given
    assert {path: path.read_bytes() for path in (ctl.site / "boot").rglob("*") if path.is_file()} == boot
    refused = ctl("node", "assign", "node1", "v5").error
    assert (refused["code"], refused["next"]) == ("not-published", ["image-publish", "debian12@0123456789ab"])
    again = ctl("node", "assign", "node1", "debian12").value["nodes"][0]["assignment"]
    assert (again["when"], "tag" in again) == (given["when"], False)
    _put(ctl, {"debian12": facts})
    assert ctl("node", "assign", "node1", "debian12").error["code"] == "ambiguous-name"


def _put(ctl: Program, known: dict[str, shapes.TagFacts]) -> None:
    (ctl.site / "tags.json").write_text(json.dumps({"format": 1, "tags": known}))
