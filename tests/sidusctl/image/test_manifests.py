"""What is published, read back through one door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import manifests
from sidus_lab.sidusctl.site import Site

STORED = Path(__file__).parent.parent / "formats" / "manifest-1.json"


def _publish(site: Site, **changes: Any) -> None:
    value = {**json.loads(STORED.read_text()), **changes}
    folder = site.published / value["root_hash"]
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(value))


def test_newest_first_and_a_folder_without_a_manifest_is_none(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert manifests.published(site) == []
    for number, day in enumerate(("02", "03", "01")):
        _publish(site, root_hash=str(number) * 64, created=f"2026-01-{day}T00:00:00Z", content=str(number))
    (site.published / ("9" * 64)).mkdir()
    assert [entry["root_hash"][0] for entry in manifests.published(site)] == ["1", "0", "2"]
    found = manifests.of_content(site, "2", "memory")
    assert found is not None
    assert found["root_hash"] == "2" * 64
    assert manifests.of_content(site, "2", "another-form") is None
    assert manifests.of_content(site, "7", "memory") is None


@pytest.mark.parametrize("changes", [{"created": None}, {"files": {"initrd": {}}}, {"packages": "many"}])
def test_a_manifest_that_is_not_whole_is_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    site = Site(tmp_path)
    _publish(site, **changes)
    [folder] = site.published.iterdir()
    with pytest.raises(CtlError, match=next(iter(changes))) as caught:
        manifests.read(folder)
    assert caught.value.code == "damaged"
    found = manifests.look(site)
    assert found.whole == []
    assert [row["where"] for row in found.damaged] == [str(folder)]
