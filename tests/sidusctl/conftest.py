"""A site in a temporary folder, and the program as a user starts it: words in, JSON lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import formats, pack
from sidus_lab.sidusctl.node import vouch
from sidus_lab.sidusctl.privilege import Privilege


@dataclass(frozen=True)
class Answer:
    """All that a call printed, and its exit code."""

    events: list[dict[str, Any]]
    code: int
    stderr: str

    @property
    def last(self) -> dict[str, Any]:
        return self.events[-1]

    @property
    def value(self) -> Any:
        assert self.last["event"] == "result", self.last
        return self.last["value"]

    @property
    def error(self) -> dict[str, Any]:
        assert self.last["event"] == "error", self.last
        return self.last


@dataclass(frozen=True)
class Program:
    """The zipapp with one site."""

    pyz: Path
    site: Path

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, str(self.pyz), "--site", str(self.site), *words]

    def __call__(
        self, *words: str, stdin: str = "", prefix: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> Answer:
        """Run it to its end; `env` is added to the environment of the tests."""
        around = {**os.environ, **(env or {})}
        argv = [*prefix, *self.argv(*words)]
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=600, env=around)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return Answer(events, done.returncode, done.stderr)

    def start(self, *words: str, stdin: str) -> subprocess.Popen[str]:
        """In a session of its own, as a connection would; the caller ends it."""
        process = subprocess.Popen(
            self.argv(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        return process


@pytest.fixture(scope="session")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("program") / "sidusctl.pyz"
    path.write_bytes(pack.pack())
    return path


def mode() -> str:
    """Root works as root, everybody else in a user namespace."""
    return "root" if os.geteuid() == 0 else "userns"


def _remove(folder: Path) -> None:
    Privilege(mode()).remove(str(folder))


@pytest.fixture
def ctl(pyz: Path, tmp_path: Path) -> Iterator[Program]:
    """The program with a fresh site."""
    program = Program(pyz, tmp_path / "site")
    assert program("init", "--privilege", mode(), "--web-root-url", "http://10.0.2.2:8080").code == 0
    yield program
    _remove(program.site)  # pytest could not remove what belongs to other owners


TINY = {
    "name": "tiny",
    "suite": "bookworm",
    "variant": "apt",
    "kernel": "",
    "packages": [],
    "exclude": ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"],
}

BOOTABLE = {
    **TINY,
    "name": "bootable",
    "kernel": "linux-image-cloud-amd64",
    "packages": ["systemd-sysv"],
    "files": {"/etc/motd": "Welcome\n", "/usr/local/bin/hello": {"text": "#!/bin/sh\necho hello\n", "mode": "0755"}},
    "commands": ["echo one >/etc/one", ["touch", "/etc/two words"]],
}


@pytest.fixture(scope="session")
def built(pyz: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, dict[str, Any]]]:
    """A site with the one image that the slow tests share, built once."""
    program = Program(pyz, tmp_path_factory.mktemp("built") / "site")
    assert program("init", "--privilege", mode()).code == 0
    yield program, program("image", "build", stdin=json.dumps(BOOTABLE)).value
    _remove(program.site)


@contextmanager
def copied(other: Program, folder: Path) -> Iterator[Program]:
    """A site with the versions of another one, at no cost: objects are never changed, so hard links of them will do."""
    program = Program(other.pyz, folder / "site")
    assert program("init", "--privilege", mode()).code == 0
    try:
        yield from _with_copies(program, other)
    finally:
        _remove(program.site)


def _with_copies(program: Program, other: Program) -> Iterator[Program]:
    Privilege(mode()).remove(str(program.site / "repo"))
    folders = [str(other.site / name) for name in ("repo", "kept") if (other.site / name).exists()]
    done = Privilege(mode()).run(["cp", "-al", *folders, str(program.site)])
    assert done.returncode == 0, done.stderr
    yield program


@pytest.fixture(scope="session")
def manifest(built: tuple[Program, dict[str, Any]]) -> dict[str, Any]:
    """The shared image's manifest, published once."""
    value = built[0]("image", "publish", "bootable").value
    assert isinstance(value, dict)
    return value


@pytest.fixture
def published(ctl: Program) -> dict[str, Any]:
    """A manifest as `image publish` leaves it, without the image: for tests of the inventory."""
    return publish_by_hand(ctl)


def publish_by_hand(ctl: Program) -> dict[str, Any]:
    """Write such a manifest into a site."""
    root_hash = "ab" * 32
    sizes = {"vmlinuz": 80, "initrd": 20, "root.squashfs": 900, "root.verity": 100}
    value: dict[str, Any] = {
        "format": formats.newest("manifest"),
        "form": "memory",
        "levels": ["asked", "enforced", "scrubbed", "clean"],
        "image": "debian12",
        "version": "0123456789ab",
        "commit": "0123456789ab" + "0" * 52,
        "content": "cd" * 32,
        "created": "2026-01-01T00:00:00Z",
        "suite": "bookworm",
        "packages": 120,
        "kernel": "6.1.0-30-cloud-amd64",
        "root_hash": root_hash,
        "verity": {"hash": "sha256", "salt": "ef" * 32, "uuid": "u", "data_block": 4096, "hash_block": 4096},
        "files": {name: {"bytes": size, "sha256": "00" * 32} for name, size in sizes.items()},
        "uefi": None,
    }
    folder = ctl.site / "published" / root_hash
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(value))
    return value


def add_node(ctl: Program, number: int, **changes: str) -> Answer:
    """Add node<number>; `changes` replaces options, for example mac="..."."""
    options = {
        "mac": f"52:54:00:00:00:{number:02x}",
        "address": "127.0.0.1",
        "ssh-port": str(2200 + number),
        "bmc-host": "127.0.0.1",
        "bmc-port": str(9000 + number),
        "bmc-user": "admin",
    }
    name = changes.pop("name", f"node{number}")
    password = changes.pop("password", "secret\n")
    options.update({key.replace("_", "-"): value for key, value in changes.items()})
    words = [f"--{key}={value}" for key, value in options.items()]
    return ctl("node", "add", name, *words, stdin=password)


def add_by_hand(ctl: Program, number: int) -> None:
    """Add node<number> without a BMC: it can be ordered to start where nothing answers."""
    words = [f"--mac=52:54:00:00:00:{number:02x}", "--address=127.0.0.1", f"--ssh-port={2200 + number}"]
    assert ctl("node", "add", f"node{number}", *words, "--power=by-hand").code == 0


def report(ctl: Program, stage: str, query: str, *, word: str = "", address: str = "10.0.0.11") -> None:
    """Let the web server note a report; without a word, one that this boot sent."""
    ordered = json.loads((ctl.site / "secrets" / "node1" / "boot.json").read_text())
    mark = vouch.of_report(word or ordered["word"], "node1", stage, query)
    line = {"time": time.time(), "address": address, "uri": f"/report/node1/{stage}?{query}&mark={mark}"}
    with (ctl.site / "log" / "access.jsonl").open("a") as log:
        log.write(json.dumps({**line, "status": 200, "bytes": 6, "seconds": 0.0}) + "\n")
