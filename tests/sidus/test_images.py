"""Images and their versions, as values; on a server that answers from a list."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.errors import ServerUnreachable, SidusError
from sidus_lab.sidus.answers import Built
from sidus_lab.sidus.images import Image, built
from tests.sidus.answers.test_images import MANIFEST
from tests.sidus.standins import Answers, version
from tests.sidus.test_differences import VALUE


def image(*versions: dict[str, Any]) -> tuple[Image, Answers]:
    answers = Answers({"image list": {"images": [{"name": "small", "versions": list(versions)}], "published": []}})
    return Image(answers.server, "small").refresh(), answers


def test_what_an_image_shows() -> None:
    shown, answers = image(version("b" * 64, published="c" * 64), version("a" * 64))
    asked = len(answers.asked)
    assert repr(shown).splitlines() == [
        "image small, seen just now",
        "  small@bbbbbbbbbbbb  2026-01-02 03:04  7 packages, kernel 6.1.0-9-amd64, published as cccccccccccc",
        "  small@aaaaaaaaaaaa  2026-01-02 03:04  7 packages, kernel 6.1.0-9-amd64, not published",
    ]
    assert "bbbbbbbbbbbb" in str(shown._repr_mimebundle_()["text/html"])
    assert shown.newest.name == "b" * 12
    assert len(answers.asked) == asked


def test_a_version_by_the_beginning_of_its_name() -> None:
    shown, _ = image(version("abcd1" + "0" * 59), version("abcd2" + "0" * 59))
    assert shown.version("abcd2").name == "abcd20000000"
    for name, words in (("abcd", "more than one version"), ("ffff", "no version"), ("abc", "no version")):
        with pytest.raises(SidusError, match=words) as caught:
            shown.version(name)
        assert "abcd10000000, abcd20000000" in caught.value.hint


def test_an_image_that_is_not_there() -> None:
    _, answers = image(version())
    with pytest.raises(SidusError, match="no image 'smal'") as caught:
        Image(answers.server, "smal").refresh()
    assert caught.value.hint == "known: small"
    with pytest.raises(SidusError) as caught:
        Image(Answers({"image list": {"images": [], "published": []}}).server, "x").refresh()
    assert caught.value.hint == "lab.build(recipe) makes one"


def test_a_build_stands_though_the_connection_was_lost_after_it() -> None:
    def gone() -> dict[str, Any]:
        raise ServerUnreachable("Nothing answers.", hint="is it on?")

    found = built(Answers({"image list": gone}).server, Built("small", "a" * 12, True, 7, {}))
    assert found.name == "small"
    assert repr(found) == "image small, not looked at yet: image.refresh()"


def test_a_diff_asks_for_versions_by_name_by_value_or_for_the_newest() -> None:
    shown, answers = image(version("b" * 64), version("a" * 64))
    answers.values["image diff"] = {**VALUE, "same": True}
    assert shown.diff().same
    shown.diff("v3", "v5")
    shown.diff(shown.newest, "other@v5", all=True)
    shown.diff(before=shown.newest)
    assert [words[2:] for words in answers.asked if words[1] == "diff"] == [
        ("small",),
        ("small@v3", "small@v5"),
        (f"small@{'b' * 64}", "other@v5", "--all"),
        (f"small@{'b' * 64}",),
    ]


def test_tags_are_put_and_taken_away_whatever_they_look_like() -> None:
    told = {"name": "v5", "image": "small", "version": "a" * 12, "commit": "a" * 64, "content": "c", "author": "jane"}
    tag = {**told, "when": 0.0, "published": None}
    shown, answers = image(version())
    answers.values.update({"image tag": tag, "image untag": {"removed": ["v5"]}})
    answers.values["image tags"] = {"tags": [tag, {**tag, "image": "other"}]}
    said = "v5 = small@aaaaaaaaaaaa, not published (by jane, 1970-01-01 00:00)"
    assert str(shown.tag(shown.newest, "v5")) == said
    shown.untag("--force")
    assert [str(each) for each in shown.tags()] == [said]
    asked = [words for words in answers.asked if "tag" in words[1] and words[1] != "tags"]
    assert asked == [("image", "tag", f"small@{'a' * 64}", "--", "v5"), ("image", "untag", "--", "--force")]


def test_a_new_version_on_another_one() -> None:
    shown, answers = image(version("b" * 64), version())
    made = {"image": "small", "version": "b" * 12, "commit": "b" * 64, "content": "d" * 64, "new": True, "packages": 8}
    answers.values["job follow"] = {**made, "seconds": {"change": 9.0}}
    for verb in ("install", "remove", "run"):
        answers.values[f"image {verb}"] = {"job": "20260101-000000-abcd"}
    assert shown.install("fio", "hwloc", message="disks").result(10).name == "b" * 12
    assert shown.remove("fio", version="abcd").result(10).name == "b" * 12
    assert shown.run("echo a; id", version=shown.newest).result(10).name == "b" * 12
    asked = [words[1:-2] for words in answers.asked if words[1] in ("install", "remove", "run")]
    assert asked == [
        ("install", "--message=disks", "small", "fio", "hwloc"),
        ("remove", "small@abcd", "fio"),
        ("run", f"small@{'b' * 64}", "echo a; id"),
    ]


def test_a_version_made_again_and_what_is_not_the_same() -> None:
    shown, answers = image(version())
    diff = {**VALUE, "texts": [], "files": [], "users": [], "recipe": []}
    about = {"image": "small", "version": "a" * 12, "content": "c" * 64, "again": "e" * 64, "same": False}
    answers.values["image rebuild"] = {"job": "20260101-000000-abcd"}
    answers.values["job follow"] = {**about, "diff": diff, "seconds": {}}
    found = shown.rebuild().result(10)
    assert found.compare().packages[0].name == "fio"
    assert str(found).startswith(f"small@{'a' * 12} made again: content {'e' * 12} and not {'c' * 12}: 2 packages")
    answers.values["job follow"] = {
        **about,
        "again": "c" * 64,
        "same": True,
        "diff": {**diff, "same": True},
        "seconds": {},
    }
    assert str(shown.rebuild("abcd").result(10)).endswith(f"made again: equal to the bit, content {'c' * 12}")
    assert [words[2] for words in answers.asked if words[1] == "rebuild"] == ["small", "small@abcd"]


def test_how_hard_it_is_compressed_is_asked_only_where_it_is_said() -> None:
    shown, answers = image(version())
    answers.values["image publish"] = {"job": "20260101-000000-abcd"}
    answers.values["job follow"] = MANIFEST
    assert shown.publish().result(10).level == 15  # a manifest of before
    answers.values["job follow"] = {**MANIFEST, "level": 3, "tools": {"mksquashfs": "4.5.1"}}
    found = shown.publish(level=3).result(10)
    assert (found.level, found.tools) == (3, {"mksquashfs": "4.5.1"})
    assert [words[2:-2] for words in answers.asked if words[1] == "publish"] == [("small",), ("small", "--level=3")]
