"""Homes of embedded labs for the tests: short paths, an image built once, everything ended and removed afterwards.

A home lies in ``<temporary folder>/sl-<pid>-<start time>/``. What a killed test run left is found by that name, and is
ended and removed by the next run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sidus_lab.embedded
from sidus_lab.embedded import Embedded
from sidus_lab.embedded.home import MARK
from sidus_lab.embedded.processes import Process, end, look_up
from sidus_lab.embedded.service import find_program
from sidus_lab.errors import SidusError
from sidus_lab.sidusctl.privilege import Privilege, choose

RECIPE = Path(sidus_lab.embedded.__file__).parent / "recipes" / "debian12-numpy.toml"
SITE_PROGRAMS = ("sshd", "ssh-keygen", "nginx", "ipmi_sim", "ipmitool", "qemu-system-x86_64")
IMAGE_PROGRAMS = ("mmdebstrap", "ostree", "mksquashfs", "veritysetup")
_PREFIX = "sl-"


def missing(*programs: str) -> str:
    """Give the reason why a test cannot run here, or an empty string."""
    lacking = []
    for program in programs:
        try:
            find_program(program)
        except SidusError:
            lacking.append(program)
    return f"missing here: {', '.join(lacking)}   (sidus-lab check names the packages)" if lacking else ""


class Labs:
    """The homes that one test run makes."""

    def __init__(self) -> None:
        me = look_up(os.getpid())
        assert me is not None
        self.top = Path(tempfile.gettempdir()) / f"{_PREFIX}{me.pid}-{me.started}"
        self.top.mkdir(mode=0o755)

    def home(self, name: str, image_of: Path | None = None) -> Path:
        """Make a home; with `image_of`, it holds a copy of that home's images and published versions."""
        home = self.top / name
        home.mkdir(mode=0o700, parents=True)
        if image_of is not None:
            (home / "site").mkdir(mode=0o755)
            if (image_of / "kvm.json").exists():  # the probe's answer is the same for all
                shutil.copy(image_of / "kvm.json", home)
            parts = [str(image_of / "site" / part) for part in ("repo", "published")]
            copied = choose().run(["cp", "-a", "--reflink=auto", *parts, str(home / "site")])
            assert copied.returncode == 0, copied.stderr.decode()
        return home

    def drop(self, home: Path) -> None:
        """Take a home's lab down and remove the home."""
        Embedded(home).down()
        remove(home)

    @contextlib.contextmanager
    def site(self, name: str) -> Iterator[Embedded]:
        """Bring up an embedded lab without an image in a home of its own; drop both at the end."""
        home = self.home(name)
        embedded = Embedded(home)
        embedded.up(use_kvm=False).close()
        yield embedded
        self.drop(home)

    def close(self) -> None:
        """Take down and remove all of them."""
        clear(self.top)


def clear(top: Path) -> None:
    """Take down and remove all homes below a folder."""
    for state in [*top.glob("*/state.json"), *top.glob("*/*/state.json")]:
        with contextlib.suppress(SidusError):
            Embedded(state.parent).down()
    end(marked(top))
    for home in top.iterdir():
        remove(home)
    top.rmdir()


def sweep() -> None:
    """End and remove what earlier test runs of this user left when they were killed."""
    for top in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid, _, started = top.name.removeprefix(_PREFIX).partition("-")
        mine = top.is_dir() and top.stat().st_uid == os.getuid() and pid.isdigit() and started.isdigit()
        if mine and not Process(int(pid), int(started)).alive:
            clear(top)


def remove(home: Path) -> None:
    """Remove a home; an image's files may belong to other users of a user namespace."""
    facts = home / "site" / "site.json"
    mode = json.loads(facts.read_text())["privilege"] if facts.exists() else None
    if (home / "site" / "repo").exists():
        (Privilege(mode) if mode else choose()).remove(str(home / "site" / "repo"))
    shutil.rmtree(home)


def marked(top: Path) -> list[Process]:
    """Give every process that carries the mark of a lab at or below a folder."""
    return [process for process, home in _marked() if home == top or top in home.parents]


def _marked() -> Iterator[tuple[Process, Path]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                for word in (entry / "environ").read_bytes().split(b"\0"):
                    name, _, value = word.partition(b"=")
                    process = look_up(int(entry.name))
                    if name == MARK.encode() and process is not None:
                        yield process, Path(os.fsdecode(value))
