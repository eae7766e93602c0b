"""What differs, decided from what was read."""

from __future__ import annotations

import json

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.image import changes
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.trees import Entry
from tests.sidusctl.conftest import TINY

FILE = Entry("-", "644", (0, 0), 3, "1" * 64, "@a(ayay) []", "")


def _lock(*packages: str) -> list[shapes.Package]:
    rows = [text.split() for text in packages]
    return [{"name": name, "version": version, "arch": "amd64", "sha256": sha} for name, version, sha in rows]


def test_packages_new_gone_up_down_and_made_again() -> None:
    before = _lock("a 1 x", "b 1.9 x", "c 2 x", "d 1 x", "e 1 x")
    after = _lock("b 1.10 x", "c 2~rc1 x", "d 1 y", "e 1 x", "f 1 x")
    found = {row["name"]: row["what"] for row in changes.packages(before, after)}
    assert found == {"a": "gone", "b": "up", "c": "down", "d": "again", "f": "new"}
    assert changes.packages(after, after) == []


def test_the_recipe_by_its_keys() -> None:
    one = parse(json.dumps({**TINY, "packages": ["fio"], "files": {"/etc/motd": "one"}}).encode()).to_dict()
    other = parse(json.dumps({**TINY, "packages": ["hwloc"], "files": {"/etc/motd": "two"}}).encode()).to_dict()
    found = changes.recipe(one, other)
    assert [row for row in found if row["key"] == "packages"] == [
        {"key": "packages", "gone": ["fio"], "new": ["hwloc"]}
    ]
    assert all(row["key"] != "commands" for row in found)


def test_users_without_their_passwords() -> None:
    before = "root:x:0:0:root:/root:/bin/sh\nsshd:x:101:65534::/run/sshd:/usr/sbin/nologin\n"
    after = before.replace("101", "102") + "tcpdump:SECRET:103:109::/nonexistent:/usr/sbin/nologin\n"
    rows = changes.users("user", before, after)
    assert [(row["name"], row["before"][:3], row["after"][:3]) for row in rows] == [
        ("sshd", "101", "102"),
        ("tcpdump", "", "103"),
    ]
    assert "SECRET" not in str(rows)


def test_why_a_file_is_listed() -> None:
    assert changes.reasons(FILE, FILE._replace(object="2" * 64), True) == ["content"]
    other = FILE._replace(mode="4755", owner=(0, 42), xattrs="[(b'user.x', [byte 0x31])]")
    assert changes.reasons(FILE, other, False) == ["mode 644 -> 4755", "owner 0:0 -> 0:42", "xattr"]
    assert changes.reasons(FILE, other, None)[0] == "content not looked at"
    link = Entry("l", "777", (0, 0), 0, "3" * 64, "@a(ayay) []", "a")
    assert changes.reasons(FILE, link, False) == ["file -> link"]
    assert changes.reasons(link, link._replace(target="b"), False) == ["link a -> b"]


def test_a_text_as_a_unified_diff_that_ends_somewhere() -> None:
    lines, left_out = changes.told("/etc/motd", "one\n", "two\n")
    assert (lines, left_out) == (["--- a/etc/motd", "+++ b/etc/motd", "@@ -1 +1 @@", "-one", "+two"], 0)
    lines, left_out = changes.told("/etc/long", None, "line\n" * 1000)
    assert (lines[0], len(lines), left_out) == ("--- /dev/null", changes.LINES, 1003 - changes.LINES)


def test_groups_count_all_and_name_some() -> None:
    rows: list[tuple[str, shapes.FileRow]] = [
        ("numpy" if n % 2 else "", {"path": f"/{n:03}", "what": "new" if n % 3 else "gone", "why": []})
        for n in range(9)
    ]
    found = changes.groups(rows, 1)
    assert [(each["package"], each["new"], each["gone"], len(each["rows"])) for each in found] == [
        ("", 3, 2, 1),
        ("numpy", 3, 1, 1),
    ]
