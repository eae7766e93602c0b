"""State that is old or new, and never half."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sidus_lab.sidusctl import files


def test_write_replaces_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x"
    files.write(path, b"one", 0o600)
    files.write(path, b"two", 0o644)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [entry.name for entry in path.parent.iterdir()] == ["x"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    files.write(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_read_json_of_nothing(tmp_path: Path) -> None:
    assert files.read_json(tmp_path / "x", 3) == 3


def test_the_holder_of_a_lock_is_named_and_its_death_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    script = (
        "import sys; from pathlib import Path; from sidus_lab.sidusctl import files\n"
        f"with files.try_locked(Path({str(path)!r}), 'job 7'): print('held', flush=True); sys.stdin.read()"
    )
    root = str(Path(files.__file__).resolve().parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with files.try_locked(path) as found:
            assert found == "job 7"
        holder.kill()
        holder.wait()
        with files.try_locked(path) as found:
            assert found is None
