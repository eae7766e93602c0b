"""How records of an experiment come about: boots, blocks, forced levels, A/A runs; and what acts on the durations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.liars.model import START, Codes, Floats
from benchmarks.liars.world import Case, Truth, proof, world

Random = np.random.Generator
NODES = "nodes nodes-here odd"
FACTOR = "OMP_PROC_BIND"


@dataclass
class Rows:
    """The rows of one experiment as arrays, in the order in which they were run."""

    node: Codes
    boot: Codes
    block: Codes
    forced: Codes
    repetition: Codes
    aa: Codes
    time: Floats

    def __len__(self) -> int:
        return len(self.node)

    @property
    def clock(self) -> Floats:
        """From 0 to 1 over the whole experiment."""
        return self.time / max(float(self.time.max()), 1e-9)


@dataclass(frozen=True)
class Plan:
    """How an experiment is run: `aa` is "boots" (A in one boot, A' in another), "session" (side by side) or "none"."""

    nodes: int = 4
    boots: int = 3
    blocks: int = 2
    repetitions: int = 3
    setting: bool = True
    aa: str = "boots"
    order: str = "in rounds"
    shuffled: bool = True
    aa_nodes: int = 99


def rows(random: Random, plan: Plan) -> Rows:
    """The rows of a plan in the order of the clock; boots of all nodes in rounds, or node by node."""
    made: list[tuple[int, ...]] = []
    rounds = [(boot, node) for boot in range(plan.boots) for node in random.permutation(plan.nodes)]
    if plan.order == "node by node":
        rounds = sorted(rounds, key=lambda item: (item[1], item[0]))
    for boot, node in rounds:
        unit = node * plan.boots + boot
        if plan.aa == "session" and node < plan.aa_nodes:
            made += [(node, unit, 0, 0, i // 2, 1 + i % 2, 0) for i in range(8)]
        elif plan.aa == "boots" and node < plan.aa_nodes:
            made += [(node, unit, 0, 0, i, 1 + boot % 2, 0) for i in range(4)]
        for block in range(plan.blocks):
            here = [(node, unit, block, level, i, 0, level) for i in range(plan.repetitions) for level in range(2)]
            here = here if plan.setting else [row for row in here if not row[3]]
            if plan.shuffled:
                random.shuffle(here)
            made += here
    if plan.order == "level by level":
        made.sort(key=lambda row: (row[5] == 0, row[6]))
    table = np.array(made, dtype=np.intp)
    time = np.arange(len(table)) * 20.0
    if plan.order == "side by side":
        for node in range(plan.nodes):
            mine = table[:, 0] == node
            time[mine] = np.arange(mine.sum()) * 20.0
    return Rows(table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4], table[:, 5], time)


def frame(made: Rows, y: Floats, operation: str = "solve") -> pd.DataFrame:
    """Records (contract "A record") with durations `y`, the same work and the same result everywhere."""
    count = len(made)
    return pd.DataFrame(
        {
            "run": "r1",
            "when": pd.to_datetime(START + made.time, unit="s", utc=True).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "node": [f"node{i + 1}" for i in made.node],
            "boot": [f"boot-{i}" for i in made.boot],
            "phase": np.where(made.aa > 0, "aa", "main"),
            "aa": np.array(["", "A", "A'"], dtype=object)[made.aa],
            "block": made.block,
            "order": np.arange(count),
            "repetition": made.repetition,
            "attempt": 1,
            "workload": operation,
            "operation": operation,
            FACTOR: np.array(["default", "close"], dtype=object)[made.forced],
            "root_hash": "ab" * 32,
            "hardware": "one-kind",
            "code_hash": "c0de",
            "duration": y,
            "work": 1e9,
            "work_unit": "flop",
            "result_hash": "feed",
            "status": "ok",
            "message": "",
            "metrics": "{}",
        }
    )


Effect = Callable[[Rows, Random], Floats | float]


USUAL = Plan()


def enter(
    name: str,
    found: Truth,
    effect: Effect,
    plan: Plan = USUAL,
    *,
    honest: bool = False,
    noise: float = 0.01,
    boot_sd: float = 0.0,
    change: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table,
) -> None:
    """A world of records: durations are 1 s times the exponential of effects and noise."""

    @world("records: " + name, "records", honest=honest)
    def make(random: Random) -> Case:
        made = rows(random, plan)
        boots = random.normal(0, boot_sd, int(made.boot.max()) + 1)[made.boot] if boot_sd else 0.0
        y = np.exp(effect(made, random) + boots + random.normal(0, noise, len(made)))
        table = change(frame(made, y))
        ask: dict[str, Any] = {"factors": [FACTOR] if plan.setting else [], "proof": proof(table)}
        return Case(table, ask, found)
