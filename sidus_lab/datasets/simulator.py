"""Simulated runs with known truth: what the recovery tests and the teaching notebooks are made of.

Every frame says in all its representations that no machine measured it, and carries a column ``simulated`` that a
merge, a concat or a file keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from markupsafe import escape

from sidus_lab.datasets.idle import Floats, Idle, level_of, wake_costs
from sidus_lab.errors import DataError

Bits = Literal["same", "hardware", "image", "code"]


class Simulated(pd.DataFrame):
    """A data frame of simulated runs; `attrs["truth"]` holds what they were made from.

    >>> runs = sl.datasets.simulate(nodes=2)
    >>> repr(runs).splitlines()[0]
    '[simulated data, not measured (seed 0)]'
    """

    @property
    def _constructor(self) -> type[Simulated]:
        return Simulated

    @property
    def _banner(self) -> str:
        seed = self.attrs.get("truth", {}).get("seed")
        return "simulated data, not measured" + (f" (seed {seed})" if seed is not None else "")

    def __repr__(self) -> str:
        return f"[{self._banner}]\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        table = pd.DataFrame(self)._repr_html_()  # type: ignore[operator]
        return f'<p class="sidus"><span class="label">{escape(self._banner)}</span></p>{table}'


def simulate(
    *,
    nodes: int = 8,
    boots: int = 1,
    repeats: int = 5,
    mean: float = 1.0,
    node_sd: float = 0.03,
    boot_sd: float = 0.0,
    repeat_sd: float = 0.01,
    images: Mapping[str, float] | None = None,
    codes: Mapping[str, float] | None = None,
    interaction_sd: float = 0.0,
    idle: Idle | None = None,
    drift: float = 0.0,
    outliers: float = 0.0,
    outlier_size: float = 0.5,
    tails: Literal["normal", "heavy"] = "normal",
    kinds: int = 1,
    bits: Bits = "same",
    aa: int = 0,
    seed: int = 0,
) -> Simulated:
    """Return simulated runs as a frame of records, with what is true of them in ``attrs["truth"]``.

    Parameters
    ----------
    nodes, boots, repeats : machines; boots of each machine and image; runs of each combination in a boot.
    mean : duration of a run in seconds; all effects are fractions of it and add up.
    node_sd, boot_sd, repeat_sd : standard deviation between nodes, between boots of a node, between runs of a boot.
    images, codes : effect of each image (version of the system) and of each code by name, crossed with the nodes.
    interaction_sd : standard deviation of the effect that one image has on one node only.
    idle : a C-state-like setting (see `Idle`); its levels are in the column ``cpu_dma_latency``.
    drift : change of the duration per hour of measuring; outliers : chance that a run takes `outlier_size` longer.
    tails : ``heavy`` draws the runs from Student's t with 3 degrees of freedom, scaled to the same standard deviation.
    kinds : kinds of hardware, given to the nodes in turn; bits : what the result's hash depends on.
    aa : runs on each side of an A/A comparison on every node, before the main phase.
    seed : same seed, same frame.

    Each node measures on its own clock; inside a boot the order is random. The truth: variance components in
    seconds squared, effects in seconds, `causes` of differences between nodes' times and bits.

    Raises `DataError` for counts below 1, negative standard deviations, or chances outside 0 to 1.

    Examples
    --------
    >>> runs = sl.datasets.simulate(nodes=3, repeats=2, seed=1)
    >>> runs.groupby("node").size().to_dict()
    {'node1': 2, 'node2': 2, 'node3': 2}
    >>> bool(runs["simulated"].all())
    True
    """
    _check(nodes=nodes, boots=boots, repeats=repeats, kinds=kinds, mean=mean)
    if min(node_sd, boot_sd, repeat_sd, interaction_sd) < 0 or not 0 <= outliers <= 1 or aa < 0:
        raise DataError("Standard deviations and counts cannot be negative, and `outliers` is a chance from 0 to 1.")
    rng = np.random.default_rng(seed)
    images, codes = dict(images or {"base": 0.0}), dict(codes or {"v1": 0.0})
    frame = _design(rng, nodes, boots, repeats, list(images), list(codes), idle, aa)
    rows = len(frame)
    node, boot = frame.pop("_node").to_numpy(), frame.pop("_boot").to_numpy()
    image, code = frame["image"].map(list(images).index).to_numpy(), frame["code"].map(list(codes).index).to_numpy()

    node_effect = rng.normal(0, node_sd, nodes)
    boot_effect = rng.normal(0, boot_sd, int(boot.max()) + 1)
    interaction = rng.normal(0, interaction_sd, (nodes, len(images)))
    factor = 1 + node_effect[node] + boot_effect[boot] + interaction[node, image]
    factor += np.array(list(images.values()))[image] + np.array(list(codes.values()))[code]
    factor += _noise(rng, rows, repeat_sd, tails)
    factor += outlier_size * (rng.random(rows) < outliers)
    seconds = mean * factor
    if idle is not None:
        frame["wake_cost_us"] = wake_costs(rng, frame, idle)
        seconds = seconds + frame["_wakeups"].to_numpy() * frame["wake_cost_us"].to_numpy() * 1e-6
        frame = frame.drop(columns="_wakeups")
    frame["when"], frame["duration"] = _clock(frame["node"], seconds, mean * drift / 3600)
    if not (frame["duration"] > 0).all():
        raise DataError(
            "These effects make some durations negative.", hint="use smaller standard deviations or effects"
        )
    _label(frame, node, kinds, bits)
    frame["run"], frame["status"], frame["work"], frame["work_unit"] = f"simulated-{seed}", "ok", 1.0, "call"
    frame["simulated"] = True
    first = ["run", "when", "node", "boot", "phase", "aa", "block", "order", "repetition", "workload", "operation"]
    result = Simulated(frame[first + [name for name in frame.columns if name not in first]])
    scale = mean**2
    result.attrs |= {
        "simulated": True,
        "title": "Simulated runs",
        "units": {"duration": "s", "wake_cost_us": "µs"},
        "truth": {
            "seed": seed,
            "mean": mean,
            "variance": {
                "node": scale * node_sd**2,
                "boot": scale * boot_sd**2,
                "node x image": scale * interaction_sd**2,
                "repeat": scale * repeat_sd**2,
            },
            "nodes": {f"node{i + 1:0{len(str(nodes))}d}": mean * float(e) for i, e in enumerate(node_effect)},
            "images": {name: mean * effect for name, effect in images.items()},
            "codes": {name: mean * effect for name, effect in codes.items()},
            "wake_cost_us": {level_of(limit): idle.cost(limit) for limit in idle.limits} if idle else {},
            "drift_per_hour": mean * drift,
            "bits": bits,
            "causes": _causes(node_sd, images, codes, idle),
        },
    }
    return result


def _check(**values: float) -> None:
    for name, value in values.items():
        if not value >= (1 if isinstance(value, int) else 1e-12):
            raise DataError(f"`{name}` must be at least 1 (a mean: above 0), not {value}.")


def _design(
    rng: np.random.Generator,
    nodes: int,
    boots: int,
    repeats: int,
    images: list[str],
    codes: list[str],
    idle: Idle | None,
    aa: int,
) -> pd.DataFrame:
    """Return one row per run in the order of measuring: each boot is a block, its runs in random order."""
    workloads = list(idle.workloads) if idle else ["work"]
    levels = [level_of(limit) for limit in idle.limits] if idle else [""]
    names = [f"node{i + 1:0{len(str(nodes))}d}" for i in range(nodes)]
    keys = ["_node", "image", "_block", "code", "workload", "cpu_dma_latency", "repetition"]
    ranges = [range(nodes), images, range(boots), codes, workloads, levels, range(1, repeats + 1)]
    frame = pd.MultiIndex.from_product(ranges, names=keys).to_frame(index=False)
    frame["phase"], frame["aa"] = "main", ""
    if aa:
        sides = pd.MultiIndex.from_product(
            [range(nodes), images[:1], [0], codes[:1], workloads[:1], levels[:1], range(1, 2 * aa + 1)], names=keys
        ).to_frame(index=False)
        sides["phase"], sides["aa"] = "aa", np.where(sides["repetition"] % 2 == 1, "A", "A'")
        sides["repetition"] = (sides["repetition"] + 1) // 2
        frame = pd.concat([sides, frame], ignore_index=True)
    frame["_boot"] = frame.groupby(["_node", "image", "_block"], sort=True).ngroup()
    # A/A runs keep their order (A, A', A, A' ...) before the others; the main runs are shuffled inside their boot.
    main = (frame["phase"] == "main").to_numpy()
    shuffle = np.where(main, rng.random(len(frame)), np.arange(len(frame)) / max(len(frame), 1))
    # Images take turns, the other way round in every other round and on every other node: a drift follows none of them.
    # (A/A runs are the first of their node, in the first image.)
    number = frame["image"].map(images.index).to_numpy()
    turn = (frame["_block"] + (0 if aa else frame["_node"])).to_numpy() % 2
    place = np.where(turn == 0, number, len(images) - 1 - number)
    order = np.lexsort((shuffle, main, place, frame["_block"].to_numpy(), frame["_node"].to_numpy()))
    frame = frame.iloc[order].reset_index(drop=True)
    frame["order"] = frame.groupby("_boot").cumcount() + 1
    frame["node"] = np.array(names)[frame["_node"].to_numpy()]
    frame["boot"] = "boot" + (frame["_boot"] + 1).astype(str)
    frame["block"] = frame.pop("_block") + 1
    frame["operation"] = frame["workload"]
    if idle is None:
        return frame.drop(columns="cpu_dma_latency")
    frame["_wakeups"] = frame["workload"].map(dict(idle.workloads)).to_numpy()
    return frame


def _noise(rng: np.random.Generator, rows: int, sd: float, tails: str) -> Floats:
    if tails == "heavy":
        return np.asarray(rng.standard_t(3, rows) * (sd / np.sqrt(3.0)))  # the variance of t with 3 degrees is 3
    return rng.normal(0, sd, rows)


def _clock(node: pd.Series[str], seconds: Floats, slope: float) -> tuple[pd.Series[Any], Floats]:
    """Return when each run started (ISO 8601, UTC) on its node's own clock, and its duration with the drift added."""
    gap = 1.0  # seconds between runs
    elapsed = pd.Series(seconds + gap).groupby(node.to_numpy()).cumsum().to_numpy() - seconds - gap
    start = pd.Timestamp("2024-01-01T00:00:00Z") + pd.to_timedelta(elapsed, unit="s")
    return pd.Series(start.strftime("%Y-%m-%dT%H:%M:%S.%fZ")), seconds + slope * elapsed


def _label(frame: pd.DataFrame, node: np.ndarray[Any, Any], kinds: int, bits: Bits) -> None:
    """Add hardware, root hash, code hash and result hash."""
    frame["hardware"] = [f"cpu-{chr(65 + n % kinds % 26)}" for n in node]
    frame["root_hash"], frame["code_hash"] = frame["image"].map(_hash), frame["code"].map(_hash)
    source = frame["operation"] if bits == "same" else frame["operation"] + frame[bits]
    frame["result_hash"] = source.map(_hash)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _causes(node_sd: float, images: dict[str, float], codes: dict[str, float], idle: Idle | None) -> list[str]:
    """Return what differences in time really come from here."""
    differs = {
        "hardware": node_sd > 0,
        "software": len(set(images.values())) > 1,
        "code": len(set(codes.values())) > 1,
        "setting": idle is not None and len({idle.cost(limit) for limit in idle.limits}) > 1,
    }
    return [cause for cause, true in differs.items() if true]
