"""What a node says of itself, parsed: recorded text of a real node, whole and harmed."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus import facts, layers
from sidus_lab.sidus.facts import NodeFacts

TEXT = (Path(__file__).parent / "node.facts").read_text()
ROOT_HASH = facts.words_of(facts.split(TEXT)["cmdline"])["sidus.root"]


def parsed(*changes: tuple[str, str]) -> NodeFacts:
    """Parse the recorded text with some of it replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return facts.parse("node1", text)


def section(name: str) -> str:
    return facts.split(TEXT)[name]


def test_a_whole_node() -> None:
    found = parsed()
    assert found.name == "node1"
    assert len(ROOT_HASH) == 64
    assert found.asked == found.enforced == ROOT_HASH
    assert (found.status, found.scrub) == ("V", "not-done")
    assert found.release in section("release")
    assert found.release.endswith("amd64")
    assert len(found.build_id) == 40
    assert set(found.build_id) <= set("0123456789abcdef")
    assert found.uptime > 0
    assert "boot=sidus" in found.command_line
    assert len(found.boot) == 36


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_text_that_is_not_whole_is_refused(kept: float) -> None:
    with pytest.raises(SidusError, match="node1 did not finish telling its facts") as caught:
        facts.parse("node1", TEXT[: int(len(TEXT) * kept)])
    assert caught.value.hint


def test_the_root_hash_comes_from_the_kernel_and_not_from_the_command_line() -> None:
    other = "0" * 64
    found = parsed((f"sidus.root={ROOT_HASH}", f"sidus.root={other}"))
    assert (found.asked, found.enforced) == (other, ROOT_HASH)


def test_the_last_of_several_arguments_counts_as_in_the_boot_script() -> None:
    words = facts.words_of("sidus.root=aa quiet sidus.root=bb x=1=2\n")
    assert words == {"sidus.root": "bb", "quiet": "", "x": "1=2"}


@pytest.mark.parametrize(
    ("line", "word"), [("0 238976 verity V", "V"), ("0 8 verity C\n", "C"), ("0 8 linear", ""), ("", "")]
)
def test_verity_status(line: str, word: str) -> None:
    assert facts.verity_status(line) == word


def test_a_scrub_on_demand_counts_more_than_the_one_at_boot() -> None:
    assert parsed(("scrub=not-done", "scrub=passed")).scrub == "passed"
    both = parsed(("scrub=not-done", "scrub=passed"), ("== table\n", "== scrub\nfailed\n== table\n"))
    assert both.scrub == "failed"
    assert parsed(("== facts\n", "== nothing\n")).scrub == "not-done"


def note(name: bytes, kind: int, content: bytes) -> bytes:
    """One ELF note: sizes, kind, name and content, each padded to four bytes."""
    head = b"".join(n.to_bytes(4, "little") for n in (len(name), len(content), kind))
    return head + b"".join(part + b"\0" * (-len(part) % 4) for part in (name, content))


def test_build_id_is_found_among_other_notes() -> None:
    wanted = bytes(range(20))
    notes = note(b"Xen\0", 6, b"linux\0") + note(b"Linux\0", 3, b"x" * 5) + note(b"GNU\0", 3, wanted)
    assert facts.build_id(notes.hex()) == wanted.hex()


@pytest.mark.parametrize("notes", ["", "xyz", "abc", "00" * 11, note(b"GNU\0", 1, b"x").hex(), "ff" * 40])
def test_no_build_id_in_notes_without_one(notes: str) -> None:
    assert facts.build_id(notes) == ""


def test_what_a_name_holds_cannot_end_a_section() -> None:
    # U+2028 and U+0085 end a line for some; a mount point may hold them.
    found = parsed(
        ("== mounts\n", "== mounts\n99 33 0:50 / /srv/\u2028==\\040end\u0085==\\040looked rw - tmpfs x rw\n")
    )
    assert [entry.path for entry in found.drift] == ["srv/\\u2028== end\\x85== looked"]


def test_a_booted_node_was_looked_through_whole() -> None:
    found = parsed()
    assert found.drift == ()
    assert (found.looked.whole, found.looked.reason, found.looked.found, found.looked.truncated) == (True, "", 0, False)
    assert found.looked.state > 0
    assert {each.path for each in found.own} >= {"etc", "etc/hostname"}


def without(*names: str) -> str:
    """The recorded text with some of its listings missing."""
    parts = layers.Listings(section("listings"))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in parts:
            if name not in names:
                member = tarfile.TarInfo(f"./{name}")
                member.size = len(parts[name])
                archive.addfile(member, io.BytesIO(parts[name]))
    return TEXT.replace(section("listings"), base64.b64encode(gzip.compress(packed.getvalue())).decode())


def test_settings_that_were_not_noted_are_not_looked_at() -> None:
    looked = facts.parse("node1", without("settings-at-boot")).looked
    assert (looked.whole, looked.reason) == (False, "settings-not-noted")


@pytest.mark.parametrize("name", ["upper", "image", "own", "hidden", "upper-hashes", "upper-attributes", "overrides"])
def test_a_list_that_did_not_arrive_is_not_an_empty_list(name: str) -> None:
    looked = facts.parse("node1", without(name)).looked
    assert (looked.whole, looked.reason) == (False, "listing-broken")


def test_without_any_listing_nothing_was_looked_at() -> None:
    found = parsed(("== listings\n", "== nothing\n"))
    assert not found.looked.whole
    assert found.own == ()


def test_facts_are_plain_data() -> None:
    data = facts.as_dict(parsed())
    assert data["enforced"] == ROOT_HASH
    assert data["hardware"]["processors"] == 1
    assert "sections" not in data
    assert facts.from_dict(json.loads(json.dumps(data))) == parsed()
