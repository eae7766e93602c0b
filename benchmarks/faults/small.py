"""A small site for many rounds: a tree made by hand in place of mmdebstrap's, everything after it is the real thing.

In place of mmdebstrap stands a shell script that copies a tree of a few files, with a "kernel" and an "initrd" of
random bytes. OSTree, mksquashfs, veritysetup and sidusctl are the real programs: so a build takes a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from sidus_lab.sidusctl import cli
from sidus_lab.sidusctl.privilege import Privilege

IMAGE = "small"
KERNEL = "6.1.0-small"
RECIPE = json.dumps({"name": IMAGE, "suite": "bookworm", "packages": ["base-files"]})
FILL = "leave-free"
"""A file beside the stand-in for mmdebstrap: the bytes that it leaves free on the site's own small disk."""

_STAND_IN = """\
#!/bin/sh
set -e
for word; do case "$word" in /*/tree) tree=$word;; esac; done
cp -a {prepared} "$tree"
dd if=/dev/urandom of="$tree/etc/serial" bs=16 count=1 2>/dev/null
if [ -e {fill} ]; then
  used=$(df --output=used -B1 "$tree" | tail -n 1)
  mount -o "remount,size=$((used + $(cat {fill})))" "$(df --output=target "$tree" | tail -n 1)"
fi
"""


def mode() -> str:
    """Root works as root, everybody else in a user namespace."""
    return "root" if os.geteuid() == 0 else "userns"


@dataclass(frozen=True)
class Said:
    """What one call answered: its events and its exit code."""

    events: list[dict[str, Any]]
    code: int

    @property
    def ok(self) -> bool:
        """Whether it ended with a result."""
        return bool(self.events) and self.events[-1]["event"] == "result"

    @property
    def value(self) -> Any:
        """The result."""
        if not self.ok:
            raise AssertionError(f"no result: {self.events[-1:]}")
        return self.events[-1]["value"]

    @property
    def error(self) -> str:
        """The error's code; empty where there is none."""
        return "" if self.ok or not self.events else str(self.events[-1].get("code", ""))


@dataclass(frozen=True)
class Small:
    """A site in `root`, and the programs that stand in for the slow ones in `programs`."""

    root: Path
    programs: Path
    made: list[str] = field(default_factory=list)

    def prepare(self) -> Small:
        """Make the tree, and the script that copies it."""
        prepared = self.programs / "tree-of-all"
        boot, about = prepared / "boot", prepared / "usr/lib/sidus"
        for folder in (boot, about, prepared / "etc"):
            folder.mkdir(parents=True)
        facts: dict[str, str] = {"suite": "bookworm", "kernel": KERNEL}
        for name, key in ((f"vmlinuz-{KERNEL}", "vmlinuz"), (f"initrd.img-{KERNEL}", "initrd")):
            content = os.urandom(60_000)
            (boot / name).write_bytes(content)
            facts[f"{key}_sha256"] = hashlib.sha256(content).hexdigest()
        package = {"name": "base-files", "version": "12", "arch": "amd64", "sha256": "00" * 32}
        (about / "image.json").write_text(json.dumps(facts))
        (about / "lock.json").write_text(json.dumps([package]))
        for number in range(20):
            (prepared / "etc" / f"file{number}").write_text("text\n" * number)
        script = self.programs / "mmdebstrap"
        script.write_text(_STAND_IN.format(prepared=prepared, fill=self.programs / FILL))
        script.chmod(0o755)
        return self

    def environment(self) -> dict[str, str]:
        """The environment in which the stand-in is found before the real program."""
        path = f"{self.programs}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
        repository = str(Path(__file__).resolve().parents[2])
        return {**os.environ, "PATH": path, "PYTHONPATH": repository}

    def call(self, *words: str, stdin: str = "") -> Said:
        """Call sidusctl in this process: the same program, without the start of another Python."""
        try:
            raw = stdin.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half a character of another kind
            raw = stdin.encode("utf-8", "surrogatepass")
        out, data = io.StringIO(), io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        with (
            mock.patch.dict(os.environ, self.environment()),
            mock.patch.object(sys, "stdin", data),
            contextlib.redirect_stdout(out),
        ):
            code = cli.main(["--site", str(self.root), *words])
        return Said([json.loads(line) for line in out.getvalue().split("\n") if line], code)

    def begin(self, *words: str, stdin: str = "") -> subprocess.Popen[bytes]:
        """Begin a call in a process namespace of its own: when it is killed, all that it started dies with it."""
        space = ["--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.geteuid():
            space = ["--user", "--map-root-user", "--map-auto", *space]
        program = [sys.executable, "-m", "sidus_lab.sidusctl", "--site", str(self.root), *words]
        with tempfile.TemporaryFile() as data:
            data.write(stdin.encode())
            data.seek(0)
            return subprocess.Popen(
                ["unshare", *space, "--", *program],
                stdin=data,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment(),
            )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a call that was begun, and wait until the kernel has ended all that it started."""
        process.kill()
        process.wait()
        while any(str(self.root).encode() in line for line in _command_lines()):
            time.sleep(0.005)

    def init(self) -> None:
        """Make the site."""
        self.call("init", "--privilege", mode(), "--web-root-url", "http://127.0.0.1:1").value  # noqa: B018

    def remove(self) -> None:
        """Remove it: files of other owners too."""
        Privilege(mode()).remove(str(self.root))


def _command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if path.parent.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                yield path.read_bytes()


def node_words(number: int) -> list[str]:
    """The words that add node<number>, which is switched by hand."""
    return [
        *("node", "add", f"node{number}", f"--mac=52:54:00:00:{number // 256:02x}:{number % 256:02x}"),
        *("--address=127.0.0.1", f"--ssh-port={2000 + number}", "--power=by-hand"),
    ]


@dataclass(frozen=True)
class State:
    """What a site holds: nodes with what they boot, versions, and what is published."""

    nodes: dict[str, str]
    versions: frozenset[str]
    published: frozenset[str]


LOOKS: Sequence[tuple[str, ...]] = (
    ("image", "list"),
    ("node", "list"),
    ("job", "list"),
    ("node", "status", "--no-power"),
)


def look(site: Small) -> tuple[State, list[str]]:
    """Look at everything; gives what is there, and what is wrong: no answer, or something damaged."""
    wrong, values = [], {}
    for words in LOOKS:
        said = site.call(*words)
        name = " ".join(words)
        if not said.ok:
            wrong.append(f"{name}: {said.events[-1:]}")
            continue
        values[words] = said.value
        wrong += [f"{name}: {row['why']}" for row in said.value.get("damaged", ())]
    images = values.get(LOOKS[0], {"images": [], "published": []})
    nodes = values.get(LOOKS[1], {"nodes": []})["nodes"]
    return (
        State(
            {node["name"]: (node["assignment"] or {}).get("root_hash", "") for node in nodes},
            frozenset(each["version"] for image in images["images"] for each in image["versions"]),
            frozenset(each["root_hash"] for each in images["published"]),
        ),
        wrong,
    )


def left_over(site: Small) -> list[str]:
    """Let the doctor mend a site in which nothing runs, and give what is still wrong or left there afterwards."""
    for path in site.root.rglob("*"):
        if path.name.startswith(".") and "repo" not in path.relative_to(site.root).parts[:1] and not path.is_symlink():
            os.utime(path, (0, 0))  # the doctor lets alone what is younger than an hour
    first = site.call("doctor", "--mend")
    if not first.ok:
        return [f"doctor: {first.events[-1:]}"]
    found = [
        f"doctor: {row['what']} {row['where']}: {row['why']}"
        for row in site.call("doctor").value["found"]
        if row["what"] != "service"
    ]  # no web server hands this site out
    found += [f"moved to the attic: {path.name}" for path in site.root.glob("attic/*")]
    rest = [*site.root.glob("tmp/*"), *site.root.glob(".*"), *site.root.glob("*/.*"), *site.root.glob("*/*/.*")]
    return found + [
        f"left: {path.relative_to(site.root)}" for path in rest if path.relative_to(site.root).parts[0] != "repo"
    ]
