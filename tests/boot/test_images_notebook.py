"""The notebook of images with a history, as a whole and strictly, on the lab that all tests share."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes

pytestmark = [pytest.mark.boot, pytest.mark.image]

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "notebooks/02_images.ipynb"


@pytest.mark.notebook
@pytest.mark.timeout(1800)
def test_it_runs_from_top_to_bottom_beside_running_nodes(booted: Nodes, lab: Lab, lab_home: Path) -> None:
    before = {node.name: (node.inspect().boot, node.assignment) for node in booted}
    files = {path: path.read_bytes() for path in (lab_home / "site" / "published").rglob("manifest.json")}
    words = ["-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", str(ROOT / NOTEBOOK)]
    env = {**os.environ, "SIDUS_LAB_HOME": str(lab_home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=1700)
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"\d+ passed", done.stdout)
    booted.refresh()
    # Nothing of this started a node anew, or changed what it boots from.
    for node in booted:
        boot, assignment = before[node.name]
        assert node.inspect().boot == boot
        assert node.assignment is not None
        assert assignment is not None
        assert (node.assignment.root_hash, node.assignment.arguments) == (assignment.root_hash, assignment.arguments)
    assert {path: path.read_bytes() for path in files} == files
    assert booted.prove().same
    assert lab.tags() == []
