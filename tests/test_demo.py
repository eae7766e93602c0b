"""The main job as a user runs it: to its end, interrupted, and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sidus_lab.embedded import Embedded
from sidus_lab.sidus.versions import Published

pytestmark = [pytest.mark.boot, pytest.mark.image]

WAIT = 300.0  # seconds for a step to be reached


def start(home: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    """Start a demo in a process of its own, as the command does."""
    return subprocess.Popen(
        [sys.executable, "-m", "sidus_lab", "demo", "--out", str(out), *more],
        env={**os.environ, "SIDUS_LAB_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(demo: subprocess.Popen[str], words: str) -> str:
    """Read what a demo says up to the line with these words."""
    assert demo.stdout is not None
    said = ""
    deadline = time.monotonic() + WAIT
    for line in demo.stdout:
        said += line
        if words in line:
            return said
        assert time.monotonic() < deadline, said
    raise AssertionError(f"the demo ended before it said {words!r}:\n{said}")


def test_to_its_end(lab_home: Path, published: Published, tmp_path: Path) -> None:
    """On the lab that is up already, with few repetitions: what the demo writes is what it promises."""
    demo = start(lab_home, tmp_path, "--repetitions", "3")
    said, _ = demo.communicate(timeout=900)
    assert demo.returncode == 0, said
    assert "is used, and left up" in said
    assert "run the same software" in said
    proof = json.loads((tmp_path / "proof.json").read_text())
    assert proof["same"]
    assert proof["root_hash"] == published.root_hash
    assert {d["field"] for d in proof["different"]} >= {"CPU model", "CPU flags"}
    records = pd.read_parquet(tmp_path / "records.parquet")
    assert (records["status"] == "ok").all()
    assert len(pd.read_csv(tmp_path / "records.csv")) == len(records)
    about = json.loads((tmp_path / "experiment.json").read_text())
    assert list(about["nodes"]) == ["node1", "node2"]
    kinds = records.groupby(["operation", "OPENBLAS_CORETYPE"])["result_hash"].nunique()
    for operation in ("solve", "matmul"):
        assert kinds[operation, "default"] == 2, "the two processors choose different kernels"
        assert kinds[operation, "Nehalem"] == 1, "one kernel, equal bits"
    assert kinds["exp", "Nehalem"] == 2, "not the work of BLAS"
    page = (tmp_path / "report.html").read_text()
    for words in ("the cause is the choice of BLAS kernel", "the choice of BLAS kernel is not the cause"):
        assert words in said.replace("\n        ", " ")
        assert words in page


def test_interrupted_while_nodes_boot(copied_home: Callable[[str], Path], tmp_path: Path) -> None:
    home = copied_home("interrupted")
    demo = start(home, tmp_path)
    read_until(demo, "4/7 network-boot")
    wait_for_a_node(home)
    os.killpg(demo.pid, signal.SIGINT)  # as the terminal does
    said, _ = demo.communicate(timeout=120)
    assert demo.returncode == 130, said
    assert "Traceback" not in said
    assert Embedded(home).processes() == []


def test_killed_and_run_again(copied_home: Callable[[str], Path], tmp_path: Path) -> None:
    home = copied_home("killed")
    demo = start(home, tmp_path)
    read_until(demo, "4/7 network-boot")
    wait_for_a_node(home)
    demo.kill()
    demo.communicate()
    left = Embedded(home).processes()
    assert left, "kill -9 leaves the site behind"
    assert (home / "site" / "published").exists()
    again = start(home, tmp_path)
    read_until(again, "✓ 1/7")
    assert not any(process.alive for process in left), "the second demo has cleared what the first left"
    again.send_signal(signal.SIGTERM)
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 130, said
    assert Embedded(home).processes() == []


def wait_for_a_node(home: Path) -> None:
    """Wait until a node's machine runs."""
    deadline = time.monotonic() + WAIT
    while not any("qemu" in command(process.pid) for process in Embedded(home).processes()):
        assert time.monotonic() < deadline, "no node was powered on"
        time.sleep(0.3)


def command(pid: int) -> str:
    """Give a process's command line; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
