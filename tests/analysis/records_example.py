"""Records as an experiment leaves them, with every cause under control: the ground truth of the verdict's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

FACTOR = "OPENBLAS_CORETYPE"
PROOF: dict[str, Any] = {
    "same": True,
    "nodes": ["node1", "node2"],
    "levels": {"asked": True, "enforced": True, "scrubbed": True, "clean": True},
    "different": [],
}

ResultOf = Callable[[str, str, str, int], str | None]


def dispatched(operation: str, node: str, level: str, repetition: int) -> str:
    """Like a BLAS that picks its kernel by hardware: odd and even nodes differ until forced; exp always does."""
    kind = "old" if int(node[-1]) % 2 == 0 else "new"
    if operation == "exp":
        return f"exp-{kind}"
    return f"{operation}-{'old' if level != 'default' else kind}"


def records(
    *,
    operations: Sequence[str] = ("solve", "exp"),
    nodes: Sequence[str] = ("node1", "node2"),
    levels: Sequence[str] = ("default", "Nehalem"),
    blocks: int = 4,
    repetitions: int = 2,
    aa: int = 4,
    result: ResultOf = dispatched,
    slower: float = 0.3,
    forced_slower: float = 0.0,
    noise: float = 0.02,
    seed: int = 1,
    hardware: Callable[[str], str] = lambda node: "old" if int(node[-1]) % 2 == 0 else "new",
) -> pd.DataFrame:
    """Records of `operations` on `nodes`; even nodes take `slower` more time, forced levels `forced_slower` more."""
    random = np.random.default_rng(seed)
    rows = []

    def add(operation: str, node: str, level: str, repetition: int, **more: Any) -> None:
        seconds = (1 + slower * (int(node[-1]) % 2 == 0)) * (1 + forced_slower * (level != "default"))
        rows.append(
            {
                "run": "r1",
                "node": node,
                "operation": operation,
                "repetition": repetition,
                FACTOR: level,
                "root_hash": "ab" * 32,
                "hardware": hardware(node),
                "code_hash": "c0de",
                "duration": seconds * float(np.exp(random.normal(0, noise))),
                "work": 2.0e9,
                "work_unit": "flop",
                "result_hash": result(operation, node, level, repetition),
                "status": "ok",
                "message": "",
                "order": len(rows),
            }
            | more
        )

    for operation, node in itertools.product(operations, nodes):
        for which, repetition in itertools.product(("A", "A'"), range(aa)):
            add(operation, node, "default", repetition, phase="aa", aa=which, block=0)
        for block, level, repetition in itertools.product(range(blocks), levels, range(repetitions)):
            add(operation, node, level, block * repetitions + repetition, phase="main", aa="", block=block)
    return pd.DataFrame(rows)
