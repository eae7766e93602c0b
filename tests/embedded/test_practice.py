"""A practice site: a copy beside the lab, which is only read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded, practice, practice_lab
from sidus_lab.errors import SidusError
from tests.labs import Labs

ROOT = "cd" * 32


def test_it_is_a_site_of_its_own_with_a_copy_of_what_was_published_last(labs: Labs) -> None:
    lab = Embedded(labs.home("whole"))
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    (lab.home.root / "kvm.json").write_text(json.dumps({"boot": boot, "reason": "not in this test"}))
    with pytest.raises(SidusError, match="published nothing"):
        practice(lab)
    folder = lab.home.site / "published" / ROOT
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "root.squashfs").write_bytes(b"image")
    with pytest.raises(SidusError, match="home of its own"):
        practice(lab, home=lab.home.root)

    beside = practice_lab(lab)
    assert beside.home.root.parent == lab.home.root.parent
    try:
        for _ in range(2):  # a second time leaves it as it is, up and damaged
            with practice(lab) as opened:
                assert opened.nodes().names == ["node1"]
                copied = beside.home.site / "published" / ROOT / "root.squashfs"
                copied.unlink(missing_ok=True)
                copied.write_bytes(b"damaged")
        assert copied.read_bytes() == b"damaged"
        assert (folder / "root.squashfs").read_bytes() == b"image"
        assert not (lab.home.site / "practice").exists()
        assert [path.name for path in copied.parent.parent.iterdir()] == [ROOT], "nothing half is left"
    finally:
        beside.down()
    assert beside.processes() == lab.processes() == []
