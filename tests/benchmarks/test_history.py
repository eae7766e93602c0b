"""The benchmark of a diff, on two versions of a few files."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import history
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from tests.sidusctl.conftest import Program, ctl, mode, pyz  # noqa: F401 - fixtures
from tests.sidusctl.image.test_store import INFO, _tree


def test_it_compares_the_newest_two_and_leaves_nothing(
    ctl: Program,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(ctl.site / "repo", Privilege(mode()))
    for number in range(2):
        store.commit("tiny", _tree(tmp_path / str(number), str(number)), INFO)
    history.main(["--site", str(ctl.site), "--image", "tiny", "--runs", "1"])
    said = capsys.readouterr().out
    assert "image diff / two checkouts and diff -r:" in said
    assert list((ctl.site / "tmp").iterdir()) == []
