"""The description of a run: what older versions wrote is read as the form of today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sidus_lab.experiments import Run, RunError, description, records

STORED = Path(__file__).parent / "formats"


def test_format_1(tmp_path: Path) -> None:
    """A whole run folder that version 0.1.0 wrote, before runs knew boots, engines and proofs."""
    folder = tmp_path / "run"
    shutil.copytree(STORED / "1", folder)
    run = Run(folder)
    assert run.about["format"] == description.FORMAT
    assert run.design.boots == 1
    assert run.done == run.planned == 12
    table = run.records()
    assert set(table["boot_index"]) == {0}
    assert not table["simulated"].any()
    assert records.read_csv(folder / "records.csv").equals(table)
    assert run.proofs.taken == ()
    assert run.about["sessions"][0]["launch"]["environment"].startswith("that of the node's login")
    assert json.loads((folder / "experiment.json").read_text())["format"] == 1, "reading changes nothing"
    description.note(folder, lambda about: about.update(state="seen"))
    assert json.loads((folder / "experiment.json").read_text())["format"] == description.FORMAT


@pytest.mark.parametrize("number", [99, 0, None, "1", True])
def test_formats_that_nobody_wrote(number: object) -> None:
    with pytest.raises(RunError, match="format") as caught:
        description.migrated({"format": number, "design": {}, "workload": {}})
    assert ("newer version" in str(caught.value)) == (number == 99)


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "3"])
def test_what_is_no_description(tmp_path: Path, text: str) -> None:
    (tmp_path / "experiment.json").write_text(text)
    with pytest.raises(RunError, match=r"cannot be read|does not describe"):
        description.read(tmp_path)
