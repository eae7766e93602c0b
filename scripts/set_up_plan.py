"""What the set-up has to do, decided from facts alone: nothing here touches the machine.

`set_up.py` gathers the facts, asks these functions, and does what they say. Standard library only, since it runs
before anything is installed; and readable by Python 3.9, so that an old Python gets a message and no syntax error.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Any, Callable, NamedTuple

GOALS: dict[str, tuple[str, ...]] = {
    "python": (),
    "demo": ("build", "boot", "lab"),
    "lab": ("build", "boot", "lab"),
    "test": ("build", "boot", "site", "measured", "lab", "browser", "tests"),
    "bench": ("build", "boot", "lab", "benchmarks"),
}
"""For each goal the parts of the table of needs (`sidus_lab/sidusctl/needs.py`) that it uses."""

DEVELOPERS = ("python", "test", "bench")
"""Goals that need the tools of developers too; to look at the lab takes the package's own dependencies and no more."""

OLDEST, NEWEST = (3, 11), (3, 13)
"""The Pythons that the locked packages have ready-made files for."""

SERVICES: dict[str, tuple[str, ...]] = {
    "nginx": ("nginx.service",),
    "openssh-server": ("ssh.service", "ssh.socket"),
    "openipmi": ("openipmi.service",),
    "ipmitool": ("ipmievd.service",),
}
"""Units that a Debian package would start, now and at every boot, although we only want its programs."""

POLICY_MARK = "# Temporary file of sidus_lab's set-up: delete it if you find it."

SUBID_COUNT = 65536

WEEK = 7 * 24 * 3600.0


def python_fits(version: tuple[int, int]) -> bool:
    """Say whether this Python can run the project with its locked packages."""
    return OLDEST <= version <= NEWEST


def missing(needs: Iterable[Any], goal: str, found: Callable[[Any], bool]) -> list[Any]:
    """Return the needs of a goal that this machine does not meet, in the table's order.

    Python modules are left out: they matter only where the virtual environment must still be made (see `venv_package`).
    """
    parts = set(GOALS[goal])
    return [need for need in needs if parts & set(need.parts) and not need.module and not found(need)]


def venv_package(executable: str, version: tuple[int, int], default: tuple[int, int] | None) -> str | None:
    """Return the Debian package that brings `ensurepip` to this Python; None where it is not Debian's Python.

    Parameters
    ----------
    executable : str
        The Python that runs, symbolic links resolved.
    version : tuple of int
        Its version, major and minor.
    default : tuple of int or None
        The version of /usr/bin/python3; only that one is served by `python3-venv`.
    """
    if not executable.startswith("/usr/bin/"):
        return None
    return "python3-venv" if version == default else f"python{version[0]}.{version[1]}-venv"


def locked_for(goal: str, lock: str, roots: Iterable[str]) -> str:
    """Return those parts of the lock that a goal needs: all of it for developers, else what `roots` need.

    A lock says under each package which others want it (``# via``), so what is needed is found without asking anybody.
    """
    if goal in DEVELOPERS:
        return lock
    head, *parts = re.split(r"^(?=[A-Za-z0-9._-]+==)", lock, flags=re.MULTILINE)
    wanted_by = {}
    for part in parts:
        comments = re.findall(r"^    #(?: via)?\s+([A-Za-z0-9._-]+)", part, flags=re.MULTILINE)
        wanted_by[normal(part.partition("==")[0])] = {normal(name) for name in comments}
    taken = {normal(name) for name in roots} & set(wanted_by)
    while more := {name for name, by in wanted_by.items() if by & taken} - taken:
        taken |= more
    return head + "".join(part for part in parts if normal(part.partition("==")[0]) in taken)


def normal(name: str) -> str:
    """Return a package's name in its one normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(row: str) -> str:
    """Return the name in a requirement such as ``numpy>=2.0``."""
    return re.split(r"[\s<>=!~;\[]", row, maxsplit=1)[0]


def is_fresh(stored: str, wanted: str, goal: str) -> bool:
    """Say whether an environment with this stamp serves a goal: made from the same, and of enough.

    A stamp says what the environment was made from, and ``all`` where developers' tools are in it.
    """
    made_from, _, extent = stored.strip().partition(" ")
    return made_from == wanted and (extent == "all" or goal not in DEVELOPERS)


def stamped(wanted: str, goal: str) -> str:
    """Return what to keep of an environment that was made for a goal."""
    return f"{wanted} all" if goal in DEVELOPERS else f"{wanted} lab"


def lists_are_old(newest: float | None, now: float) -> bool:
    """Say whether apt's package lists must be fetched anew: there are none (None), or they are over a week old."""
    return newest is None or now - newest > WEEK


def root_prefix(uid: int, sudo: bool, asks: bool, terminal: bool) -> list[str] | None:
    """Return the words to put before a command so that it runs as root; None where there is no way.

    Parameters
    ----------
    uid : int
        The effective user id.
    sudo : bool
        Whether the program sudo exists.
    asks : bool
        Whether sudo wants a password.
    terminal : bool
        Whether somebody is there to type one.
    """
    if uid == 0:
        return []
    if not sudo or (asks and not terminal):
        return None
    return ["sudo"] if asks else ["sudo", "-n"]


def services_of(packages: Iterable[str], installed: Iterable[str]) -> list[str]:
    """Return the units that would be started by installing `packages`, without those that are already installed.

    Whoever runs nginx or sshd already has the package installed: their services are never touched.
    """
    there = set(installed)
    return [unit for package in packages if package not in there for unit in SERVICES.get(package, ())]


def policy(units: Sequence[str]) -> str:
    """Return a policy-rc.d (Debian's own switch for this) that forbids the start of `units` and of nothing else.

    It is asked with the unit's or the init script's name; 101 means forbidden, 0 allowed.
    """
    names = sorted({name for unit in units for name in (unit, unit.rsplit(".", 1)[0])})
    return f'#!/bin/sh\n{POLICY_MARK}\ncase "$1" in\n{"|".join(names)}) exit 101 ;;\nesac\nexit 0\n'


def install_script(
    packages: Sequence[str], update: bool, units: Sequence[str], policy_file: str = "/usr/sbin/policy-rc.d"
) -> str:
    """Return the shell script, to be run as root, that installs Debian packages and leaves no new service running.

    It first finishes an installation that was interrupted, waits for another apt to end, and fetches the package
    lists where `update` says so or where the first try failed. A policy-rc.d of the machine's own is respected.
    """
    install = "apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 " + shlex.join(
        packages
    )
    lines = ["set -eu", "export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8"]
    if units:
        lines += [
            f"policy={shlex.quote(policy_file)}",
            f'if [ ! -e "$policy" ] || grep -qxF {shlex.quote(POLICY_MARK)} "$policy"; then',
            """  trap 'rm -f "$policy"' EXIT""",
            "  trap 'exit 130' INT TERM HUP",
            f'  printf %s {shlex.quote(policy(units))} > "$policy"',
            '  chmod 755 "$policy"',
            "fi",
        ]
    lines.append('if [ -n "$(dpkg --audit)" ]; then dpkg --configure -a; fi')
    update_command = "apt-get update -o DPkg::Lock::Timeout=300"
    lines += [update_command, install] if update else [f"{install} || {{ {update_command} && {install}; }}"]
    for unit in units:
        # A unit of the list need not exist in every release; without systemd only init scripts are left.
        name = unit.rsplit(".", 1)[0]
        lines.append(
            f"if command -v systemctl > /dev/null; then systemctl disable --now {unit} > /dev/null 2>&1 || true; "
            f"else update-rc.d {name} disable > /dev/null 2>&1 || true; fi"
        )
    return "\n".join(lines) + "\n"


class Owner(NamedTuple):
    """A user, as /etc/subuid may name it: by name or by number."""

    name: str
    uid: int


def _ranges(text: str) -> list[tuple[str, int, int]]:
    rows = []
    for line in text.splitlines():
        words = line.strip().split(":")
        if len(words) == 3 and words[1].isdigit() and words[2].isdigit():
            rows.append((words[0], int(words[1]), int(words[2])))
    return rows


def has_range(text: str, owner: Owner) -> bool:
    """Say whether /etc/subuid (or /etc/subgid), given as text, has a range of 65536 ids for this user."""
    names = {owner.name, str(owner.uid)}
    return any(name in names and count >= SUBID_COUNT for name, _, count in _ranges(text))


def free_range(*texts: str) -> tuple[int, int]:
    """Return the first and last id of a range that is free in all of the given files, above every range in use."""
    ends = [start + count for text in texts for _, start, count in _ranges(text)]
    start = max([100_000, *ends])
    return start, start + SUBID_COUNT - 1


def stamp(parts: Iterable[bytes]) -> str:
    """Return one name for the content of all parts, in this order: what was set up, and so whether to do it again."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def notes(kvm_there: bool, kvm_open: bool, user: str) -> list[str]:
    """Return what a person may want to know but nobody has to do."""
    if kvm_there and not kvm_open:
        return [
            f"/dev/kvm is there but closed to {user}: nodes run in emulation, which is slower and just as correct.",
            f"To open it: sudo usermod -aG kvm {user}, then log in again.",
        ]
    return []
