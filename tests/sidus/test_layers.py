"""Drift, found by the real probe on a real overlay: what ordinary mistakes and ordinary users leave, and what hides it.

Each test makes layers in a mount namespace of its own, harms what lies over them, and runs the probe's program.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import os
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidus_lab.sidus import facts, layers
from sidus_lab.sidus.layers import Drift, Unreadable

PROGRAM = importlib.resources.files("sidus_lab.sidus").joinpath("programs/facts.sh").read_text()
NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]

# Layers as a node has them: the node's own files over the image, a file system of its own for what is written.
MAKE = """
set -e
cd "$1"
mkdir -p S/own/etc S/own/root/.ssh S/rw m
I=S/image
mkdir -p $I/usr/bin $I/usr/share/doc/a $I/usr/lib/py/numpy/core
mkdir -p $I/etc $I/var/log $I/var/lib $I/tmp $I/root $I/home $I/run $I/srv
echo python >$I/usr/bin/python3.11; echo ping >$I/usr/bin/ping; echo ldd >$I/usr/bin/ldd; chmod 755 $I/usr/bin/*
echo init >$I/usr/lib/py/numpy/__init__.py; echo core >$I/usr/lib/py/numpy/core/__init__.py
echo hosts >$I/etc/hosts; echo localhost >$I/etc/hostname; echo doc >$I/usr/share/doc/a/b; ln -s hosts $I/etc/link
echo rc >$I/root/.bashrc; echo '1' >"$I/usr/share/new
line"
echo node1 >S/own/etc/hostname; echo key >S/own/root/.ssh/authorized_keys
mount -t tmpfs -o mode=0755 rw S/rw
mkdir S/rw/upper S/rw/work
chmod 755 S/rw/upper S/own S/image
mount -t overlay -o "lowerdir=$1/S/own:$1/S/image,upperdir=$1/S/rw/upper,workdir=$1/S/rw/work$2" sidus m
"""


@dataclass(frozen=True)
class Found:
    """What the probe said."""

    sections: dict[str, str]
    told: dict[str, str]
    seconds: float

    @property
    def parts(self) -> layers.Listings:
        return layers.Listings(self.sections["listings"])

    @property
    def drift(self) -> list[Drift]:
        return layers.compare(self.parts)

    @property
    def short(self) -> set[tuple[str, str, str]]:
        return {(entry.how, entry.path, entry.what) for entry in self.drift}


@dataclass(frozen=True)
class Bench:
    """A folder for layers."""

    folder: Path

    def look(self, harm: str) -> Found:
        """Make the layers, do harm in the folder where ``/`` would be, and run the probe."""
        options = "" if os.geteuid() == 0 else ",userxattr"
        script = f"""
sh -c {shlex.quote(MAKE)} make "$1" "{options}" || exit 9
cd "$1/m" && S="$1/S" && {{ {harm}
}} >/dev/null || exit 8
cd / && printf 'nonce=abcdef\\n%s' "$2" | sh -s as-it-is "$1/S" "$1/m"
"""
        begin = time.monotonic()
        words = [*NAMESPACE, "sh", "-c", script, "sh", str(self.folder), PROGRAM]
        done = subprocess.run(words, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr.decode()
        sections = facts.split(done.stdout.decode())
        assert "end" in sections
        told = dict(line.partition("=")[::2] for line in sections["layers"].splitlines())
        return Found(sections, told, time.monotonic() - begin)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    tried = subprocess.run([*NAMESPACE, "sh", "-c", 'mount -t tmpfs x "$1"', "sh", str(tmp_path)], capture_output=True)
    if tried.returncode != 0:
        pytest.skip(f"no mounts here: {tried.stderr.decode().strip()}")
    return Bench(tmp_path)


def test_a_node_that_was_only_booted_has_no_drift(bench: Bench) -> None:
    found = bench.look(
        "echo x >var/log/syslog; echo y >tmp/z; echo 33 >etc/machine-id; cat etc/hosts >h; cat h >etc/hosts; rm h"
    )
    assert found.told["live"] == found.told["looked"] == "yes"
    assert found.drift == []
    assert found.told["state"] == "2"


@pytest.mark.parametrize(
    ("harm", "how", "path", "what"),
    [
        ("echo x >>etc/hosts", "changed", "etc/hosts", "content"),
        ("echo HOSTS >etc/hosts", "changed", "etc/hosts", "content"),  # as many bytes
        ("echo other >etc/hostname", "changed", "etc/hostname", "content"),  # the node's own file
        ("chmod 600 etc/hosts", "changed", "etc/hosts", "mode"),
        ("chmod 700 usr/share", "changed", "usr/share", "mode"),
        ("chmod u+s usr/bin/ping", "changed", "usr/bin/ping", "mode"),
        ("ln -sf other etc/link", "changed", "etc/link", "target"),
        ("rm etc/hosts; mkdir etc/hosts", "changed", "etc/hosts", "type"),
        ("rm usr/bin/ldd", "deleted", "usr/bin/ldd", ""),
        ("rm -r usr/lib/py", "deleted", "usr/lib/py", ""),
        ("rm -r usr/lib/py/numpy; mkdir usr/lib/py/numpy", "deleted", "usr/lib/py/numpy/__init__.py", ""),
        ("rm -r usr/lib/py/numpy; mkdir -p usr/lib/py/numpy/core", "deleted", "usr/lib/py/numpy/core/__init__.py", ""),
        ("echo x >usr/bin/new", "added", "usr/bin/new", ""),
        ("mkdir opt", "added", "opt", ""),
        ("mkfifo etc/pipe", "added", "etc/pipe", ""),
        ("echo 2 >'usr/share/new\nline'", "changed", "usr/share/new\\nline", "content"),
        ("echo 2 >'usr/share/== end'", "added", "usr/share/== end", ""),
        ("echo x >\"etc/$(printf 'a\\377\\033[31m')\"", "added", "etc/a\\udcff\\x1b[31m", ""),
        # What programs load by themselves from folders that are otherwise left alone.
        ("echo x >>root/.bashrc", "changed", "root/.bashrc", "content"),
        ("rm root/.bashrc", "deleted", "root/.bashrc", ""),
        ("echo x >root/.profile", "added", "root/.profile", ""),
        ("echo x >root/.ssh/rc", "added", "root/.ssh/rc", ""),
        ("echo x >>root/.ssh/authorized_keys", "changed", "root/.ssh/authorized_keys", "content"),
        ("mkdir root/numpy; echo x >root/numpy/__init__.py", "added", "root/numpy/__init__.py", ""),
        ("mkdir -p root/.local/bin; echo x >root/.local/bin/tool", "added", "root/.local/bin/tool", ""),
        ("mkdir -p home/u/lib; echo x >home/u/lib/libm.so.6", "added", "home/u/lib/libm.so.6", ""),
        ("echo x >var/tmp.pth", "added", "var/tmp.pth", ""),
        ("echo x >tmp/sitecustomize.py", "added", "tmp/sitecustomize.py", ""),
        (
            "mkdir -p var/spool/cron/crontabs; echo x >var/spool/cron/crontabs/root",
            "added",
            "var/spool/cron/crontabs/root",
            "",
        ),
        ("chmod 700 var", "changed", "var", "mode"),
    ],
)
def test_drift_is_found(harm: str, how: str, path: str, what: str, bench: Bench) -> None:
    found = bench.look(harm)
    assert found.told["looked"] == "yes"
    assert (how, path, what) in found.short


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sets owners and capabilities")
@pytest.mark.parametrize(
    ("harm", "path", "what"),
    [
        ("chown 1:1 etc/hosts", "etc/hosts", "owner"),
        ("chown 1:1 usr/share", "usr/share", "owner"),
        ("setcap cap_sys_admin+ep usr/bin/ping", "usr/bin/ping", "attributes"),
    ],
)
def test_owners_and_capabilities_are_drift(harm: str, path: str, what: str, bench: Bench) -> None:
    assert ("changed", path, what) in bench.look(harm).short


@pytest.mark.parametrize(
    "harm",
    [
        'umount -l "$S/rw"',
        'mount -t tmpfs x "$S/rw"',
        'mount -t tmpfs x "$S/rw/upper"',
        'umount -l "$S/rw"; mount -t tmpfs rw "$S/rw"; mkdir "$S/rw/upper" "$S/rw/work"',
    ],
)
def test_an_upper_layer_that_is_not_the_real_one_is_not_taken_for_it(harm: str, bench: Bench) -> None:
    found = bench.look(f"echo x >>usr/bin/ldd; cd /; {harm}")
    assert found.told["live"] == "no"


def test_many_state_files_hide_nothing_and_cost_little(bench: Bench) -> None:
    many = "mkdir var/tmp; cd var/tmp; seq 1 100000 | xargs touch; cd ../.."
    found = bench.look(f"{many}; echo x >>etc/hosts; echo x >>usr/bin/python3.11")
    assert {path for _, path, _ in found.short} == {"etc/hosts", "usr/bin/python3.11"}
    assert found.told["state"] == "100000"
    assert len(found.parts["upper"]) < 4000  # nothing of them travels


def test_the_nodes_own_files_are_listed_with_their_hashes(bench: Bench) -> None:
    own = {each.path: each for each in layers.own_files(bench.look(":").parts)}
    assert set(own) == {"etc", "etc/hostname", "root", "root/.ssh", "root/.ssh/authorized_keys"}
    assert own["etc/hostname"].sha256 == hashlib.sha256(b"node1\n").hexdigest()
    assert own["etc"].sha256 == ""


@pytest.mark.parametrize("section", ["", "not base64!", "AAAA", "H4sIAAAAAAAAA0vKTM8vAgDZ5ZO9BQAAAA"])
def test_a_listing_that_did_not_arrive_is_not_an_empty_one(section: str) -> None:
    with pytest.raises(Unreadable):
        layers.Listings(section)["upper"]


def test_a_record_that_ends_early_is_refused() -> None:
    whole = b"f 644 0 0 3\0\0./etc/hosts\0"
    assert set(layers.listing(whole)) == {"etc/hosts"}
    for end in range(1, len(whole)):
        with pytest.raises(Unreadable):
            layers.listing(whole[:end])


def test_names_can_be_printed() -> None:
    assert layers.name_of(b"./a\nb") == "a\\nb"
    assert layers.name_of(b"./a\\b") == "a\\\\b"
    assert layers.name_of("./é".encode()) == "é"
    assert layers.name_of(b"./\xff\x1b[2J") == "\\udcff\\x1b[2J"
