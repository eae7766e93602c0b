"""A version made again from what the site has kept: the mirror is cut off, and what differs is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sidus_lab.sidusctl import formats, shaped, shapes
from tests.sidusctl.conftest import Program, copied

Built = tuple[Program, dict[str, Any]]
INITRD = "echo loop >>/etc/initramfs-tools/modules"  # which makes another initrd
pytestmark = pytest.mark.slow_image


def test_made_whole_it_is_equal_but_for_what_no_two_builds_have_equal(
    built: Built, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A package with a user of its own, put on the image in seconds; and a command that says when it ran."""
    with copied(built[0], tmp_path_factory.mktemp("rebuilt")) as ctl:
        assert ctl("image", "run", "bootable", f"date +%N >/etc/moment; {INITRD}").value["new"] is True
        made = ctl("image", "install", "bootable", "tcpdump").value
        found = ctl("image", "rebuild", "bootable", env={"http_proxy": "http://127.0.0.1:9"})
        assert shaped.faults(found.value, shapes.Rebuilt, exact=True) == []
        diff = found.value["diff"]
        named = {row["path"] for group in (*diff["files"], diff["bookkeeping"]) for row in group["rows"]}
        assert named | {row["path"] for row in diff["texts"]} == {"/etc/moment"}
        assert (diff["packages"], diff["users"], found.value["same"]) == ([], [], False)
        assert found.value["content"] == made["content"] != found.value["again"]
        # It was looked at, and not kept.
        assert len(ctl("image", "list").value["images"][0]["versions"]) == 3
        assert ctl("image", "show", "bootable").value["commit"] == made["commit"]


def test_what_is_not_kept_or_damaged_stops_it_at_once(built: Built, tmp_path_factory: pytest.TempPathFactory) -> None:
    with copied(built[0], tmp_path_factory.mktemp("lost")) as ctl:
        note = ctl.site / "kept" / (built[1]["commit"] + ".json")
        sources = json.loads(note.read_text())
        assert sources["format"] == formats.newest("sources")
        name, digest = next(iter(sources["debs"].items()))
        place = ctl.site / "kept" / "debs" / digest
        content = place.read_bytes()
        place.unlink()  # the name: the file itself is the other site's too
        answer = ctl("image", "rebuild", "bootable")
        assert (answer.error["code"], name in answer.error["message"]) == ("not-kept", True)
        place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        answer = ctl("image", "rebuild", "bootable")
        assert (answer.error["code"], name in answer.error["message"]) == ("damaged", True)
        note.unlink()
        assert ctl("image", "rebuild", "bootable").error["code"] == "not-kept"
        assert list((ctl.site / "tmp").iterdir()) == []


def test_the_packages_kept_are_those_of_the_lock(built: Built) -> None:
    ctl, value = built
    sources = json.loads((ctl.site / "kept" / (value["commit"] + ".json")).read_text())
    sums = {row["sha256"] for row in ctl("image", "show", "bootable").value["lock"]}
    assert sums <= set(sources["debs"].values())
    assert any(name.endswith("_InRelease") for name in sources["lists"])
