"""Processes of a lab: found by pid file, by descent and by mark; asked first, then killed; never this one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded.home import MARK
from sidus_lab.embedded.processes import Process, end, end_all, look_up, of_lab

ROOT = Path(__file__).parents[2]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[bytes]]]:
    made: list[subprocess.Popen[bytes]] = []
    yield made
    for child in made:
        child.kill()
        child.communicate()


def marked_sleep(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: str(home)})


def test_a_process_and_a_later_one_with_its_number(children: list[subprocess.Popen[bytes]]) -> None:
    children.append(subprocess.Popen(["sleep", "60"]))
    found = look_up(children[0].pid)
    assert found is not None
    assert found.alive
    assert not Process(found.pid, found.started + 1).alive
    children[0].kill()
    children[0].wait()
    assert not found.alive
    assert look_up(found.pid) is None


def test_a_zombie_is_gone(children: list[subprocess.Popen[bytes]]) -> None:
    children.append(subprocess.Popen(["true"], stdout=subprocess.PIPE))
    assert children[0].stdout is not None
    children[0].stdout.read()
    os.waitid(os.P_PID, children[0].pid, os.WEXITED | os.WNOWAIT)
    assert look_up(children[0].pid) is None


def test_found_by_mark_and_by_descent(tmp_path: Path, children: list[subprocess.Popen[bytes]]) -> None:
    children.append(marked_sleep(tmp_path / "a"))
    children.append(marked_sleep(tmp_path / "ab"))
    shell = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE)
    children.append(shell)
    assert shell.stdout is not None
    below = int(shell.stdout.readline())
    top = look_up(shell.pid)
    assert top is not None
    found = {process.pid for process in of_lab(tmp_path / "a", [top])}
    assert found == {children[0].pid, shell.pid, below}
    assert {process.pid for process in of_lab(tmp_path / "ab", [])} == {children[1].pid}
    assert end(of_lab(tmp_path / "a", [top])) == []


def test_never_this_process_nor_what_it_runs_in(tmp_path: Path) -> None:
    program = (
        "import os; from pathlib import Path; from sidus_lab.embedded.processes import of_lab;"
        f"print([p.pid for p in of_lab(Path({str(tmp_path)!r}), [])])"
    )
    script = f'"{sys.executable}" -c "$PROGRAM"; true'
    done = subprocess.run(
        ["sh", "-c", script],
        env={
            **os.environ,
            MARK: str(tmp_path),
            "PROGRAM": program,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_asked_first_then_killed(children: list[subprocess.Popen[bytes]]) -> None:
    children.append(subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE))
    assert children[0].stdout is not None
    children[0].stdout.readline()
    process = look_up(children[0].pid)
    assert process is not None
    assert end([process], limit=0.3) == []
    assert not process.alive


def test_a_stopped_process_is_ended_too(children: list[subprocess.Popen[bytes]]) -> None:
    children.append(subprocess.Popen(["sleep", "60"]))
    process = look_up(children[0].pid)
    assert process is not None
    os.kill(process.pid, 19)  # SIGSTOP
    assert end([process]) == []


def test_one_that_starts_another_while_it_ends(tmp_path: Path, children: list[subprocess.Popen[bytes]]) -> None:
    trap = "trap 'setsid sleep 60 & exit' TERM; echo ready; while :; do sleep 0.1; done"
    environment = {**os.environ, MARK: str(tmp_path)}
    children.append(subprocess.Popen(["sh", "-c", trap], env=environment, stdout=subprocess.PIPE))
    assert children[0].stdout is not None
    children[0].stdout.readline()
    assert end_all(lambda: of_lab(tmp_path, [])) == []
    assert of_lab(tmp_path, []) == []
