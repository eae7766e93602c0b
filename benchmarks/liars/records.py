"""Records of an experiment with a full proof: the same traps, and those of A/A runs and of how runs are made today."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.liars.model import ar1, states
from benchmarks.liars.recording import FACTOR, USUAL, Effect, Plan, Random, enter, frame, rows
from benchmarks.liars.world import Case, proof, truth, world

NODES = "nodes nodes-here odd"


def node_effects(sd: float) -> Effect:
    """A normal effect a node."""
    return lambda made, random: random.normal(0, sd, int(made.node.max()) + 1)[made.node]


NONE: Effect = lambda *_: 0.0  # noqa: E731
ALONE = replace(USUAL, setting=False)
TODAY = Plan(nodes=4, boots=1, blocks=4, repetitions=2, aa="session", setting=False)
FOUND = truth(NODES, causes="hardware", right="nodes nodes-here")
DRIFTS = truth("drift unlike", lies="alike")

enter("nodes differ", FOUND, node_effects(0.1), ALONE, honest=True)
enter("nodes differ more than boots", FOUND, node_effects(0.15), ALONE, honest=True, boot_sd=0.01)
enter("nothing", truth(intervals={"nodes": 0.0}), NONE, ALONE, honest=True)
enter(
    "a setting acts",
    truth("setting", causes="setting", right="setting", intervals={"setting": np.expm1(0.05)}),
    lambda made, _: 0.05 * made.forced,
    honest=True,
)
enter("a setting does nothing", truth(intervals={"setting": 0.0}), NONE, honest=True)
enter(
    "nodes differ and a setting acts",
    truth(NODES + " setting", causes="hardware setting", right="setting"),
    lambda made, random: 0.06 * made.forced + random.normal(0, 0.1, 4)[made.node],
    honest=True,
)
enter("as run today: one boot a node, boots differ by 2 %", truth("nodes-here"), NONE, TODAY, noise=0.003, boot_sd=0.02)
enter(
    "three boots, A/A within a boot, boots differ by 2 %",
    truth(),
    NONE,
    replace(ALONE, aa="session"),
    noise=0.003,
    boot_sd=0.02,
)
enter("three boots, A/A over boots, boots differ by 2 %", truth(), NONE, ALONE, noise=0.003, boot_sd=0.02)
enter(
    "two nodes, one boot each, boots differ",
    truth("nodes-here"),
    NONE,
    replace(TODAY, nodes=2),
    noise=0.003,
    boot_sd=0.02,
)
enter("drift, node after node", DRIFTS, lambda made, _: 0.06 * made.clock, replace(ALONE, order="node by node"))
enter(
    "drift, node after node, one boot", DRIFTS, lambda made, _: 0.06 * made.clock, replace(TODAY, order="node by node")
)
enter(
    "drift, all default runs first", DRIFTS, lambda made, _: 0.08 * made.clock, replace(USUAL, order="level by level")
)
enter(
    "drift that starts after the default runs",
    DRIFTS,
    lambda made, _: 0.05 * (made.clock > 0.6),
    replace(USUAL, order="level by level"),
)
enter(
    "AR(1) 0.8, one boot",
    truth(),
    lambda made, random: 0.02 * ar1(made.node, 0.8, random),
    replace(TODAY, order="side by side"),
    noise=0.002,
)
enter(
    "AR(1) 0.9 over boots",
    truth(),
    lambda made, random: 0.02 * ar1(made.node, 0.9, random),
    replace(ALONE, order="side by side"),
    noise=0.002,
)
enter(
    "a turbo state of ten runs",
    truth("drift unlike"),
    lambda made, random: -0.05 * states(made.node, 10, random),
    replace(ALONE, order="side by side"),
)
enter(
    "a setting acts on half of the nodes",
    truth("setting-some", causes="setting"),
    lambda made, _: 0.1 * made.forced * (made.node < 2),
)
enter(
    "a setting acts with opposite signs",
    truth("setting-some", causes="setting"),
    lambda made, _: 0.05 * made.forced * np.where(made.node % 2, 1, -1),
)
enter(
    "the default always first in its block, warm-up",
    truth("drift unlike", lies="alike"),
    lambda made, _: 0.04 * (made.forced == 0) * (made.repetition == 0),
    replace(USUAL, shuffled=False, repetitions=1, blocks=3),
)
enter("A/A on one node only, boots differ", truth(), NONE, replace(ALONE, aa_nodes=1), noise=0.003, boot_sd=0.02)
enter("nothing, lognormal", truth(), lambda made, random: random.normal(0, 0.5, len(made)), ALONE)
enter("nothing, heavy tails", truth(), lambda made, random: 0.02 * random.standard_t(3, len(made)), ALONE)
enter(
    "slow runs are lost under the setting",
    truth(),
    NONE,
    noise=0.03,
    change=lambda table: table.assign(
        status=np.where((table[FACTOR] == "close") & (table["duration"] > 1.01), "failed", "ok")
    ),
)
enter(
    "a setting crashes on one node",
    truth(NODES, causes="hardware"),
    lambda made, _: 0.1 * (made.node == 3),
    change=lambda table: table.assign(
        status=np.where((table[FACTOR] == "close") & (table["node"] == "node4"), "failed", "ok")
    ),
)
enter(
    "nodes differ, each the only one of its kind",
    truth(NODES, causes="hardware"),
    node_effects(0.1),
    ALONE,
    change=lambda table: table.assign(hardware=table["node"].str.replace("node", "kind")),
)
enter(
    "the forced runs do less work",
    truth(),
    lambda made, _: -0.1 * made.forced,
    change=lambda table: table.assign(work=np.where(table[FACTOR] == "close", 9e8, 1e9)),
)


@world("records: six operations, nothing", "records", honest=True)
def many(random: Random) -> Case:
    made = [rows(random, replace(USUAL, nodes=3, boots=2, blocks=1)) for _ in range(6)]
    parts = [frame(m, np.exp(random.normal(0, 0.02, len(m))), f"op{i}") for i, m in enumerate(made)]
    table = pd.concat(parts, ignore_index=True)
    return Case(table, {"factors": [FACTOR], "proof": proof(table)}, truth())


@world("records: nodes differ, the proof says other software", "records")
def other_software(random: Random) -> Case:
    made = rows(random, ALONE)
    table = frame(made, np.exp(random.normal(0, 0.1, 4)[made.node] + random.normal(0, 0.01, len(made))))
    shown = proof(table) | {"same": False, "different": ["root hash"]}
    return Case(table, {"proof": shown}, truth(NODES, causes="software"))


def _coins(repeats: int, nodes: int) -> None:
    @world(f"records: bits are tosses of a coin, {repeats} repeats, {nodes} nodes", "records")
    def make(random: Random) -> Case:
        """Threads race: whatever comes out, neither the hardware nor the setting did it."""
        plan = replace(USUAL, nodes=nodes, boots=1, blocks=1, repetitions=repeats, aa="none")
        made = rows(random, plan)
        table = frame(made, np.exp(random.normal(0, 0.01, len(made))))
        table["result_hash"] = np.where(random.random(len(made)) < 0.5, "feed", "beef")
        table["hardware"] = np.where(made.node % 2, "old", "new")
        return Case(table, {"factors": [FACTOR], "proof": proof(table)}, truth(lies="same", causes="chance"))


_coins(2, 2)
_coins(2, 4)
_coins(3, 2)
_coins(5, 4)
