"""Where the nodes' system came from, stored with the run and read again as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.experiments import RunError, origins
from sidus_lab.experiments.origins import Origin
from sidus_lab.sidus.versions import Package

PLAIN: dict[str, object] = {
    "images": {
        "ab": {
            "image": "debian",
            "version": "0123456789ab",
            "recipe": {"name": "debian", "packages": ["fio"]},
            "lock": [{"name": "fio", "version": "3.33", "arch": "amd64", "sha256": "cd"}],
            "manifest": None,
        }
    },
    "stages": [{"node": "node1", "stage": "ipxe", "seconds": 4}],
}


def test_stored_and_read(tmp_path: Path) -> None:
    assert origins.read(tmp_path) == Origin()
    origins.store(tmp_path, PLAIN)
    found = origins.read(tmp_path)
    image = found.images["ab"]
    assert str(image) == "debian@0123456789ab"
    assert image.recipe["packages"] == ["fio"]
    assert image.lock == (Package("fio", "3.33", "amd64", "cd"),)
    assert found.stages == (("node1", "ipxe", 4.0),)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 9, "images": {}, "stages": []}', '{"format": 1}'])
def test_a_damaged_file_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / origins.NAME).write_text(text)
    with pytest.raises(RunError, match=r"cannot be read|format 9"):
        origins.read(tmp_path)
