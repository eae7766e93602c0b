"""How much is enough: nodes and repetitions for a wanted power or width."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from sidus_lab.analysis.numbers.promises import Goal, Pilot, chance, fewest, setting_chance
from sidus_lab.analysis.numbers.search import smallest
from sidus_lab.errors import DataError
from sidus_lab.words import roughly


def node_power(icc: float, nodes: int, repeats: float, *, alpha: float = 0.05) -> float:
    """The chance that the F test finds a node effect when the share of variance between nodes is `icc`.

    `icc` in 0..1, `nodes` >= 2, `repeats` per node > 1. Exact for balanced normal data: with random nodes the F ratio
    is ``1 + repeats * icc / (1 - icc)`` times a central F (Scheffe, *The Analysis of Variance*, 1959, section 7.2).
    """
    df_between, df_within = nodes - 1, nodes * (repeats - 1)
    if icc >= 1:
        return 1.0
    critical = stats.f.isf(alpha, df_between, df_within)
    return float(stats.f.sf(critical / (1 + repeats * icc / (1 - icc)), df_between, df_within))


def nodes_for_power(
    icc: float | Pilot, repeats: float, *, power: float = 0.9, alpha: float = 0.05, most: int = 1000
) -> int | None:
    """The fewest nodes for which the verdict says that the nodes differ, with a chance of `power`.

    That takes more than the F test (`node_power`): the interval must not reach 0 either. None when `most` nodes do not
    reach it. `icc` is the share between nodes, or a `Pilot` that leaves it open.
    """
    return fewest("claim", icc, repeats, least=power, alpha=alpha, most=most)


def repeats_for_power(
    icc: float, nodes: int, *, power: float = 0.9, alpha: float = 0.05, most: int = 1000
) -> int | None:
    """The fewest repeats per node for the same; None when `most` do not reach it."""
    return smallest(lambda repeats: chance("claim", icc, nodes, repeats, alpha=alpha) >= power, 2, most)


def icc_width(icc: float, nodes: int, repeats: float, *, level: float = 0.95) -> float:
    """The width of the exact interval of the share of variance between nodes, at the F ratio expected for `icc`."""
    df_between, df_within = nodes - 1, nodes * (repeats - 1)
    if icc >= 1:
        return 0.0
    ratio = 1 + repeats * icc / (1 - icc)
    tail = (1 - level) / 2
    ends = []
    for quantile in (stats.f.isf(tail, df_between, df_within), stats.f.ppf(tail, df_between, df_within)):
        theta = max((ratio / quantile - 1) / repeats, 0.0) if quantile > 0 else math.inf
        ends.append(theta / (1 + theta) if math.isfinite(theta) else 1.0)
    return ends[1] - ends[0]


def nodes_for_width(
    icc: float | Pilot,
    repeats: float,
    *,
    width: float = 0.3,
    least: float = 0.9,
    level: float = 0.95,
    most: int = 1000,
) -> int | None:
    """The fewest nodes whose interval of the share between nodes is at most `width` wide, with a chance of `least`."""
    return fewest("width", icc, repeats, size=width, least=least, level=level, most=most)


def sd_factor(nodes: int, *, level: float = 0.95) -> float:
    """Upper over lower end of the interval of a standard deviation between `nodes` nodes, as if repeats had no noise.

    Chi square, normal nodes: no experiment does better.
    """
    tail = (1 - level) / 2
    return math.sqrt(float(stats.chi2.isf(tail, nodes - 1) / stats.chi2.ppf(tail, nodes - 1)))


def nodes_for_sd(
    icc: float | Pilot = 0.99,
    repeats: float = 10,
    *,
    factor: float = 2.0,
    least: float = 0.9,
    level: float = 0.95,
    most: int = 1000,
) -> int | None:
    """The fewest nodes that tell their standard deviation to within `factor` (upper over lower end of its interval).

    With a chance of `least`; None when `most` nodes do not. By default repeats hardly differ from each other.
    """
    return fewest("factor", icc, repeats, size=factor, least=least, level=level, most=most)


def nodes_for_setting(
    effect: float,
    spread: float,
    *,
    power: float = 0.9,
    alpha: float = 0.05,
    tests: int = 1,
    floor: float = 0.0,
    most: int = 1000,
) -> int | None:
    """The fewest nodes, three at least, for which a setting with this effect is claimed with a chance of `power`.

    `effect`, `spread` (standard deviation of one node's difference) and the A/A `floor` are on one scale, such as
    logarithms; `tests` is how many tests are corrected for together (Holm, at its strictest). None beyond `most`.
    """
    strict = alpha / max(tests, 1)
    return smallest(lambda nodes: setting_chance(effect, spread, nodes, alpha=strict, floor=floor) >= power, 3, most)


@dataclass(frozen=True)
class Promise:
    """A plan and the chance that it keeps what it promises.

    `nodes` in all, `more` of them beyond those there are; `chance` (0 to 1) of reaching `goal` (of `size`), for all
    `responses` together; `share` is the share between nodes that this assumes, None where it holds whatever the share
    is, as far as the first experiment leaves it open.
    """

    goal: Goal
    size: float
    nodes: int
    more: int
    chance: float
    responses: int = 1
    share: float | None = None


def promise(
    goal: Goal,
    pilots: Pilot | Sequence[Pilot],
    *,
    size: float = math.nan,
    least: float = 0.9,
    tests: int = 1,
    level: float = 0.95,
    alpha: float = 0.05,
    most: int = 1000,
) -> Promise | None:
    """The nodes with which every response reaches `goal` with a chance of `least`, given a first experiment on each.

    The responses are planned together: each gets its part of the risk (Bonferroni), and a claim is planned at the
    strictest level that Holm asks of `tests` tests in one verdict. Where no number of nodes up to `most` promises that
    for all shares that are left open, the shares are taken as estimated (at least a tenth), and `Promise.share` says
    so; None where that does not do either.
    """
    each = [pilots] if isinstance(pilots, Pilot) else list(pilots)
    risk, strict = (1 - least) / len(each), alpha / max(tests, len(each))
    there = min(pilot.nodes for pilot in each)
    for known in (False, True):
        shares = [round(min(max(pilot.share, 0.1), 0.99), 2) if known else _rounded(pilot) for pilot in each]
        found = [
            _looked_up(goal, share, round(pilot.repeats, 1), size, 1 - risk, level, strict, most)
            for share, pilot in zip(shares, each, strict=True)
        ]
        needed = [count for count in found if count is not None]
        if len(needed) == len(each):
            nodes = max(*needed, there)
            assumed = min(share for share in shares if isinstance(share, float)) if known else None
            return Promise(goal, size, nodes, nodes - there, least, len(each), assumed)
    return None


def _rounded(pilot: Pilot) -> Pilot:
    """The pilot with an F ratio up to 10 % smaller, so that verdicts on alike data look their plans up."""
    f = math.exp(math.floor(math.log(pilot.f) * 10) / 10) if 0 < pilot.f < math.inf else pilot.f
    return Pilot(f, pilot.nodes, round(pilot.repeats, 1))


@functools.lru_cache(maxsize=4096)
def _looked_up(
    goal: Goal,
    share: float | Pilot,
    repeats: float,
    size: float,
    least: float,
    level: float,
    alpha: float,
    most: int,
) -> int | None:
    return fewest(goal, share, repeats, size=size, least=least, level=level, alpha=alpha, most=most)


def power_curve(
    icc: float, nodes: Sequence[int], repeats: Sequence[int], *, alpha: float = 0.05, level: float = 0.95
) -> pd.DataFrame:
    """What nodes and repeats buy: columns nodes, repeats, power (of the verdict's claim), width (at the expected F)."""
    rows = [
        (count, repeat, chance("claim", icc, count, repeat, alpha=alpha), icc_width(icc, count, repeat, level=level))
        for repeat in repeats
        for count in nodes
    ]
    return pd.DataFrame(rows, columns=["nodes", "repeats", "power", "width"])


@dataclass(frozen=True)
class More:
    """What is missing: nodes beyond those there are, and the time they take (seconds; None when not known)."""

    nodes: int
    seconds: float | None
    goal: str

    def __str__(self) -> str:
        if self.nodes <= 0:
            return f"The nodes there are suffice for {self.goal}."
        time = "" if self.seconds is None else f", {roughly(self.seconds)}"
        return f"{self.nodes} more {'node' if self.nodes == 1 else 'nodes'}{time}: {self.goal}."


def more_nodes(
    icc: float,
    nodes: int,
    repeats: float,
    *,
    power: float = 0.9,
    alpha: float = 0.05,
    boot_seconds: float | None = None,
    run_seconds: float | None = None,
    at_once: int = 1,
) -> More:
    """How many more nodes find the node effect with `power`, and how long that takes.

    `boot_seconds` is the time until a node is ready, `run_seconds` that of one repeat, `at_once` how many nodes are
    measured side by side. Raises DataError when 1,000 nodes do not reach the power.
    """
    needed = nodes_for_power(icc, repeats, power=power, alpha=alpha)
    if needed is None:
        raise DataError(
            f"1,000 nodes do not find a share between nodes of {icc:.3g} with power {power}.",
            hint="More repeats per node, or a larger effect worth finding.",
        )
    extra = max(needed - nodes, 0)
    seconds = None
    if boot_seconds is not None or run_seconds is not None:
        each = (boot_seconds or 0.0) + repeats * (run_seconds or 0.0)
        seconds = math.ceil(extra / at_once) * each
    return More(extra, seconds, f"power {power:g} for a share between nodes of {icc:.2g}")
