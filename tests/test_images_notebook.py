"""The notebook of images with a history, as a whole and strictly, on a site of its own. It boots nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import labs as homes
from tests.labs import Labs

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "notebooks/02_images.ipynb"


@pytest.mark.image
@pytest.mark.notebook
@pytest.mark.timeout(1200)
def test_it_runs_from_top_to_bottom(labs: Labs) -> None:
    reason = homes.missing(*homes.IMAGE_PROGRAMS)
    if reason:
        pytest.skip(reason)
    with labs.site("images") as made, made.connect() as lab:
        words = ["-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", str(ROOT / NOTEBOOK)]
        env = {**os.environ, "SIDUS_LAB_HOME": str(made.home.root), "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=1100)
        assert done.returncode == 0, done.stdout[-4000:]
        assert re.search(r"\d+ passed", done.stdout)
        assert lab.tags() == []
        newest, oldest = lab.image("history").log().entries
        assert (newest.version.message, newest.changed.new) == ("a pager, which students asked for", ("less",))
        assert oldest.version.message == "where the course began"
