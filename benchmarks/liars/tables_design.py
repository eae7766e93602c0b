"""Tables in which the design is at fault: boots counted as repeats, and two things that change together."""

from __future__ import annotations

import numpy as np

from benchmarks.liars.model import runs
from benchmarks.liars.tables_honest import NODES, Random, noise, plain
from benchmarks.liars.world import Case, truth, world

IMAGES = {"image": ("old", "new"), "code": ("v1", "v2"), "setting": ("default", "on")}


def _boots(boots: int, recorded: bool, nodes: int = 8) -> None:
    said = "recorded" if recorded else "not recorded"

    @world(f"boots differ by 2 %, repeats by 0.3 %, {boots} boots of {nodes} nodes, {said}")
    def make(random: Random) -> Case:
        design = runs(random, nodes=nodes, boots=boots, repeats=10 if boots == 1 else 4)
        y = 100 + design.of(design.boot, 2.0, random) + noise(random, design, 0.3)
        # With one boot a node, these nodes do differ in this session; with several, and the boots not named, they
        # differ from boot to boot, which shows in the order.
        found = truth("nodes-here" if boots == 1 else "drift unlike")
        return plain(design, y, found, **({"boot": "boot"} if recorded else {}))


_boots(1, recorded=False)
_boots(1, recorded=True)
_boots(3, recorded=True)
_boots(2, recorded=True, nodes=12)
_boots(5, recorded=True, nodes=2)
_boots(3, recorded=False)


def _pastes(batch: float) -> None:
    @world(f"Pastes: ten batches, three casks, batch sd {batch:g}")
    def make(random: Random) -> Case:
        """The published components but for the batch: casks 2.9, repeats 0.82."""
        design = runs(random, nodes=10, boots=3, repeats=2)
        y = 60 + design.of(design.node, batch, random) + design.of(design.boot, 2.9, random)
        found = truth(NODES if batch else "", causes="hardware" if batch else "")
        return plain(design, y + noise(random, design, 0.82), found, boot="boot")


_pastes(0.0)
_pastes(1.29)


@world("sessions in a boot differ, nodes do not")
def sessions(random: Random) -> Case:
    """A process keeps its memory layout: the session is what was drawn anew, not the repeat."""
    design = runs(random, nodes=6, boots=4, repeats=5)
    frame_of = plain(
        design, 100 + design.of(design.boot, 2.0, random) + noise(random, design, 0.3), truth("nodes-here")
    )
    frame = frame_of.frame.assign(session=np.array([f"s{i}" for i in range(24)], dtype=object)[design.boot])
    return Case(frame, frame_of.ask, truth())


def swapped(
    random: Random,
    *,
    true: str = "",
    causes: str = "",
    right: str = "",
    shift: dict[str, float] | None = None,
    node_sd: float = 0.0,
    order: str = "in rounds",
    boots: int = 3,
    drift: float = 0.0,
    boot_sd: float = 1.0,
    columns: tuple[str, ...] = ("boot", "order", "when"),
    intervals: dict[str, float] | None = None,
) -> Case:
    """A swap design of 6 nodes, two images and two codes, with effects in hundredths of the response."""
    design = runs(
        random,
        nodes=6,
        boots=boots,
        repeats=2,
        per_boot={"image": 2},
        within={"code": 2},
        order=order,  # type: ignore[arg-type]
    )
    effects = shift or {}
    level = 100 + design.of(design.node, node_sd, random) + drift * design.clock
    for name, effect in effects.items():
        level = level + effect * design.levels[name]
    values = level + design.of(design.boot, boot_sd, random) + noise(random, design, 0.5)
    frame = design.frame(values, ["image", "code", *columns], IMAGES)
    ask = {"response": "y", "image": "image", "code": "code", "boot": "boot"}
    ask |= {"when": "when"} if "when" in columns else {}
    found = truth(true, causes=causes, right=right, intervals=intervals)
    return Case(frame, ask, found)


@world("swap design, no effect")
def swap_none(random: Random) -> Case:
    return swapped(random)


@world("swap design, no effect, boots differ by 5 %")
def swap_boots(random: Random) -> Case:
    return swapped(random, boot_sd=5.0)


@world("swap design, the nodes", honest=True)
def swap_nodes(random: Random) -> Case:
    return swapped(random, true=NODES + " swap.node", causes="hardware", right="swap.node", node_sd=4.0)


@world("swap design, the image", honest=True)
def swap_image(random: Random) -> Case:
    return swapped(
        random,
        true="swap.image",
        causes="software",
        right="swap.image",
        shift={"image": 3.0},
        intervals={"swap.image": 0.03},
    )


@world("swap design, the code", honest=True)
def swap_code(random: Random) -> Case:
    return swapped(
        random, true="swap.code", causes="code", right="swap.code", shift={"code": 2.0}, intervals={"swap.code": 0.02}
    )


@world("all boots of one image first, drift")
def image_drift(random: Random) -> Case:
    return swapped(random, true="drift unlike", order="level by level", drift=5.0, boot_sd=0.5)


@world("all boots of one image first, drift (order only)")
def image_drift_order(random: Random) -> Case:
    return swapped(
        random, true="drift unlike", order="level by level", drift=5.0, boot_sd=0.5, columns=("boot", "order")
    )


@world("all boots of one image first, then a step")
def image_step(random: Random) -> Case:
    case = swapped(random, true="drift unlike", order="level by level", boot_sd=0.5)
    late = np.arange(len(case.frame)) >= len(case.frame) // 2
    case.frame["y"] += 3.0 * late
    return case


@world("the image acts on half of the nodes", honest=False)
def image_some(random: Random) -> Case:
    case = swapped(random, true=NODES + " swap.some swap.node", causes="software hardware", boot_sd=0.5)
    half = case.frame["node"].isin(["node1", "node2", "node3"]) & (case.frame["image"] == "new")
    case.frame["y"] += 6.0 * half
    return case


@world("the image acts with opposite signs")
def image_opposite(random: Random) -> Case:
    case = swapped(random, true="swap.some nodes nodes-here odd", causes="software", boot_sd=0.5)
    sign = np.where(case.frame["node"].isin(["node1", "node2", "node3"]), 1.0, -1.0)
    case.frame["y"] += 4.0 * sign * (case.frame["image"] == "new")
    return case


def _confounded(column: str, ask: str, causes: str, true: str) -> None:
    @world(f"each node keeps its own {column}, boots differ")
    def make(random: Random) -> Case:
        """Nothing but boots differs; what a node always runs cannot be told from the node."""
        design = runs(random, nodes=6, boots=3, repeats=4)
        frame = design.frame(
            100 + design.of(design.boot, 2.0, random) + noise(random, design), ["boot", "order", "when"]
        )
        frame[column] = np.array(IMAGES[ask], dtype=object)[design.node % 2]
        where = {ask: column} if ask != "setting" else {"factors": [column]}
        return Case(frame, {"response": "y", "boot": "boot", "when": "when", **where}, truth(true, causes=causes))


_confounded("image", "image", "", "")
_confounded("code", "code", "", "")
_confounded("setting", "setting", "", "")


@world("code and image change together, the image acts")
def code_with_image(random: Random) -> Case:
    design = runs(random, nodes=6, boots=3, repeats=4, per_boot={"image": 2})
    y = 100 + 3.0 * design.levels["image"] + design.of(design.boot, 0.5, random) + noise(random, design)
    frame = design.frame(y, ["image", "boot", "order", "when"], IMAGES)
    frame["code"] = np.array(["v1", "v2"], dtype=object)[design.levels["image"]]
    ask = {"response": "y", "image": "image", "code": "code", "boot": "boot", "when": "when"}
    return Case(frame, ask, truth())


@world("one code always runs first in its boot, warm-up")
def code_time(random: Random) -> Case:
    design = runs(random, nodes=6, boots=4, repeats=1, within={"code": 2})
    design.levels["code"][:] = design.repeat  # type: ignore[index]
    y = 100 + 3.0 * (design.repeat == 0) + design.of(design.boot, 1.0, random) + noise(random, design, 0.5)
    frame = design.frame(y, ["code", "boot", "order", "when"], IMAGES)
    return Case(
        frame, {"response": "y", "code": "code", "boot": "boot", "when": "when"}, truth("drift unlike", lies="alike")
    )


@world("one node of each kind, nodes differ")
def kind_alone(random: Random) -> Case:
    design = runs(random, nodes=8, boots=3, repeats=3)
    y = 100 + design.of(design.node, 2.0, random) + noise(random, design)
    case = plain(design, y, truth(NODES, causes="hardware"), boot="boot", kind="kind")
    case.frame["kind"] = np.array([f"c{i}" for i in range(8)], dtype=object)[design.node]
    return case


@world("two kinds, all of one kind measured first, drift")
def kind_drift(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=8, order="node by node")
    case = plain(
        design, 100 + 4.0 * design.clock + noise(random, design), truth("drift unlike", lies="alike"), kind="kind"
    )
    case.frame["kind"] = np.array(["old", "new"], dtype=object)[design.node // 4]
    return case
