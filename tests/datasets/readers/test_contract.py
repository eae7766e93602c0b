"""What every reader of foreign results does, on files that the tools themselves wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.datasets.readers import KINDS
from sidus_lab.datasets.readers.reader import COLUMNS
from sidus_lab.errors import DataError

HERE = Path(__file__).parent


class Lines:
    """A tiny second kind: ``{"lines": [["name", 0.5], ...]}``."""

    def knows(self, data: Any) -> bool:
        return isinstance(data, dict) and "lines" in data

    def host(self, data: Any) -> str:
        return "node9"

    def rows(self, data: Any) -> list[dict[str, Any]]:
        return [
            {"benchmark": name, "session": 1, "repetition": i, "duration": float(value), "status": "ok", "when": None}
            for i, (name, value) in enumerate(data["lines"], 1)
        ]


@pytest.fixture(params=["pyperf", "hyperfine", "lines"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / f"{request.param}.json"
    if request.param == "lines":
        path.write_text('{"lines": [["a", 0.5], ["a", 0.25]]}')
    else:
        shutil.copy(HERE / path.name, path)
    with KINDS.added("lines", Lines()):
        yield path


def test_a_tidy_frame(file: Path) -> None:
    table = datasets.read(file)
    assert tuple(table.columns[: len(COLUMNS)]) == COLUMNS
    assert len(table) > 1
    assert (table["duration"] > 0).all()
    assert not table.duplicated(["node", "benchmark", "session", "repetition"]).any()
    assert set(table["status"]) <= {"ok", "failed"}
    assert table.attrs["units"] == {"duration": "s"}
    pd.testing.assert_frame_equal(datasets.read(file, kind=file.stem), table)
    assert set(datasets.read([file, file], node="n1")["node"]) == {"n1"}


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"results": 3}', '{"version": "1.0", "benchmarks": [{}]}', "3"])
def test_what_is_no_result_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DataError, match=r"not JSON|not a result file|not whole|no measured value"):
        datasets.read(tmp_path / "x.json")


def test_a_file_of_another_kind(file: Path) -> None:
    other = next(kind for kind in KINDS if kind != file.stem)
    with pytest.raises(DataError, match=f"not a result file of {other}"):
        datasets.read(file, kind=other)
    with pytest.raises(DataError, match="kind 'nosuch' is not known"):
        datasets.read(file, kind="nosuch")
    with pytest.raises(DataError, match="cannot be read"):
        datasets.read(file.with_name("missing.json"))


def test_what_pyperf_measured() -> None:
    table = datasets.read(HERE / "pyperf.json")
    assert set(table["node"]) == {"node7"}
    assert table.groupby(["benchmark", "session"]).size().to_dict() == {
        ("sorted", 1): 3,
        ("sorted", 2): 3,
        ("sum", 1): 3,
        ("sum", 2): 3,
    }
    plain = json.loads((HERE / "pyperf.json").read_text())
    assert table["duration"].iloc[0] == plain["benchmarks"][0]["runs"][1]["values"][0]


def test_a_pyperf_benchmark_of_memory_is_refused(tmp_path: Path) -> None:
    plain = json.loads((HERE / "pyperf.json").read_text())
    plain["metadata"]["unit"] = "byte"
    (tmp_path / "x.json").write_text(json.dumps(plain))
    with pytest.raises(DataError, match="measured in byte"):
        datasets.read(tmp_path / "x.json")


def test_what_hyperfine_measured() -> None:
    table = datasets.read(HERE / "hyperfine.json")
    assert set(table["node"]) == {"hyperfine"}, "it does not name the host: the file's name stands for it"
    assert table["status"].tolist() == ["ok"] * 5 + ["failed"]
    assert table["threads"].tolist()[:3] == ["4"] * 3
    assert (table.groupby("benchmark")["session"].nunique() == 3).all(), "each run is a process of its own"
