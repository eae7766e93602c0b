"""Set this machine up for one goal: Debian packages, the virtual environment, the locked packages, the project.

    python3 scripts/set_up.py demo|lab|test|bench|python

Does only what is missing, says first what it installs and why, and can be interrupted and started again. The
decisions are in `set_up_plan.py`; this file gathers facts and acts. Standard library only.
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import set_up_plan as plan

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "sidus-lab.stamp"
LOG = ROOT / ".set-up.log"
LOCK = ROOT / "requirements.lock"
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
"""Where programs are looked for: an ordinary user's PATH leaves out the folders of nginx and sshd."""


class Stop(Exception):
    """The set-up cannot go on; the text says why and what to do."""


class Teller:
    """Prints what happens, with the time since the start; a live line on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.live = sys.stdout.isatty()
        self.last = 0.0
        self.width = shutil.get_terminal_size().columns - 1

    def say(self, text: str) -> None:
        """Print one line that stays."""
        for line in text.splitlines():
            print(("\r\033[K" if self.live else "") + f"[{time.monotonic() - self.start:4.0f} s] {line}", flush=True)

    def under_way(self, text: str) -> None:
        """Show the step's last line of output: in place on a terminal, at most every 10 seconds in a log."""
        now = time.monotonic()
        if self.live:
            if now - self.last > 0.1:
                self.last = now
                print(f"\r\033[K[{now - self.start:4.0f} s]   {text}"[: self.width], end="", flush=True)
        elif now - self.last > 10:
            self.last = now
            self.say("  " + text[:110])


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """Yield the process's output line by line."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip()


def do(teller: Teller, argv: list[str], what: str) -> None:
    """Run one command with its output in the log and its last line shown; raise Stop with the end of it on failure."""
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(argv)}\n")
        with subprocess.Popen(
            argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            try:
                for line in lines_of(process):
                    log.write(line + "\n")
                    if line.strip():
                        teller.under_way(line.strip())
            except KeyboardInterrupt:
                # The terminal sent the signal to apt or pip too: let it end in good order.
                process.wait()
                raise
    if process.returncode:
        tail = "\n".join("    " + line for line in LOG.read_text(errors="replace").splitlines()[-12:])
        raise Stop(f"{what} failed (exit code {process.returncode}); its last lines:\n{tail}\nAll of it: {LOG.name}")


def load_needs() -> tuple[Any, ...]:
    """Read the table of needs from its file, without importing the package (which is not installed yet)."""
    path = ROOT / "sidus_lab" / "sidusctl" / "needs.py"
    spec = importlib.util.spec_from_file_location("sidus_needs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.NEEDS)


def found(need: Any) -> bool:
    """Look on this machine for one need: any of its programs, or any of its files."""
    return any(shutil.which(name, path=SEARCH) for name in need.programs) or any(
        Path(name).exists() for name in need.files
    )


def installed(packages: list[str]) -> list[str]:
    """Return those of the Debian packages that dpkg has installed."""
    argv = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *packages]
    rows = subprocess.run(argv, capture_output=True, text=True, check=False).stdout.split("\n")
    return [row.split()[1] for row in rows if row.startswith("installed ")]


def newest_list() -> float | None:
    """Return when apt last fetched package lists, or None where there are none."""
    folder = Path("/var/lib/apt/lists")
    if not folder.is_dir() or not any("_Packages" in path.name for path in folder.iterdir()):
        return None
    return max(path.stat().st_mtime for path in (folder, folder / "partial") if path.exists())


def default_python() -> tuple[int, int] | None:
    """Return the version of Debian's own python3."""
    name = os.path.realpath("/usr/bin/python3").rpartition("python")[2]
    major, _, minor = name.partition(".")
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else None


def as_root(teller: Teller, argv: list[str], what: str, by_hand: str) -> None:
    """Run a command as root: directly, or through sudo, which may ask for a password first.

    Where there is no way, Stop names `by_hand`, the plain command for the machine's administrator.
    """
    sudo = shutil.which("sudo") is not None
    asks = sudo and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode != 0
    prefix = plan.root_prefix(os.geteuid(), sudo, asks, sys.stdin.isatty())
    if prefix is None:
        why = "sudo wants a password and nobody is at the terminal" if sudo else "there is no sudo here"
        raise Stop(f"{what} needs root, and {why}.\nNext: run this as root, then start again:\n    {by_hand}")
    if prefix and asks:
        subprocess.run(["sudo", "-v"], check=False)
    do(teller, prefix + argv, what)


def debian_packages(teller: Teller, goal: str, venv_too: bool) -> None:
    """Install the Debian packages that are missing, after saying which and why."""
    wants = plan.missing(load_needs(), goal, found)
    why = {need.package: f"{need.name}: {need.why}" for need in wants}
    if venv_too and importlib.util.find_spec("ensurepip") is None:
        version = (sys.version_info[0], sys.version_info[1])
        package = plan.venv_package(os.path.realpath(sys.executable), version, default_python())
        if package is None:
            raise Stop(
                f"{sys.executable} has no ensurepip, so it cannot make a virtual environment.\nNext: use another"
            )
        why[package] = "ensurepip: makes the project's virtual environment"
    if not why:
        return
    packages = list(why)
    if shutil.which("apt-get") is None:
        listing = "\n".join(f"    {text}" for text in why.values())
        raise Stop(f"This machine has no apt-get, and these are missing:\n{listing}\nNext: install them, start again.")
    update = plan.lists_are_old(newest_list(), time.time())
    units = plan.services_of(packages, installed(packages))
    teller.say("Debian packages to install with apt-get" + ("" if os.geteuid() == 0 else " (through sudo)") + ":")
    for package, text in why.items():
        teller.say(f"  {package:24} {text}")
    by_hand = "apt-get install -y --no-install-recommends " + " ".join(packages)
    as_root(teller, ["sh", "-c", plan.install_script(packages, update, units)], "apt-get install", by_hand)
    still = [need.name for need in plan.missing(load_needs(), goal, found)]
    if still:
        raise Stop(f"Installed, but still not found: {', '.join(still)}.\nNext: see {LOG.name}")
    teller.say(f"{len(packages)} Debian packages are there now.")
    if units:
        teller.say(f"Not started, and not at boot either: {', '.join(units)} (the lab runs copies of its own).")


def subordinate_ids(teller: Teller) -> None:
    """Give an ordinary user ranges of user and group ids, which a user namespace needs to hold a Debian tree."""
    if os.geteuid() == 0:
        return
    owner = plan.Owner(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid())
    files = [Path("/etc/subuid"), Path("/etc/subgid")]
    texts = [path.read_text() if path.exists() else "" for path in files]
    first, last = plan.free_range(*texts)
    argv = ["usermod"]
    for text, option in zip(texts, ("--add-subuids", "--add-subgids")):
        if not plan.has_range(text, owner):
            argv += [option, f"{first}-{last}"]
    if len(argv) > 1:
        command = " ".join([*argv, owner.name])
        teller.say(f"Giving {owner.name} a range of user and group ids of their own, to build images without root:")
        teller.say(f"  sudo {command}")
        as_root(teller, ["sh", "-c", f"PATH=$PATH:/usr/sbin:/sbin {command}"], "usermod", command)


def wanted_stamp() -> str:
    """Name everything the virtual environment is made from."""
    facts = [sys.version, os.path.realpath(sys.executable), str(ROOT)]
    return plan.stamp([*(text.encode() for text in facts), LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes()])


def venv_python_works() -> bool:
    """Say whether the virtual environment is whole: its Python starts, is this one, and has pip."""
    version = "{}.{}".format(*sys.version_info[:2])
    code = f"import pip, sys; sys.exit(sys.version.split('.')[:2] != {version.split('.')})"
    try:
        return subprocess.run([VENV / "bin" / "python", "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def locked(goal: str) -> str:
    """Return the text of the lock that a goal needs."""
    import tomllib  # Python 3.11, which main has seen to by now

    about = tomllib.loads((ROOT / "pyproject.toml").read_text())
    rows = [*about["project"]["dependencies"], *about["build-system"]["requires"]]
    return plan.locked_for(goal, LOCK.read_text(), [plan.required(row) for row in rows])


def python_packages(teller: Teller, stamp: str, goal: str) -> None:
    """Make the virtual environment, put the locked packages and the project in it, and stamp it."""
    python = str(VENV / "bin" / "python")
    if not venv_python_works():
        teller.say("Making the virtual environment .venv")
        do(teller, [sys.executable, "-m", "venv", "--clear", str(VENV)], "Making the virtual environment")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"]
    wanted = VENV / "sidus-lab.lock"
    wanted.write_text(locked(goal))
    count = sum("==" in line for line in wanted.read_text().splitlines())
    teller.say(f"Installing {count} Python packages at locked versions, each checked by its hash (a minute or two)")
    # Who only looks uses a small part of it all: Python compiles that at its first use.
    later = [] if goal in plan.DEVELOPERS else ["--no-compile"]
    do(teller, [*pip, "--require-hashes", "--no-deps", *later, "-r", str(wanted)], "pip install")
    teller.say("Installing the project itself, editable")
    do(teller, [*pip, "--no-build-isolation", "--no-deps", "-e", str(ROOT)], "pip install of the project")
    aside = STAMP.with_suffix(".new")
    aside.write_text(plan.stamped(stamp, goal))
    aside.replace(STAMP)


def set_up(teller: Teller, goal: str) -> None:
    """Do all that is missing for one goal."""
    stamp = wanted_stamp()
    there = STAMP.exists() and (VENV / "bin" / "python").exists()
    fresh = there and plan.is_fresh(STAMP.read_text(), stamp, goal)
    started = bool(plan.missing(load_needs(), goal, found)) or not fresh
    if started:
        LOG.write_text("")
        teller.say(f"Setting up for `make {goal}`: only what is missing")
    debian_packages(teller, goal, venv_too=not fresh and not venv_python_works())
    if "build" in plan.GOALS[goal]:
        subordinate_ids(teller)
    if not fresh:
        python_packages(teller, stamp, goal)
    if started:
        user = pwd.getpwuid(os.geteuid()).pw_name
        kvm = "/dev/kvm"
        for note in plan.notes(os.path.exists(kvm), os.access(kvm, os.R_OK | os.W_OK), user):  # noqa: PTH110
            teller.say(note)
        teller.say("Set up. The next start skips all of this.")


def main() -> int:
    """Read the goal, hold the set-up's lock (two at once would spoil each other's work), and go."""
    parser = argparse.ArgumentParser(description="Set this machine up for one goal; does only what is missing.")
    parser.add_argument("goal", choices=sorted(plan.GOALS))
    goal = parser.parse_args().goal
    version = (sys.version_info[0], sys.version_info[1])
    if not plan.python_fits(version):
        text = "sidus_lab needs Python {}.{} to {}.{}, this is {}.{}."
        print(text.format(*plan.OLDEST, *plan.NEWEST, *version), file=sys.stderr)
        return 1
    teller = Teller()
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        set_up(teller, goal)
    except Stop as stop:
        teller.say(str(stop))
        return 1
    except KeyboardInterrupt:
        teller.say("Interrupted. Start it again and it goes on where it was.")
        return 130
    finally:
        os.close(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
