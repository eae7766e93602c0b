"""A node's host key: made once."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sidus_lab.sidusctl.node import hostkey


def test_it_is_made_once_and_its_halves_belong_together(tmp_path: Path) -> None:
    line = hostkey.made(tmp_path)
    assert hostkey.made(tmp_path) == line
    assert {path.name for path in tmp_path.iterdir()} == {hostkey.PRIVATE, hostkey.PUBLIC}
    assert (tmp_path / hostkey.PRIVATE).stat().st_mode & 0o777 == 0o600
    words = ["ssh-keygen", "-y", "-f", str(tmp_path / hostkey.PRIVATE)]
    made = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert made.split()[:2] == line.split()
