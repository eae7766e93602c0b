"""A proof, an experiment and boot stages as the rest of the package hands them to the report: invented, two nodes."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from sidus_lab.explanation import Verdict, explain_records
from tests.analysis import records_example
from tests.analysis.records_example import FACTOR

ROOT = "ab12cd34" * 8


def records(**more: Any) -> pd.DataFrame:
    """Records of two nodes whose BLAS says which kernel it ran."""
    table = records_example.records(operations=("solve", "exp"), **more)
    forced = table[FACTOR] == "Nehalem"
    cores = ["Nehalem" if f or n == "node2" else "Haswell" for f, n in zip(forced, table["node"], strict=True)]
    return table.assign(metrics=[json.dumps({"blas_core": core, "numpy": "1.24.2"}) for core in cores])


def verdict(table: pd.DataFrame, **more: Any) -> Verdict:
    return explain_records(table, factors=[FACTOR], proof=records_example.PROOF, **more)


def proof(names: tuple[str, ...] = ("node1", "node2")) -> dict[str, Any]:
    """What `sidus.Proof.to_dict` gives."""
    return {
        "same": True,
        "verdict": "node[1-2] run the same software: every block of it was read and verified.",
        "root_hash": ROOT,
        "equal": ["root hash", "kernel", "command line"],
        "different": [
            {"field": "CPU model", "values": {name: f"model of {name}" for name in names}},
            {"field": "CPU flags", "values": {name: "avx2 " * 60 if name == "node1" else "" for name in names}},
        ],
        "missing": {},
        "nodes": [node(name) for name in names],
    }


def node(name: str) -> dict[str, Any]:
    claims = {
        "asked": ROOT[:12],
        "enforced": f"{ROOT[:12]}, status V",
        "scrubbed": "every block read and verified",
        "clean": "none of the system's files (21 state files left alone)",
    }
    return {
        "name": name,
        "asked": ROOT,
        "enforced": ROOT,
        "status": "V",
        "scrubbed": "passed",
        "kernel": "6.1.0-43-cloud-amd64",
        "command_line": f"boot=sidus sidus.root={ROOT} sidus.node={name}",
        "drift": [],
        "hardware": {"cpu": f"model of {name}"},
        "claims": {level: {"state": "holds", "text": text} for level, text in claims.items()},
    }


def stages() -> pd.DataFrame:
    rows = [(n, s, t * f) for n, f in (("node1", 1.0), ("node2", 1.1)) for s, t in (("ipxe", 4), ("ready", 42))]
    return pd.DataFrame(rows, columns=["node", "stage", "seconds"])


def experiment() -> dict[str, Any]:
    """The content of a run's ``experiment.json``."""
    return {
        "format": 1,
        "run": "20260301-abcd1234",
        "executions_per_node": 18,
        "design": {
            "factors": [{"name": FACTOR, "levels": ["default", "Nehalem"], "kind": "environment"}],
            "repetitions": 5,
            "blocks": 5,
            "aa": 4,
            "seed": 2013,
        },
        "workload": {"name": "numpy_kernels", "operations": ["solve", "exp"], "code_hash": "c0de" * 16},
        "nodes": {"node1": {}, "node2": {}},
        "versions": {"sidus_lab": "0.1.0"},
        "sessions": [{"started": "2026-03-01T10:00:00Z", "ended": "2026-03-01T10:02:11Z", "state": "done"}],
    }
