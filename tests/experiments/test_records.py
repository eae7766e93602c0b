"""Records: one schema, whichever way the table came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.errors import DataError
from sidus_lab.experiments import records
from sidus_lab.experiments.records import SCHEMA

FACTOR = "OPENBLAS_CORETYPE"


def row(**more: Any) -> dict[str, Any]:
    return {
        "run": "r1",
        "when": "2026-03-01T10:00:00.000Z",
        "node": "node1",
        "boot": "b1",
        "phase": "main",
        "aa": "",
        "block": 0,
        "order": 3,
        "repetition": 1,
        "attempt": 1,
        "workload": "w",
        "operation": "solve",
        FACTOR: "default",
        "root_hash": "ab" * 32,
        "hardware": "h1",
        "code_hash": "c0de",
        "duration": 0.1 + 0.2,
        "work": 2.0e9,
        "work_unit": "flop",
        "result_hash": "12",
        "status": "ok",
        "message": "",
        "metrics": {"blas_core": "Haswell", "cpu_seconds": 0.25},
    } | more


LOST = row(
    order=4, status="lost", boot=None, root_hash=None, hardware=None, duration=None, work=None, work_unit=None,
    result_hash=None, metrics={}, message='gone, "for good"\tand é', **{FACTOR: "01"},
)  # fmt: skip


@pytest.mark.parametrize("rows", [[row(), LOST], [row()], [LOST], []], ids=["both", "ok", "lost", "none"])
def test_parquet_and_csv_give_the_same_frame_back(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    table = records.frame(rows, [FACTOR])
    (tmp_path / "r.parquet").write_bytes(records.to_parquet(table))
    (tmp_path / "r.csv").write_bytes(records.to_csv(table))
    pd.testing.assert_frame_equal(records.read_parquet(tmp_path / "r.parquet"), table)
    pd.testing.assert_frame_equal(records.read_csv(tmp_path / "r.csv"), table)


def test_types_and_order_of_the_columns() -> None:
    table = records.frame([row(), LOST], [FACTOR])
    assert list(table.columns) == [FACTOR if name == "<factors>" else name for name in SCHEMA]
    assert table["duration"].tolist()[0] == 0.1 + 0.2
    assert np.isnan(table["duration"][1])
    assert table["order"].dtype == "int64"
    assert table["result_hash"].isna().tolist() == [False, True]
    assert table["message"].tolist() == ["", 'gone, "for good"\tand é']
    assert table[FACTOR].tolist() == ["default", "01"]


def test_metrics_become_columns() -> None:
    table = records.with_metrics(records.frame([row(), LOST], [FACTOR]), ["blas_core", "nothing"])
    assert table["blas_core"].dropna().tolist() == ["Haswell"]
    assert table["nothing"].isna().all()
    assert "cpu_seconds" in records.with_metrics(table.drop(columns=["blas_core"])).columns
    with pytest.raises(DataError, match="called like a column"):
        records.with_metrics(records.frame([row(metrics={"node": 1})], [FACTOR]))


def test_what_does_not_hold_records(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="no column run"):
        records.read_csv(path)
    bad = row()
    del bad["node"]
    with pytest.raises(DataError, match="lacks the column node"):
        records.frame([bad], [FACTOR])


def test_tables_of_before_a_column_are_still_read(tmp_path: Path) -> None:
    """What was written before `boot_index` and `simulated` were there is one boot, and measured."""
    table = records.frame([row()], [])
    old = table.drop(columns=["boot_index", "simulated"])
    (tmp_path / "old.csv").write_bytes(records.to_csv(old))
    (tmp_path / "old.parquet").write_bytes(records.to_parquet(old))
    for read in (records.read_csv(tmp_path / "old.csv"), records.read_parquet(tmp_path / "old.parquet")):
        assert list(read["simulated"]) == [False]
        assert list(read["boot_index"]) == [0]
