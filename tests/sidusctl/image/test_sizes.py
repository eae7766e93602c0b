"""Sizes on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.image import sizes


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Total objects: 9\nWould delete: 9 objects, freeing 430.7 MB\n", 430_700_000),
        ("Would delete: 2 objects, freeing 1.5\u00a0kB", 1500),
        ("Would delete: 1 objects, freeing 71 bytes", 71),
        ("No unreachable objects", 0),
    ],
)
def test_what_ostree_says(said: str, wanted: int) -> None:
    assert sizes.freed(said) == wanted


def test_what_a_folder_takes(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    before = sizes.taken(tmp_path)
    (tmp_path / "a/b/file").write_bytes(b"x" * 100_000)
    (tmp_path / "a/link").symlink_to("/nowhere")
    assert sizes.taken(tmp_path) - before >= 100_000
    assert sizes.taken(tmp_path / "a/b/file") >= 100_000
