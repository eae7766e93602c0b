"""Find and run the programs of the operating system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

from .errors import CtlError
from .needs import NEEDS

# Debian keeps nginx, veritysetup and others where an ordinary user's PATH does not look.
_EXTRA = ("/usr/local/sbin", "/usr/sbin", "/sbin")

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PROXY = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")


def search_path() -> str:
    """PATH, with the folders of system programs behind it."""
    have = [part for part in os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin").split(os.pathsep) if part]
    return os.pathsep.join(have + [part for part in _EXTRA if part not in have])


def find(program: str) -> Optional[str]:
    """The full path of a program, or None."""
    return shutil.which(program, path=search_path())


def need(program: str) -> str:
    """The full path of a program.

    Raises CtlError ``missing-program`` with the package that brings it.
    """
    path = find(program)
    if path is not None:
        return path
    package = next((entry.package for entry in NEEDS if program in entry.programs), program)
    raise CtlError(
        "missing-program",
        "The program {} is not installed on the server.".format(program),
        hint="{}apt-get install {}".format("" if os.geteuid() == 0 else "sudo ", package),
    )


def environment(extra: Optional[Mapping[str, str]] = None) -> "dict[str, str]":
    """The environment for programs: system folders in PATH, messages in English so that they can be recognised."""
    # mksquashfs refuses to work when this is set and times are given.
    inherited = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    return {**inherited, "PATH": search_path(), "LC_ALL": "C.UTF-8", "LANGUAGE": "C", **(extra or {})}


def clean_environment(extra: Optional[Mapping[str, str]] = None) -> "dict[str, str]":
    """The environment for what makes or reads trees: the same whoever calls, so that equal recipes give equal trees.

    Nothing of the caller is in it. A maintainer script that inherited PYTHONDONTWRITEBYTECODE left other files behind.
    """
    return {"PATH": SYSTEM_PATH, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", "HOME": "/root", **(extra or {})}


def proxies() -> "dict[str, str]":
    """The caller's proxy settings, for what fetches from a mirror and nothing else: they say how, and never what."""
    names = [*_PROXY, *(name.upper() for name in _PROXY)]
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def run(
    argv: Sequence[str],
    *,
    env: Optional[Mapping[str, str]] = None,
    timeout: Optional[float] = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a program to its end; its code is the caller's to judge.

    Raises CtlError ``missing-program``, or subprocess.TimeoutExpired after which the program was killed.
    """
    words = [need(argv[0]), *argv[1:]]
    return subprocess.run(
        words, env=environment(env), stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
    )


def version(program: str) -> str:
    """The version that a program says it has: the first number with a point in it; "" when it says none."""
    for word in ("--version", "-version"):
        said = run([program, word]).stdout.decode(errors="replace")
        found = re.search(r"\b[0-9]+(\.[0-9]+)+\S*", said)
        if found:
            return found.group(0)[:40]
    return ""


def own_command() -> List[str]:
    """The words that start this very program again, whether it runs from a zipapp or from a folder."""
    here = Path(__file__).resolve().parent
    for parent in (here, *here.parents):
        if parent.is_file():  # inside a zip: the first "folder" above that is a file
            return [sys.executable, str(parent)]
    return [sys.executable, str(here)]
