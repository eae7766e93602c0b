"""Tables made by a second adversary: too few repeats to see anything, shared sessions, survivors, copies, clocks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.liars.model import ar1, runs
from benchmarks.liars.tables_honest import NODES, SHARED, Random, noise, plain
from benchmarks.liars.world import Case, proof, truth, world


def _few(nodes: int, repeats: int, rho: float) -> None:
    @world(f"no node effect, AR(1) {rho}, {nodes} nodes, {repeats} repeats")
    def make(random: Random) -> Case:
        """So few neighbours do not show that they are alike."""
        design = runs(random, nodes=nodes, repeats=repeats, order="side by side")
        return plain(design, 100 + ar1(design.node, rho, random), truth())


_few(3, 5, 0.7)
_few(8, 3, 0.7)
_few(8, 2, 0.7)
_few(2, 10, 0.7)
_few(20, 4, 0.4)


@world("drifts of opposite signs on half of the nodes, three boots")
def opposite_drifts(random: Random) -> Case:
    """Each node drifts about its own mean, which is the same for all."""
    design = runs(random, nodes=8, boots=3, repeats=4, order="side by side")
    sign = np.where(design.node % 2, 1.0, -1.0)
    y = 100 + 4.0 * sign * (design.clock - 0.5) + noise(random, design)
    return plain(design, y, truth("drift unlike", lies="alike"), boot="boot")


@world("all nodes are slower from the third boot on")
def step_at_boot(random: Random) -> Case:
    design = runs(random, nodes=8, boots=4, repeats=3)
    y = 100 + 3.0 * (design.clock > 0.5) + design.of(design.boot, 0.3, random) + noise(random, design)
    return plain(design, y, truth("drift unlike", lies="alike"), boot="boot")


@world("one code runs first on half of the nodes, the other on the rest, warm-up")
def nested_order(random: Random) -> Case:
    """What a code seems to do depends on the node, and is nothing but the order."""
    design = runs(random, nodes=6, boots=4, repeats=1, within={"code": 2})
    design.levels["code"][:] = np.where(design.node % 2, design.repeat, 1 - design.repeat)  # type: ignore[index]
    y = 100 + 3.0 * (design.repeat == 0) + design.of(design.boot, 1.0, random) + noise(random, design, 0.5)
    frame = design.frame(y, ["code", "boot", "order", "when"], {"code": ("v1", "v2")})
    return Case(
        frame, {"response": "y", "code": "code", "boot": "boot", "when": "when"}, truth("drift unlike", lies="alike")
    )


@world("one setting runs first on half of the nodes, the other on the rest, warm-up")
def nested_setting(random: Random) -> Case:
    design = runs(random, nodes=6, boots=4, repeats=1, within={"setting": 2})
    design.levels["setting"][:] = np.where(design.node % 2, design.repeat, 1 - design.repeat)  # type: ignore[index]
    y = 100 + 3.0 * (design.repeat == 0) + design.of(design.boot, 0.5, random) + noise(random, design, 0.5)
    frame = design.frame(y, ["setting", "boot", "order", "when"], {"setting": ("default", "on")})
    ask = {"response": "y", "factors": ["setting"], "boot": "boot", "when": "when", "proof": proof(frame)}
    return Case(frame, ask, truth("drift unlike", lies="alike"))


@world("local time: half of the nodes measured in the hour that comes twice")
def clock_change(random: Random) -> Case:
    """The clock goes back from 3 to 2: what was measured an hour later carries the same times."""
    design = runs(random, nodes=8, repeats=10, order="node by node", seconds=88)
    second = design.node >= 4
    local = design.time - np.where(second, 3600.0, 0.0)
    frame = design.frame(100 + 2.0 * second + noise(random, design), ["repeat"])
    start = pd.Timestamp("2026-10-25 02:00:00")
    local[second] += 3600.0 - float(design.time[second].min())
    frame["when"] = (start + pd.to_timedelta(local, unit="s")).strftime("%Y-%m-%d %H:%M:%S.%f")
    return Case(frame, {**SHARED, "when": "when", "proof": proof(frame)}, truth("drift unlike", lies="alike"))


@world("every row twice, no repetition column")
def doubled(random: Random) -> Case:
    """Two files with the same rows were joined: each value counts twice."""
    design = runs(random, nodes=8, repeats=6)
    frame = design.frame(100 + noise(random, design), [])
    frame = pd.concat([frame, frame], ignore_index=True).assign(host="h")
    return Case(frame, {"response": "y", "proof": proof(frame)}, truth())


@world("every row twice, no repetition column, coarse timer")
def doubled_coarse(random: Random) -> Case:
    design = runs(random, nodes=8, repeats=6)
    frame = design.frame(np.round(100 + noise(random, design), 1), [])
    frame = pd.concat([frame, frame, frame], ignore_index=True).assign(host="h")
    return Case(frame, {"response": "y", "proof": proof(frame)}, truth())


def _sessions(named: bool, timed: bool) -> None:
    words = f"sessions {'named' if named else 'not named'}, {'times' if timed else 'no times'}"

    @world(f"half of the nodes measured by another person on another day: {words}")
    def make(random: Random) -> Case:
        design = runs(random, nodes=8, repeats=8)
        second = design.node >= 4
        time = design.time + np.where(second, 86400.0, 0.0)
        frame = design.frame(100 + 2.0 * second + noise(random, design), ["repeat"])
        frame["when"] = 1.7e9 + time
        frame["session"] = np.where(second, "bo", "al")
        frame = frame.drop(columns=[] if timed else ["when"]).drop(columns=[] if named else ["session"])
        ask = SHARED | ({"session": "session"} if named else {}) | ({"when": "when"} if timed else {})
        found = truth("drift unlike" if timed or named else "assumed drift unlike")
        return Case(frame, {**ask, "proof": proof(frame)}, found)


_sessions(True, False)
_sessions(True, True)


@world("slow runs are lost on two of the nodes")
def survivors(random: Random) -> Case:
    """A time limit on two nodes: their runs that are left are the fast ones."""
    design = runs(random, nodes=8, boots=3, repeats=6)
    y = 100 + noise(random, design)
    case = plain(design, y, truth(), boot="boot")
    lost = (design.node < 2) & (y > 100.0)
    case.frame["status"] = np.where(lost, "timeout", "ok")
    return case


@world("a noisy node has two boots, the others six")
def noisy_boots(random: Random) -> Case:
    design = runs(random, nodes=6, boots=6, repeats=3)
    spread = np.where(np.arange(6) == 0, 4.0, 0.5)
    boots = random.normal(0, 1, int(design.boot.max()) + 1)[design.boot] * spread[design.node]
    design_y = 100 + boots + noise(random, design, 0.5)
    keep = (design.node > 0) | (design.boot % 6 < 2)
    return plain(design.keep(keep), design_y[keep], truth(), boot="boot")


@world("nodes on one host at the same time slow each other down")
def crowded(random: Random) -> Case:
    """Four virtual machines share a host and run at once, the others have theirs to themselves."""
    design = runs(random, nodes=8, repeats=10, order="side by side")
    together = design.node < 4
    y = 10 + 2.0 * together + noise(random, design, 0.3)
    frame = design.frame(y, ["repeat"])
    own = np.where(together, 0.0, 15.0 * (design.node - 3))
    frame["when"] = 1.7e9 + design.time * 1.5 + own
    frame["host"] = np.where(together, "shared", np.array([f"own{n}" for n in design.node]))
    frame.attrs["units"] = {"y": "s"}
    return Case(frame, {**SHARED, "when": "when", "proof": proof(frame)}, truth("drift unlike"))


@world("kinds of hardware differ, one code on each kind")
def kind_and_code(random: Random) -> Case:
    """The code was built for each kind: code and kind cannot be told apart."""
    design = runs(random, nodes=8, boots=3, repeats=3)
    y = 100 + 4.0 * (design.node % 2) + noise(random, design)
    frame = design.frame(y, ["boot", "order", "when"])
    frame["kind"] = np.where(design.node % 2, "new", "old")
    frame["code"] = np.where(design.node % 2, "avx", "sse")
    ask = {"response": "y", "boot": "boot", "when": "when", "kind": "kind", "code": "code", "proof": proof(frame)}
    return Case(frame, ask, truth(NODES + " kind"))


@world("a setting acts after a while only, nodes drift")
def setting_grows(random: Random) -> Case:
    """The effect of the setting is 0 in the first boots and 4 % in the last: its mean is true of no boot."""
    design = runs(random, nodes=8, boots=4, repeats=3, within={"setting": 2})
    y = 100 + 4.0 * design.levels["setting"] * (design.clock > 0.5) + noise(random, design)
    frame = design.frame(y, ["setting", "boot", "order", "when"], {"setting": ("default", "on")})
    ask = {"response": "y", "factors": ["setting"], "boot": "boot", "when": "when", "proof": proof(frame)}
    return Case(frame, ask, truth("setting drift unlike setting-some", causes="setting"))
