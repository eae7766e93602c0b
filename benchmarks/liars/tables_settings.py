"""Tables with a setting: obeyed, not obeyed, on some nodes only, mixed up with time or with the boot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.liars.model import Floats, Order, Runs, runs
from benchmarks.liars.tables_honest import NODES, Random
from benchmarks.liars.world import Case, Truth, proof, truth, world

LEVELS = {"setting": ("default", "on"), "other": ("default", "x")}
Effect = Callable[[Runs, Random], Floats | float]


def case(
    random: Random,
    found: Truth,
    effect: Effect,
    *,
    nodes: int = 8,
    boots: int = 3,
    repeats: int = 3,
    order: Order = "in rounds",
    node_sd: float = 2.0,
    boot_sd: float = 0.5,
    noise: float = 1.0,
    drift: float = 0.0,
    per_boot: bool = False,
    columns: tuple[str, ...] = ("boot", "order", "when"),
) -> Case:
    """A table of nodes that run with and without a setting in every boot (or boot anew for it)."""
    factor = {"setting": 2}
    design = runs(
        random,
        nodes=nodes,
        boots=boots,
        repeats=repeats,
        order=order,
        per_boot=factor if per_boot else None,
        within=None if per_boot else factor,
    )
    y = 100 + design.of(design.node, node_sd, random) + design.of(design.boot, boot_sd, random) + drift * design.clock
    y = y + effect(design, random) * design.levels["setting"] + random.normal(0, noise, len(design))
    frame = design.frame(y, ["setting", *columns], LEVELS)
    ask: dict[str, Any] = {"response": "y", "factors": ["setting"], "proof": proof(frame)}
    ask |= {name: name for name in ("boot", "when") if name in columns}
    return Case(frame, ask, found)


def known(size: float) -> Truth:
    """The setting acts by so many hundredths, on top of node effects."""
    return truth(NODES + " setting", causes="hardware setting", right="setting", intervals={"setting": size / 100})


NONE = truth(NODES, causes="hardware")


@world("a setting acts", honest=True)
def acts(random: Random) -> Case:
    return case(random, known(2.0), lambda *_: 2.0)


@world("a setting acts, two nodes", honest=True)
def acts_two(random: Random) -> Case:
    return case(random, known(5.0), lambda *_: 5.0, nodes=2, boots=4)


@world("a setting does nothing", honest=True)
def nothing(random: Random) -> Case:
    found = truth(NODES, causes="hardware", intervals={"setting": 0.0})
    return case(random, found, lambda *_: 0.0)


@world("a setting does nothing, two nodes, boots anew for it")
def nothing_two(random: Random) -> Case:
    """Four boots of each level on two nodes: the boot is what was drawn, not the run."""
    return case(random, truth(), lambda *_: 0.0, nodes=2, boots=2, repeats=6, node_sd=0, boot_sd=2.0, per_boot=True)


@world("default always first, drift (time known)")
def first(random: Random) -> Case:
    found = truth(NODES + " drift unlike", causes="hardware", lies="alike")
    return case(random, found, lambda *_: 0.0, order="level by level", drift=4.0)


@world("default always first, drift (order known)")
def first_order(random: Random) -> Case:
    found = truth(NODES + " drift unlike", causes="hardware", lies="alike")
    return case(random, found, lambda *_: 0.0, order="level by level", drift=4.0, columns=("boot", "order"))


@world("default always first, one boot, drift")
def first_one_boot(random: Random) -> Case:
    found = truth(NODES + " drift unlike", causes="hardware", lies="alike")
    return case(
        random, found, lambda *_: 0.0, order="level by level", drift=4.0, boots=1, repeats=6, columns=("order", "when")
    )


@world("a setting acts on half of the nodes")
def half(random: Random) -> Case:
    found = truth(NODES + " setting-some", causes="hardware setting")
    return case(random, found, lambda design, _: 10.0 * (design.node < 4))


@world("a setting acts on two nodes of eight")
def two_of_eight(random: Random) -> Case:
    found = truth(NODES + " setting-some", causes="hardware setting")
    return case(random, found, lambda design, _: 10.0 * np.isin(design.node, (2, 6)))


@world("a setting acts with opposite signs")
def opposite(random: Random) -> Case:
    found = truth(NODES + " setting-some", causes="hardware setting")
    return case(random, found, lambda design, _: np.where(design.node % 2, 5.0, -5.0))


@world("a setting is not there on half of the nodes")
def unpaired(random: Random) -> Case:
    """The forced level was measured on four nodes, the default on the others: nothing can be compared."""
    made = case(random, NONE, lambda *_: 0.0)
    kept = (made.frame["setting"] == "on") == made.frame["node"].isin([f"node{i}" for i in range(5, 9)])
    return Case(made.frame[kept], made.ask, made.truth)


@world("slow runs fail under the setting")
def failures(random: Random) -> Case:
    """A time limit: of the runs with the setting only the fast ones end well, so the setting looks fast."""
    made = case(random, truth(NODES, causes="hardware"), lambda *_: 0.0, noise=2.0)
    late = (made.frame["setting"] == "on") & (made.frame["y"] > 100.5)
    made.frame["status"] = np.where(late, "failed", "ok")
    return made


@world("the setting changes with the image")
def with_image(random: Random) -> Case:
    made = case(random, NONE, lambda *_: 3.0, per_boot=True)
    made.frame["image"] = made.frame["setting"].map({"default": "old", "on": "new"})
    made.ask["image"] = "image"  # type: ignore[index]
    return Case(made.frame, made.ask, truth(NODES + " swap.node", causes="hardware"))


@world("two settings always set together")
def together(random: Random) -> Case:
    made = case(random, NONE, lambda *_: 3.0)
    made.frame["other"] = made.frame["setting"].map({"default": "default", "on": "x"})
    made.ask["factors"] = ["setting", "other"]  # type: ignore[index]
    return made


@world("six settings that do nothing")
def many(random: Random) -> Case:
    made = case(random, NONE, lambda *_: 0.0)
    design = [f"s{i}" for i in range(5)]
    for name in design:
        made.frame[name] = np.where(random.random(len(made.frame)) < 0.5, "default", "on")
    made.ask["factors"] = ["setting", *design]  # type: ignore[index]
    return made
