"""The three ways to get at files of many owners: be root, ask sudo, or take a user namespace.

Every privileged command also gets a mount and a process namespace of its own: mounts made for a build cannot
leak into the server, and when the first process is killed the kernel ends all the others.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import Dict, List, Mapping, Optional, Sequence

from . import tools
from .errors import CtlError

MODES = ("root", "userns", "sudo")
_ISOLATE = ["--mount", "--pid", "--fork", "--kill-child"]


class Privilege:
    """One of `MODES`, and how a command is started in it."""

    def __init__(self, mode: str) -> None:
        if mode not in MODES:
            raise CtlError(
                "unknown-privilege", "There is no privilege mode {!r}.".format(mode), hint="one of: " + ", ".join(MODES)
            )
        self.mode = mode

    def words(self) -> str:
        """Whose rights a recipe's commands and its packages' scripts have, in one sentence: said before they run."""
        if self.mode == "userns":
            return "commands and package scripts run in a user namespace, without root's rights on this server"
        return "commands and package scripts run with root's rights on this server: build only recipes that you trust"

    def wrap(self, argv: Sequence[str], env: Optional[Mapping[str, str]] = None) -> List[str]:
        """The words that run `argv` with privilege, in `tools.clean_environment` with `env` and nothing else.

        Set by words, since sudo drops the environment that it is given.
        """
        words = [tools.need("unshare")]
        if self.mode == "userns":
            words += ["--map-auto", "--map-root-user"]
        words += [*_ISOLATE, "--", "/usr/bin/env", "-i"]
        words += ["{}={}".format(key, value) for key, value in tools.clean_environment(env).items()]
        words += [tools.need(argv[0]), *argv[1:]]
        return [tools.need("sudo"), "-n", "--", *words] if self.mode == "sudo" else words

    def run(self, argv: Sequence[str], env: Optional[Mapping[str, str]] = None) -> "subprocess.CompletedProcess[bytes]":
        """Run a privileged command to its end; its code is the caller's to judge."""
        return subprocess.run(
            self.wrap(argv, env), env=tools.environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
        )

    def remove(self, path: str) -> None:
        """Remove a tree that may hold files of other owners.

        Raises CtlError ``cannot-remove``.
        """
        if not os.path.lexists(path):
            return
        done = self.run(["rm", "-rf", "--one-file-system", "--", path])
        if done.returncode != 0:
            raise CtlError(
                "cannot-remove",
                "Cannot remove {}.".format(path),
                hint="remove it by hand with the privilege mode '{}'".format(self.mode),
                detail=done.stderr.decode(errors="replace")[-2000:],
            )

    def kill(self, pids: Sequence[int]) -> None:
        """End processes that may belong to root (under sudo); one that is gone already is no error."""
        if self.mode == "sudo" and pids:
            words = [tools.need("sudo"), "-n", "--", "kill", "-KILL", *map(str, pids)]
            subprocess.run(words, env=tools.environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False)
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def probe(self) -> Optional[str]:
        """Try it for real: None when it works, else why not, in one sentence."""
        if self.mode == "root" and os.geteuid() != 0:
            return "this user is not root"
        try:
            # chown to a second owner is what an image needs, and what a namespace of one user alone cannot do.
            script = 'd=$(mktemp -d) && chown 1:1 "$d" && chown 0:0 "$d" && rmdir "$d"'
            done = self.run(["sh", "-c", script])
        except CtlError as error:
            return "{} {}".format(error.message, error.hint)
        if done.returncode == 0:
            return None
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return _explain(self.mode, said[-1] if said else "exit code {}".format(done.returncode))


def _explain(mode: str, said: str) -> str:
    if "map-auto" in said and "unrecognized" in said:
        return "unshare here is older than util-linux 2.38 and has no --map-auto"
    if mode == "userns" and ("subuid" in said or "newuidmap" in said or "subordinate" in said):
        return (
            "this user has no range of user ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
            + (os.environ.get("USER") or "USER")
        )
    if mode == "userns" and "not permitted" in said.lower():
        return "the kernel refuses user namespaces to ordinary users ({})".format(said)
    return said


def probe_all() -> Dict[str, Optional[str]]:
    """Each mode with None where it works, else the reason why not."""
    return {mode: Privilege(mode).probe() for mode in MODES}


def choose(wanted: Optional[str] = None) -> Privilege:
    """The mode asked for, or the first of `MODES` that works; tried for real.

    Raises CtlError ``no-privilege`` with the reason of each mode.
    """
    reasons = []
    for mode in (wanted,) if wanted else MODES:
        privilege = Privilege(mode)
        reason = privilege.probe()
        if reason is None:
            return privilege
        reasons.append("{}: {}".format(mode, reason))
    raise CtlError(
        "no-privilege",
        "No way to handle files of other owners works here.",
        hint="be root, or allow sudo without password, or install uidmap and util-linux 2.38",
        detail="\n".join(reasons),
    )
