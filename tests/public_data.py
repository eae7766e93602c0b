"""Where the tests find the public data: the folder that SIDUS_LAB_DATA names, or `shared/data` beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
DATA = Path(os.environ.get("SIDUS_LAB_DATA") or _BESIDE)

needs_data = pytest.mark.skipif(
    not (DATA / "cwb").is_dir(), reason="no copy of the public data: let SIDUS_LAB_DATA name one"
)
