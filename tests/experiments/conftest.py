"""Two stand-ins for nodes, gone after the test with everything that ran on them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.experiments.standins import StandIn, remove_program, workload


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, StandIn]]:
    """``node1`` and ``node2``: two sshds of this machine."""
    monkeypatch.setenv("SIDUS_TEST_ROOT", str(tmp_path / "nodes"))
    made = {name: StandIn(tmp_path / "nodes", name) for name in ("node1", "node2")}
    yield made
    for node in made.values():
        node.stop()
        for pid in node.starts():  # a test that failed may leave one behind
            with contextlib.suppress(OSError):
                if str(node.control.parent.parent) in Path(f"/proc/{pid}/environ").read_text():
                    os.kill(pid, signal.SIGKILL)
    remove_program(workload())
