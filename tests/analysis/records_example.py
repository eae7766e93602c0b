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

START = pd.Timestamp("2024-03-01T10:00:00Z")

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
    boots: int = 4,
    result: ResultOf = dispatched,
    slower: float = 0.3,
    forced_slower: float = 0.0,
    noise: float = 0.02,
    seed: int = 1,
    hardware: Callable[[str], str] = lambda node: "old" if int(node[-1]) % 2 == 0 else "new",
) -> pd.DataFrame:
    """Records of `operations` on `nodes`; even nodes take `slower` more time, forced levels `forced_slower` more.

    Blocks are spread over `boots` boots of each node.
    """
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    clock: dict[str, float] = dict.fromkeys(nodes, 0.0)

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
            }
            | more
        )
        # Every node runs on its own, side by side with the others: its runs follow each other on one clock.
        rows[-1]["order"] = sum(row["node"] == node for row in rows)
        rows[-1]["when"] = (START + pd.Timedelta(seconds=clock[node])).isoformat()
        clock[node] += 60.0

    for operation, node in itertools.product(operations, nodes):
        for which, repetition in itertools.product(("A", "A'"), range(aa)):
            add(operation, node, "default", repetition, phase="aa", aa=which, block=0, boot=f"{node}-0")
        for block in range(blocks):
            # Levels take turns: forwards in one block, backwards in the next (and in the second half of each).
            turns = [
                (level, repetition) for repetition in range(repetitions) for level in levels[:: (-1) ** repetition]
            ]
            for level, repetition in turns[:: (-1) ** block]:
                number = block * repetitions + repetition
                boot = f"{node}-{block % boots}"
                add(operation, node, level, number, phase="main", aa="", block=block, boot=boot)
    return pd.DataFrame(rows)
