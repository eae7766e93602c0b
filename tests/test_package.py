"""What is built from the project holds all that git keeps of the package: boot scripts, recipes, templates too."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_wheel_holds_the_whole_package(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    listing = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", "sidus_lab"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
    kept = {name for name in names if name and (ROOT / name).is_file()}
    for name in [*kept, "pyproject.toml", "README.md", "LICENSE"]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert kept <= held
    assert any(name.endswith("/entry_points.txt") for name in held)
    assert {name for name in held if not name.startswith(("sidus_lab/", "sidus_lab-"))} == set()
