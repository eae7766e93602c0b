"""What a node says of itself, parsed: recorded text of a real node, whole and harmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus import facts
from sidus_lab.sidus.facts import Drift, NodeFacts

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


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param((" - overlay ", " - ext4 "), id="/ is no overlay"),
        pytest.param(
            ("lowerdir=/run/sidus/own:/run/sidus/image", "lowerdir=/run/sidus/own"), id="image is not below /"
        ),
        pytest.param(("lowerdir=/run/sidus/own:/run/sidus/image", "lowerdir=/run/sidus/images"), id="another folder"),
        pytest.param((" /run/sidus/image ", " /run/sidus/other "), id="image is not mounted"),
        pytest.param((" verity ", " linear "), id="the device is no verity device"),
        pytest.param(("== table\n", "== nothing\n"), id="there is no table"),
        pytest.param(("== device\n", "== nothing\n"), id="there is no device"),
        pytest.param(("== mounts\n", "== nothing\n"), id="there are no mounts"),
    ],
)
def test_enforced_needs_every_link_of_the_chain(broken: tuple[str, str]) -> None:
    assert parsed(broken).enforced == ""


def test_enforced_needs_the_image_on_that_very_device() -> None:
    device = section("device").strip()
    assert parsed((f"== device\n{device}", "== device\n7:0")).enforced == ""


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


def test_drift_is_read_line_by_line_and_sorted() -> None:
    text = "deleted\t0\tusr/bin/fio\nadded\t12\ta b\tc\nchanged\t7\tetc/hosts\nbroken line\nmoved\t1\tx\nadded\tx\ty\n"
    assert facts.parse_drift(text) == [
        Drift("added", 12, "a b\tc"),
        Drift("changed", 7, "etc/hosts"),
        Drift("deleted", 0, "usr/bin/fio"),
    ]


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("/usr/lib/python3/a\\040b", "usr/lib/python3/a b"),
        ("/etc", "etc"),
        ("/opt/x", "opt/x"),
        ("/srv/data", ""),
        ("/scratch/usr", ""),
        ("/home", ""),
    ],
)
def test_what_is_mounted_over_the_image_is_drift(path: str, covered: str) -> None:
    line = f"99 33 0:50 /x {path} rw,relatime shared:99 - tmpfs tmpfs rw\n"
    found = parsed(("== mounts\n", f"== mounts\n{line}"))
    assert found.enforced == ROOT_HASH
    assert [entry.path for entry in found.drift if entry.how == "covered"] == ([covered] if covered else [])


def test_facts_are_plain_data() -> None:
    data = facts.as_dict(parsed())
    assert data["enforced"] == ROOT_HASH
    assert data["hardware"]["processors"] == 1
    assert "sections" not in data
