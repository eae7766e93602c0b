"""Tables on which the verdict has nothing to fear: what is there should be found, and what is not should not."""

from __future__ import annotations

import numpy as np

from benchmarks.liars.model import Floats, Runs, runs
from benchmarks.liars.world import Case, proof, truth, world

Random = np.random.Generator
NODES = "nodes nodes-here odd"
SHARED = {"response": "y", "within": "repeat"}


def noise(random: Random, design: Runs, sd: float = 1.0) -> Floats:
    """Independent normal noise."""
    return random.normal(0, sd, len(design))


def plain(design: Runs, y: Floats, found: object, **more: object) -> Case:
    """A table with node, repeat, order and time, its software proven the same."""
    frame = design.frame(y, ["repeat", "order", "when", *(["boot"] if "boot" in more else [])])
    return Case(frame, {**SHARED, "when": "when", "proof": proof(frame), **more}, found)  # type: ignore[arg-type]


@world("nodes differ, one boot each", honest=True)
def one_boot(random: Random) -> Case:
    """Node effects as large as the repeats'. Without boots the claim holds for this session; then no cause is known."""
    design = runs(random, nodes=8, repeats=10)
    y = 100 + design.of(design.node, 1.0, random) + noise(random, design)
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here", intervals={"nodes": 0.5}))


@world("nodes differ, three equal boots", honest=True)
def three_boots(random: Random) -> Case:
    """Boots are recorded and do not differ."""
    design = runs(random, nodes=8, boots=3, repeats=4)
    y = 100 + design.of(design.node, 1.0, random) + noise(random, design)
    found = truth(NODES, causes="hardware", right="nodes nodes-here", intervals={"nodes": 0.5})
    return plain(design, y, found, boot="boot")


@world("nodes differ more than boots", honest=True)
def boots_too(random: Random) -> Case:
    """Boots differ, nodes by far more; four boots of each."""
    design = runs(random, nodes=8, boots=4, repeats=3)
    y = 100 + design.of(design.node, 2.0, random) + design.of(design.boot, 0.5, random) + noise(random, design, 0.5)
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here"), boot="boot")


@world("two nodes, 5 % apart", honest=True)
def two_nodes(random: Random) -> Case:
    design = runs(random, nodes=2, boots=4, repeats=4)
    y = 100 + 5.0 * design.node + noise(random, design, 1.5)
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here"), boot="boot")


@world("three nodes differ, five repeats", honest=True)
def three_nodes(random: Random) -> Case:
    design = runs(random, nodes=3, repeats=5)
    y = 100 + np.array([0.0, 2.0, 4.0])[design.node] + noise(random, design)
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here"))


@world("one odd node of twelve", honest=True)
def odd_node(random: Random) -> Case:
    design = runs(random, nodes=12, boots=3, repeats=3)
    y = 100 + 4.0 * (design.node == 4) + noise(random, design)
    found = truth("nodes nodes-here", causes="hardware", right="nodes nodes-here odd", odd=("node05",))
    return plain(design, y, found, boot="boot")


@world("nothing, one boot each", honest=True)
def nothing(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    return plain(design, 100 + noise(random, design), truth(intervals={"nodes": 0.0}))


@world("nothing, three boots", honest=True)
def nothing_boots(random: Random) -> Case:
    design = runs(random, nodes=8, boots=3, repeats=4)
    return plain(design, 100 + noise(random, design), truth(intervals={"nodes": 0.0}), boot="boot")


@world("nothing, unequal numbers of repeats", honest=True)
def unbalanced(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=15)
    sizes = random.integers(2, 16, 8)
    design = design.keep(design.repeat < sizes[design.node])
    return plain(design, 100 + noise(random, design), truth(intervals={"nodes": 0.0}))


@world("nodes differ, 30 % of the cells missing", honest=True)
def missing(random: Random) -> Case:
    design = runs(random, nodes=8, boots=3, repeats=4)
    design = design.keep(random.random(len(design)) > 0.3)
    y = 100 + design.of(design.node, 1.5, random) + noise(random, design)
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here"), boot="boot")


@world("nothing, heavy tails t(3)")
def heavy(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    return plain(design, 100 + random.standard_t(3, len(design)), truth())


@world("nothing, lognormal")
def lognormal(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    return plain(design, np.exp(random.normal(0, 0.8, len(design))), truth())


@world("nodes differ, lognormal", honest=True)
def lognormal_nodes(random: Random) -> Case:
    design = runs(random, nodes=8, boots=3, repeats=4)
    y = np.exp(design.of(design.node, 0.4, random) + noise(random, design, 0.3))
    return plain(design, y, truth(NODES, causes="hardware", right="nodes nodes-here"), boot="boot")


@world("nothing, some nodes noisier")
def uneven_noise(random: Random) -> Case:
    """One node has five times the spread of the others; the means are equal."""
    design = runs(random, nodes=8, repeats=10)
    spread = np.where(np.arange(8) == 2, 5.0, 1.0)
    return plain(design, 100 + spread[design.node] * noise(random, design), truth())


@world("nothing, noisy node with few repeats")
def uneven_and_few(random: Random) -> Case:
    """The noisy nodes have the fewest repeats: the F test's worst case."""
    design = runs(random, nodes=6, repeats=12)
    design = design.keep((design.repeat < 4) | (design.node > 1))
    spread = np.where(np.arange(6) < 2, 4.0, 1.0)
    return plain(design, 100 + spread[design.node] * noise(random, design), truth())


@world("nothing, two modes by chance")
def modes(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    return plain(design, 100 + 4.0 * (random.random(len(design)) < 0.5) + noise(random, design, 0.3), truth())


@world("nothing, rare slow runs")
def outliers(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    return plain(design, 100 + 20.0 * (random.random(len(design)) < 0.03) + noise(random, design), truth())


@world("nodes differ, coarse timer, no repetition column", honest=True)
def coarse(random: Random) -> Case:
    """40 % of the variance lies between the nodes; the timer's step makes equal values, which are no copies."""
    design = runs(random, nodes=8, repeats=10)
    y = 0.1 + design.of(design.node, 0.0006, random) + noise(random, design, 0.0007)
    frame = design.frame(np.round(y, 3), []).assign(host="h")
    share = 0.36 / (0.36 + 0.49 + 1 / 12)  # the last is what rounding adds (Sheppard)
    ask = {"response": "y", "proof": proof(frame)}
    return Case(frame, ask, truth(NODES, causes="hardware", right="nodes nodes-here", intervals={"nodes": share}))


@world("nothing, coarse timer", honest=True)
def coarse_nothing(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=10)
    frame = design.frame(np.round(0.1 + noise(random, design, 0.0007), 3), []).assign(host="h")
    return Case(frame, {"response": "y", "proof": proof(frame)}, truth(intervals={"nodes": 0.0}))


@world("nothing, mean near zero")
def near_zero(random: Random) -> Case:
    """Differences from a reference: the mean is 0, so shares of the mean say nothing."""
    design = runs(random, nodes=8, boots=3, repeats=4)
    y = design.of(design.node, 1.0, random) + noise(random, design)
    return plain(design, y - y.mean(), truth(NODES + " odd", causes="hardware"), boot="boot")


@world("kinds of hardware differ", honest=True)
def kinds(random: Random) -> Case:
    design = runs(random, nodes=12, boots=3, repeats=3)
    kind = design.node % 4
    y = 100 + np.array([0.0, 3.0, 6.0, -3.0])[kind] + design.of(design.node, 0.5, random) + noise(random, design)
    return _kinds(design, y, "nodes nodes-here odd kind", "kind")


@world("nodes differ, their kinds do not", honest=True)
def kinds_not(random: Random) -> Case:
    design = runs(random, nodes=12, boots=3, repeats=3)
    y = 100 + design.of(design.node, 1.5, random) + noise(random, design)
    return _kinds(design, y, NODES, "nodes nodes-here")


def _kinds(design: Runs, y: Floats, true: str, right: str) -> Case:
    case = plain(design, y, truth(true, causes="hardware", right=right), boot="boot", kind="kind")
    case.frame["kind"] = np.array(["c1", "c2", "c3", "c4"], dtype=object)[design.node % 4]
    return case
