"""Processes as /proc shows them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import sidus_lab
from sidus_lab.sidusctl.job import processes
from sidus_lab.sidusctl.privilege import Privilege
from tests.sidusctl.conftest import mode


def test_a_process_its_start_its_parent_and_its_end() -> None:
    # The name may hold anything, also what looks like the end of a name.
    child = subprocess.Popen(["sh", "-c", "exec -a 'a) R 1 (b' sleep 60"] if _bash_like() else ["sleep", "60"])
    try:
        start = processes.started(child.pid)
        assert start is not None
        assert start >= (processes.started(os.getpid()) or 0)
        assert processes.parent(child.pid) == os.getpid()
        assert child.pid in processes.tree(os.getpid())
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie now
        assert processes.started(child.pid) is None
    finally:
        child.kill()
        child.wait()
    assert processes.started(child.pid) is None
    assert processes.parent(child.pid) == 0


def test_another_namespaces_proc_is_refused() -> None:
    """There number 1 would be a stranger: a job would look alive for ever, or somebody else be ended for it."""
    program = [
        "import sys",
        f"sys.path.insert(0, {str(Path(sidus_lab.__file__).parents[1])!r})",
        "from sidus_lab.sidusctl.errors import CtlError",
        "from sidus_lab.sidusctl.job import processes",
        "for look in (lambda: processes.started(1), lambda: processes.session(1), lambda: processes.tree(1)):",
        "    try: print('seen', look())",
        "    except CtlError as error: print(error.code)",
    ]
    words = Privilege(mode()).wrap([sys.executable, "-c", "\n".join(program)])
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["foreign-proc"] * 3


def _bash_like() -> bool:
    return subprocess.run(["sh", "-c", "exec -a x true"], capture_output=True, check=False).returncode == 0


def test_a_session_of_its_own() -> None:
    child = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo ready; wait"], stdout=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"ready\n"
        found = processes.session(child.pid)
        assert child.pid in found
        assert len(found) == 2
    finally:
        os.killpg(child.pid, 9)
        child.wait()
        child.stdout.close()


def test_the_identity_of_this_start() -> None:
    assert len(processes.boot()) == 36
    assert processes.boot() == processes.boot()
