"""Mounts: the chain from / to the verity device, and everything that is mounted over the system."""

from __future__ import annotations

import pytest

from sidus_lab.sidus import mounts
from sidus_lab.sidus.facts import split
from tests.sidus.test_facts import ROOT_HASH, TEXT, parsed

SECTIONS = split(TEXT)
PLAIN = mounts.parse(SECTIONS["mounts"])


def with_line(line: str) -> tuple[mounts.Mount, ...]:
    return mounts.parse(f"{SECTIONS['mounts']}\n{line}\n")


def test_nothing_covers_a_booted_node() -> None:
    assert mounts.covered(PLAIN) == []


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("99 33 0:50 / /srv rw - tmpfs tmpfs rw", "srv"),
        ("99 33 0:26 /root /var/lib rw - overlay sidus rw", "var/lib"),
        ("99 33 0:50 / /etc rw - tmpfs tmpfs rw", "etc"),
        ("99 33 0:50 / /opt/x rw - ext4 /dev/sda1 rw", "opt/x"),
        ("99 33 0:50 / /usr/local rw - nfs4 10.0.0.1:/local rw", "usr/local"),
        ("99 33 0:50 / /opt rw - nfs4 10.0.0.1:/opt rw", "opt"),
        ("99 33 0:50 / /root rw - nfs4 10.0.0.1:/root rw", "root"),
        ("99 33 0:50 / /lib64 rw - fuse.sshfs me@there:/ rw", "lib64"),
        ("99 33 0:50 / /home rw - tmpfs tmpfs rw", "home"),
        ("99 33 0:50 / /tmp rw - tmpfs tmpfs rw", "tmp"),
        ("99 33 0:50 /cmdline /proc/cmdline rw - tmpfs tmpfs rw", "proc/cmdline"),
        ("99 33 0:50 / /proc rw - tmpfs tmpfs rw", "proc"),
        ("99 33 0:50 / /sys/kernel/notes rw - tmpfs tmpfs rw", "sys/kernel/notes"),
        ("99 33 0:50 / /run/sidus/image/usr rw - tmpfs tmpfs rw", "run/sidus/image/usr"),
        ("99 33 0:50 / /run/systemd/system rw - tmpfs tmpfs rw", "run/systemd/system"),
        ("99 33 0:50 / /usr/a\\040b\\012c rw shared:9 - tmpfs tmpfs rw", "usr/a b\\nc"),
        ("99 1 0:50 / / rw - tmpfs tmpfs rw", "/"),
        ("99 1 0:50 / / rw - overlay again rw", "/"),  # a second root over the first
        ("99 25 0:25 /upper/x /run/sidus/rw rw - tmpfs sidus-rw rw", "run/sidus/rw"),
    ],
)
def test_whatever_is_mounted_over_the_system_counts(line: str, path: str) -> None:
    assert [(entry.how, entry.path) for entry in mounts.covered(with_line(line))] == [("covered", path)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("99 33 0:50 / /home rw - nfs4 10.0.0.1:/home rw", "nfs4 /home from 10.0.0.1:/home"),
        ("99 33 0:50 /export/x /mnt/data rw - nfs 10.0.0.1:/export/x rw", "nfs /mnt/data from 10.0.0.1:/export/x"),
        ("99 33 0:50 / /scratch rw - fuse.glusterfs s:/vol rw", "fuse.glusterfs /scratch from s:/vol"),
    ],
)
def test_what_is_shared_and_mounted_beside_the_system_is_named_and_no_drift(line: str, words: str) -> None:
    assert mounts.covered(with_line(line)) == []
    assert mounts.beside(with_line(line)) == [words]
    assert mounts.beside(PLAIN) == []
    over = mounts.parse(f"{SECTIONS['mounts']}\n{line}\n{line}\n")  # the second hides what the first showed
    assert len(mounts.covered(over)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "99 25 0:50 / /run/user/0 rw - tmpfs tmpfs rw",
        "99 25 0:50 / /run/credentials/some-other.service ro - ramfs ramfs rw",
        "99 22 0:50 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw",
        "99 21 0:50 / /sys/firmware/efi/efivars rw - efivarfs efivarfs rw",
        "broken line",
        "",
    ],
)
def test_what_belongs_there_does_not(line: str) -> None:
    assert mounts.covered(with_line(line)) == []


def changed(old: str, new: str) -> dict[str, str]:
    assert old in TEXT
    return split(TEXT.replace(old, new))


def test_the_upper_layer_that_was_looked_through_is_the_real_one() -> None:
    assert mounts.why_upper_unseen(SECTIONS) == ""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("/run/sidus/rw rw", "/run/sidus/elsewhere rw", "layer-not-mounted"),
        ("live=yes", "live=no", "upper-not-live"),
        ("live=yes", "live=unknown", "upper-not-live"),
        ("looked=yes", "looked=no", "look-failed"),
        ("looked=yes\n", "", "look-failed"),
        ("upper=/run/sidus/rw/upper", "upper=/run/sidus/rw/other", "no-upper-layer"),
        ("upperdir=/run/sidus/rw/upper,", "", "no-upper-layer"),
        ("== mounts\n", "== mounts\n99 25 0:50 / /run/sidus/rw rw - tmpfs x rw\n", "layer-covered"),
        ("== mounts\n", "== mounts\n99 25 0:50 / /run/sidus/rw/upper/usr rw - tmpfs x rw\n", "layer-covered"),
        ("== mounts\n", "== mounts\n99 25 0:50 / /run/sidus/own/etc rw - tmpfs x rw\n", "layer-covered"),
        ("== layers\n", "== nothing\n", "no-upper-layer"),
    ],
)
def test_an_upper_layer_that_was_not_seen_is_not_taken_for_an_empty_one(old: str, new: str, reason: str) -> None:
    assert mounts.why_upper_unseen(changed(old, new)) == reason
    looked = parsed((old, new)).looked
    assert (looked.whole, looked.reason) == (False, reason)


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
    assert mounts.enforced_root_hash(SECTIONS) == ROOT_HASH
    assert parsed(broken).enforced == ""


def test_enforced_needs_the_image_on_that_very_device() -> None:
    device = SECTIONS["device"].strip()
    assert parsed((f"== device\n{device}", "== device\n7:0")).enforced == ""
