"""The swap design: every node boots every image and runs every code, so each cause has an effect of its own.

Node effect = hardware, image effect = software, code effect = code; what they do together is an interaction and is
said to be one. The unit for nodes and images is the boot, for codes the runs within a boot (a split plot: Fisher
1925; Montgomery, *Design and Analysis of Experiments*, chapter 14).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sidus_lab.analysis.numbers.cells import numbers
from sidus_lab.analysis.numbers.noise import holm
from sidus_lab.analysis.numbers.splitplot import ALPHA, Cause, Line, between, within
from sidus_lab.analysis.values import Interval
from sidus_lab.errors import DataError


@dataclass(frozen=True)
class Effect:
    """One line of the attribution.

    `size` is the difference between the levels' means that are furthest apart (relative when the responses are
    positive, else in their unit) with its interval; `share` the part of the variance (omega squared, 0 to 1). `named`
    says that this is a cause: significant after correction over all lines (Holm), and above the noise floor where one
    was given. `why_not` says why it could not be tested or named.
    """

    name: str
    cause: Cause
    f: float
    df: tuple[int, int]
    p_value: float
    p_adjusted: float
    size: float
    interval: Interval | None
    share: float
    named: bool
    why_not: str = ""
    detectable: float = math.nan


@dataclass(frozen=True)
class Swap:
    """What a swap design shows: an `Effect` per factor and interaction, the share of boots and repeats, and the answer.

    `causes` are the causes named; empty means that it cannot be told, for the reason in `reason`.
    """

    effects: tuple[Effect, ...]
    causes: tuple[Cause, ...]
    reason: str
    relative: bool
    boots: int
    rows: int
    alpha: float

    def __getitem__(self, name: str) -> Effect:
        """The effect of that name, such as ``image`` or ``node:image``."""
        for effect in self.effects:
            if effect.name == name:
                return effect
        raise KeyError(name)

    def to_frame(self) -> pd.DataFrame:
        """One row per effect: effect, cause, size, low, high, share, p_value, p_adjusted, named."""
        rows = [
            (
                e.name,
                e.cause,
                e.size,
                e.interval.low if e.interval else math.nan,
                e.interval.high if e.interval else math.nan,
                e.share,
                e.p_value,
                e.p_adjusted,
                e.named,
            )
            for e in self.effects
        ]
        columns = ["effect", "cause", "size", "low", "high", "share", "p_value", "p_adjusted", "named"]
        return pd.DataFrame(rows, columns=columns)


def swap(
    frame: pd.DataFrame,
    response: str,
    *,
    node: str = "node",
    image: str | None = "image",
    code: str | None = None,
    boot: str | None = "boot",
    floor: float | None = None,
    alpha: float = ALPHA,
    level: float = 0.95,
    relative: bool | None = None,
) -> Swap:
    """Attribute differences in `response` to node (hardware), image (software) and code, from a swap design.

    `frame` has one row per measurement; `boot` names the column that tells boots apart (without one, each node and
    image is one boot). `floor` is the A/A floor on the scale of the sizes; these are shares where `relative` (by
    default where all values are positive). Levels need not be balanced. Where node
    and image act together significantly, each must stand out from that interaction to be named.

    Raises DataError for missing columns, bad values, or no factor with two levels.
    """
    factors = {"node": node, "image": image, "code": code}
    used = {role: name for role, name in factors.items() if name is not None}
    for name in used.values():
        if name not in frame.columns:
            raise DataError(
                f"There is no column {name!r}.", hint=f"Columns: {', '.join(map(str, frame.columns[:12]))}."
            )
    values = numbers(frame, response)
    positive = bool((values > 0).all())
    relative = positive if relative is None else relative and positive
    table = pd.DataFrame({role: pd.factorize(frame[name])[0] for role, name in used.items()})
    table["y"] = np.log(values) if relative else values
    keys: list[str] = [role for role in ("node", "image") if role in used]
    if boot is not None and boot in frame.columns:
        table["boot"] = pd.factorize(frame[boot])[0]
        keys.append("boot")
    table["unit"] = table.groupby(keys).ngroup()
    if not any(table[role].nunique() > 1 for role in used):
        raise DataError("No factor has two levels, so there is nothing to attribute.")
    # A code that changes only from boot to boot is compared between boots, like an image.
    plots = [role for role in used if role != "code"]
    within_code = "code" in used and table.groupby("unit")["code"].nunique().max() > 1
    if "code" in used and not within_code:
        plots.append("code")
    lines = between(table, plots, level)
    if within_code:
        lines += within(table, level)
    return _decide(lines, table, used, relative, floor, alpha)


def _decide(
    lines: list[Line],
    table: pd.DataFrame,
    used: dict[str, str],
    relative: bool,
    floor: float | None,
    alpha: float,
) -> Swap:
    raw = [line.p_value for line in lines]
    adjusted = holm(raw)
    back = math.expm1 if relative else float
    total = float(np.square(table["y"] - table["y"].mean()).sum()) / max(table.groupby("unit").size().mean(), 1)
    effects = []
    for line, p, q in zip(lines, raw, adjusted, strict=True):
        size = back(line.size) if not math.isnan(line.size) else math.nan
        significant = not math.isnan(q) and q < alpha
        above = floor is None or math.isnan(size) or abs(size) > floor
        why = line.why_not
        if significant and not above:
            why = "its size is within the A/A floor"
        interval = None
        if not math.isnan(line.half):
            interval = Interval(back(max(line.size - line.half, 0.0)), back(line.size + line.half))
        share = (
            max(line.sum_of_squares - line.df * line.error, 0.0) / total if total > 0 and line.error_df else math.nan
        )
        name = ":".join(used.get(role, role) for role in line.name.split(":"))
        effects.append(
            Effect(
                name,
                line.cause,
                line.f,
                (line.df, line.error_df),
                p,
                q,
                size,
                interval,
                min(share, 1.0),
                significant and above,
                why,
                back(line.least) if not math.isnan(line.least) else math.nan,
            )
        )
    causes = tuple(dict.fromkeys(e.cause for e in effects if e.named))
    return Swap(
        tuple(effects), causes, _reason(effects, causes), relative, int(table["unit"].nunique()), len(table), alpha
    )


def _reason(effects: list[Effect], causes: tuple[Cause, ...]) -> str:
    """Why nothing is named; empty when something is."""
    if causes:
        return ""
    untested = [f"{e.name}: {e.why_not}" for e in effects if e.why_not]
    if untested:
        return "; ".join(untested)
    return "no effect stands out from the differences between equal boots"
