"""The experiment on two real nodes that booted one image: what it finds, and what a power cut in the middle leaves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sidus_lab.experiments import Design, Run, numpy_workload, records, run
from sidus_lab.explanation import explain_records
from sidus_lab.sidus.nodes import Nodes

FACTOR = "OPENBLAS_CORETYPE"
DESIGN = Design({FACTOR: ["default", "Nehalem"]}, repetitions=2, aa=1, seed=3)
LIMIT = 600.0


@pytest.mark.boot
def test_a_power_cut_in_the_middle_and_what_the_whole_run_says(booted: Nodes, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    action = run(DESIGN, numpy_workload(), booted, folder, patience=0.0)
    deadline = time.monotonic() + LIMIT
    while not any(row["node"] == "node2" for row in Run(folder).rows()):
        assert time.monotonic() < deadline, action.line
        time.sleep(0.2)
    booted._server.call("node", "power", "node2", "off")  # not by Nodes.power: that closes the connection first
    cut = action.result(LIMIT).records()
    tally = cut.groupby(["node", "status"]).size()
    assert tally["node1", "ok"] == 18
    assert tally["node2", "lost"] >= 3
    before = set(cut.loc[(cut["node"] == "node2") & (cut["status"] == "ok"), "boot"])

    booted.boot().result(LIMIT)
    whole = Run.resume(folder, booted).result(LIMIT)
    table = whole.records()
    assert (table["status"] == "ok").all()
    assert len(table) == 36
    assert table["root_hash"].nunique() == 1
    assert table["hardware"].nunique() == 2
    after = set(table.loc[table["node"] == "node2", "boot"])
    assert len(before) == 1
    assert before < after

    # The inputs have equal bits everywhere, and the kernel that was forced is the one that ran.
    told = records.with_metrics(table, ["blas_core", "input_hash", "warm_up_same_bits"])
    assert (told.groupby("operation")["input_hash"].nunique() == 1).all()
    assert told["warm_up_same_bits"].all()
    cores = told.groupby([FACTOR, "node"])["blas_core"].unique().map(list).to_dict()
    assert cores == {
        ("default", "node1"): ["Haswell"],
        ("default", "node2"): ["Nehalem"],
        ("Nehalem", "node1"): ["Nehalem"],
        ("Nehalem", "node2"): ["Nehalem"],
    }

    # Hardware chooses the BLAS kernel and so the bits; forced, they agree. exp is not computed by the BLAS.
    results = table.groupby(["operation", FACTOR])["result_hash"].nunique().to_dict()
    assert results == {
        ("solve", "default"): 2,
        ("solve", "Nehalem"): 1,
        ("matmul", "default"): 2,
        ("matmul", "Nehalem"): 1,
        ("exp", "default"): 2,
        ("exp", "Nehalem"): 2,
    }
    # The boot that the power cut ended was looked at before, and by nobody after: its rows are not covered.
    assert set(whole.proofs.gaps(table)) == {"node2"}
    assert [gap.kind for gap in whole.proofs.gaps(table)["node2"]] == ["not-looked-after"]
    assert not whole.explain().about("software")[0].passed
    kept = table[~((table["node"] == "node2") & table["boot"].isin(before))]
    assert whole.proofs.gaps(kept) == {}
    verdict = explain_records(kept, factors=[FACTOR], proof=whole.proofs.summary(kept))
    bits = {sentence.subject: (sentence.cause, sentence.passed) for sentence in verdict.about("bits")}
    assert set(bits) == {"solve", "matmul", "exp"}
    assert bits["exp"] == ("unknown", True), "not the BLAS; with one node of a kind, hardware cannot be named"
    assert not bits["solve"][1], "two repeats are too few for a cause: it takes three"
    assert not bits["matmul"][1]
