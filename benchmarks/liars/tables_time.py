"""Tables in which time acts, and not the node: neighbours in time are alike, levels drift, states switch."""

from __future__ import annotations

import numpy as np

from benchmarks.liars.model import ar1, runs, states
from benchmarks.liars.tables_honest import NODES, SHARED, Random, noise, plain
from benchmarks.liars.world import Case, proof, truth, world


def _correlated(rho: float, columns: tuple[str, ...], **ask: object) -> None:
    where = ", ".join(columns)

    @world(f"no node effect, AR(1) {rho} ({where})")
    def make(random: Random) -> Case:
        design = runs(random, nodes=8, repeats=10, order="side by side")
        y = 100 + ar1(design.node, rho, random)
        frame = design.frame(y, columns)
        return Case(frame, {"response": "y", "proof": proof(frame), **ask}, truth())


for _rho in (0.5, 0.7, 0.9):
    _correlated(_rho, ("repeat",), within="repeat")
_correlated(0.7, ("order",))
_correlated(0.7, ("when",), when="when")
_correlated(0.9, ("when", "repeat"), when="when", within="repeat")


@world("no node effect, AR(1) 0.8, three boots")
def correlated_boots(random: Random) -> Case:
    """The chain runs on over the boots of a node: boots are alike because they are neighbours."""
    design = runs(random, nodes=8, boots=3, repeats=5, order="side by side")
    return plain(design, 100 + ar1(design.node, 0.8, random), truth(), boot="boot")


@world("nodes differ, AR(1) 0.7, four boots")
def correlated_nodes(random: Random) -> Case:
    """The chain starts anew in each boot, and nodes really differ."""
    design = runs(random, nodes=8, boots=4, repeats=5)
    y = 100 + design.of(design.node, 2.5, random) + ar1(design.boot, 0.7, random)
    return plain(design, y, truth(NODES, causes="hardware"), boot="boot")


def _drift(size: float, columns: tuple[str, ...], **ask: object) -> None:
    where = ", ".join(columns)

    @world(f"drift of {size:g} sd, node after node ({where})")
    def make(random: Random) -> Case:
        design = runs(random, nodes=8, repeats=10, order="node by node")
        frame = design.frame(100 + size * design.clock + noise(random, design), columns)
        return Case(frame, {"response": "y", "proof": proof(frame), **ask}, truth("drift unlike", lies="alike"))


_drift(1, ("repeat", "when"), when="when", within="repeat")
_drift(3, ("repeat", "when"), when="when", within="repeat")
_drift(3, ("when",), when="when")
_drift(3, ("order", "repeat"), within="repeat")


@world("a step of 2 sd halfway, node after node")
def step(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10, order="node by node")
    y = 100 + 2.0 * (design.clock > random.uniform(0.3, 0.7)) + noise(random, design)
    return plain(design, y, truth("drift unlike"))


@world("a wave of 2 sd over the day, node after node")
def wave(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10, order="node by node", seconds=1080)
    y = 100 + 2.0 * np.sin(2 * np.pi * (design.clock + random.random())) + noise(random, design)
    return plain(design, y, truth("drift unlike"))


@world("drift of 3 sd, nodes in rounds")
def drift_rounds(random: Random) -> Case:
    """The order is balanced: the drift is there, and no node can be blamed for it."""
    design = runs(random, nodes=8, repeats=10)
    return plain(design, 100 + 3.0 * design.clock + noise(random, design), truth("drift unlike", lies="alike"))


@world("nodes differ, drift of 2 sd, nodes in rounds", honest=True)
def drift_and_nodes(random: Random) -> Case:
    design = runs(random, nodes=8, boots=3, repeats=4)
    y = 100 + design.of(design.node, 2.0, random) + 2.0 * design.clock + noise(random, design)
    found = truth(NODES + " drift unlike", lies="alike", causes="hardware", right="nodes nodes-here")
    return plain(design, y, found, boot="boot")


@world("drift in boots, node after node, three boots")
def drift_boots(random: Random) -> Case:
    """All boots of a node before the next node: boots do not help against drift."""
    design = runs(random, nodes=8, boots=3, repeats=4, order="node by node")
    y = 100 + 3.0 * design.clock + noise(random, design)
    return plain(design, y, truth("drift unlike", lies="alike"), boot="boot")


@world("a turbo state of eight runs, side by side")
def turbo(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10, order="side by side")
    return plain(design, 100 - 4.0 * states(design.node, 8, random) + noise(random, design), truth("drift unlike"))


@world("a turbo state of eight runs, node after node")
def turbo_sequence(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10, order="node by node")
    common = states(np.zeros(len(design), dtype=np.intp), 8, random)
    return plain(design, 100 - 4.0 * common + noise(random, design), truth("drift unlike"))


@world("a turbo state of a whole boot, two boots")
def turbo_boots(random: Random) -> Case:
    design = runs(random, nodes=6, boots=2, repeats=5)
    fast = random.integers(0, 2, int(design.boot.max()) + 1)[design.boot]
    return plain(design, 100 - 3.0 * fast + noise(random, design, 0.5), truth(), boot="boot")


def _warm_up(size: float, repeats: int, boots: int) -> None:
    @world(f"first repeat slower by {size:g} sd, {repeats} repeats, boots: {boots}")
    def make(random: Random) -> Case:
        design = runs(random, nodes=8, repeats=repeats, boots=boots, order="side by side")
        y = 100 + size * (design.repeat == 0) + noise(random, design)
        more = {"boot": "boot"} if boots > 1 else {}
        return plain(design, y, truth("drift unlike", lies="alike"), **more)


_warm_up(1.5, 3, 1)
_warm_up(5.0, 5, 2)


@world("temperatures over twelve minutes")
def short(random: Random) -> Case:
    """A fall within minutes is no fall by so much an hour."""
    design = runs(random, nodes=8, repeats=10, order="side by side", seconds=70)
    y = 60 - 6.0 * design.clock + noise(random, design, 0.8)
    return plain(design, y, truth("drift unlike", lies="alike drift-hourly"))


@world("neighbours slow each other down")
def neighbours(random: Random) -> Case:
    """Half of the nodes share their time (and a switch) with each other, the others run alone."""
    design = runs(random, nodes=8, repeats=10, order="node by node")
    together = design.node < 4
    shared = design.repeat * 60.0 + random.uniform(0, 5, len(design))
    design.time[together] = shared[together]
    frame = design.frame(100 + 4.0 * together + noise(random, design), ["repeat", "when"]).sort_values("when")
    frame["duration_of_run"] = 55.0
    return Case(frame, {**SHARED, "when": "when", "proof": proof(frame)}, truth("nodes-here drift unlike"))


@world("no order, no time, shuffled AR(1) 0.7")
def shuffled(random: Random) -> Case:
    """Nothing can be looked at: whatever is said must say what it assumes, or keep to this session."""
    design = runs(random, nodes=8, repeats=10, order="side by side")
    frame = design.frame(100 + ar1(design.node, 0.7, random), [])
    frame = frame.sample(frac=1, random_state=int(random.integers(2**31))).assign(host="h")
    return Case(frame, {"response": "y", "proof": proof(frame)}, truth("assumed"))
