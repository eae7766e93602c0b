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
def nodes(tmp_path: Path) -> Iterator[dict[str, StandIn]]:
    """``node1`` and ``node2``: two sshds of this machine."""
    made = {name: StandIn(tmp_path / "nodes", name) for name in ("node1", "node2")}
    yield made
    for node in made.values():
        node.stop()
        for pid in node.starts():  # a test that failed may leave one behind
            with contextlib.suppress(OSError):
                if str(node.control) in Path(f"/proc/{pid}/environ").read_text():
                    os.kill(pid, signal.SIGKILL)
    remove_program(workload())
