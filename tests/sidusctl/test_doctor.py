"""The doctor finds what is wrong, changes nothing unasked, and loses nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import doctor
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand

JOB = "20260101-000000-00ff"


def _tree(site: Path) -> set[str]:
    return {str(path.relative_to(site)) for path in site.rglob("*") if "locks" not in path.parts}


def test_a_site_in_order(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    found = ctl("doctor").value
    assert (found["found"], found["ok"]) == ([], True)
    assert found["free"] > 0


def test_it_lists_by_default_and_mends_when_told(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    (ctl.site / "jobs" / JOB).mkdir()
    (ctl.site / "jobs" / JOB / "log").write_text("evidence")
    (ctl.site / "secrets" / "gone").mkdir()
    (ctl.site / "secrets" / "gone" / "ssh_host_ed25519_key").write_text("secret")
    for name, age in (("old", 9_999_999_999), ("new", 0)):
        aside = ctl.site / f".nodes.json.{name}"
        aside.write_text("half")
        os.utime(aside, (0, 0) if age else None)
    (ctl.site / ".mine").write_text("a file of somebody else")
    os.utime(ctl.site / ".mine", (0, 0))
    before = _tree(ctl.site)
    rows = ctl("doctor").value["found"]
    assert sorted(row["what"] for row in rows) == ["job", "orphan", "orphan", "published"]  # its files are not there
    assert not any(row["mended"] for row in rows)
    assert _tree(ctl.site) == before

    rows = ctl("doctor", "--mend").value["found"]
    assert {row["what"] for row in rows if not row["mended"]} == {"published"}
    after = ctl("doctor").value
    assert [row["what"] for row in after["found"]] == ["published"]
    assert after["found"][0]["next"] == ["image-publish", "debian12@" + published["version"]]
    assert not after["ok"]
    assert [path.read_text() for path in (ctl.site / "attic").glob("*/log")] == ["evidence"]
    assert (ctl.site / "secrets" / "node1").is_dir()
    assert (ctl.site / ".mine").exists()
    assert (ctl.site / ".nodes.json.new").exists()


def test_secrets_stay_where_the_inventory_cannot_be_read(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    (ctl.site / "nodes.json").write_text("{")
    assert [row["what"] for row in ctl("doctor", "--mend").value["found"]] == ["node"]
    assert (ctl.site / "secrets" / "node1").is_dir()


def test_a_disk_almost_full(ctl: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_FREE", 1 << 60)
    assert [row["what"] for row in doctor.look(Site(ctl.site))["found"]] == ["space"]
