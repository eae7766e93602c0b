"""How often the analysis is right: coverage of intervals, false alarms of the verdict, causes named by swap designs.

python -m benchmarks.coverage [--designs 1000] [--quick]

Everything is simulated here with known truth, and judged by the same functions that users call. The same seed gives the
same table. 0 when every row is within its target.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import svg
from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.explain_table import explain_frame
from sidus_lab.analysis.findings.attribution import swap
from sidus_lab.analysis.numbers.components import components
from sidus_lab.analysis.numbers.variance import one_way
from sidus_lab.analysis.values import Interval
from sidus_lab.datasets import simulate

NODES = (2, 3, 5, 10, 20, 60)
TAILS: dict[str, Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]] = {
    "normal": lambda random, shape: random.normal(size=shape),
    # Student's t with 5 degrees of freedom has an excess kurtosis of 6; the double exponential has 3.
    "t(5)": lambda random, shape: random.standard_t(5, shape) / np.sqrt(5 / 3),
    "double exponential": lambda random, shape: random.laplace(size=shape) / np.sqrt(2),
    # With 3 degrees of freedom the kurtosis is infinite: no interval from the data's own spread can keep its level.
    "t(3)": lambda random, shape: random.standard_t(3, shape) / np.sqrt(3),
}
TARGETS = ("normal", "t(5)", "double exponential")


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, how often, the rates, and whether they are within the target."""

    name: str
    designs: int
    rates: dict[str, float]
    good: bool

    def __str__(self) -> str:
        rates = "  ".join(f"{name} {100 * rate:5.1f} %" for name, rate in self.rates.items())
        return f"{self.name:<44} {self.designs:>6}  {rates}  {'' if self.good else '<-- outside the target'}"


def intervals(designs: int, nodes: int, balanced: bool, tails: str, seed: int) -> Row:
    """Coverage of `one_way`: share between nodes from 0.05 to 0.95, 2 to 10 repeats, drawn per design."""
    random = np.random.default_rng(seed)
    covered = np.zeros(3)
    for _ in range(designs):
        icc = random.uniform(0.05, 0.95)
        repeats = int(random.integers(2, 11))
        sizes = np.full(nodes, repeats) if balanced else random.integers(1, 2 * repeats, nodes)
        if sizes.max() < 2:
            sizes[0] = 2
        group = np.repeat(np.arange(nodes), sizes)
        y = np.sqrt(icc) * TAILS[tails](random, (nodes,))[group] + np.sqrt(1 - icc) * TAILS[tails](random, group.shape)
        found = one_way(y, group)
        truth = ((found.node.interval, icc), (found.repeat.interval, 1 - icc), (found.icc.interval, icc))
        covered += [_covers(interval, value) for interval, value in truth]
    node, repeat, share = covered / designs
    rates = {"node": node, "repeat": repeat, "ICC": share}
    shape = "balanced" if balanced else "unbalanced"
    return Row(f"{nodes} nodes, {shape}, {tails}", designs, rates, _within(rates.values(), designs))


def crossed(designs: int, balanced: bool, seed: int) -> Row:
    """Coverage of the intervals of `components`: 8 nodes x 5 images x 3 repeats with interaction."""
    random = np.random.default_rng(seed)
    truth = {"node": 1.0, "image": 0.5, "node:image": 0.3, "residual": 1.0}
    covered = dict.fromkeys(truth, 0)
    n, i, _ = (axis.ravel() for axis in np.meshgrid(range(8), range(5), range(3), indexing="ij"))
    for _ in range(designs):
        y = random.normal(size=8)[n] + np.sqrt(0.5) * random.normal(size=5)[i]
        y = y + np.sqrt(0.3) * random.normal(size=40)[n * 5 + i] + random.normal(size=n.size)
        frame = pd.DataFrame({"node": n, "image": i, "y": y})
        frame = frame if balanced else frame[random.random(len(frame)) < 0.8]
        found = components(frame, "y", random=["node", "image", "node:image"])
        for name, value in truth.items():
            covered[name] += _covers(found[name].interval, value)
    rates = {name: count / designs for name, count in covered.items()}
    shape = "balanced" if balanced else "20 % of rows missing"
    return Row(f"crossed 8 x 5 with interaction, {shape}", designs, rates, _within(rates.values(), designs))


def false_alarms(designs: int, tails: str, seed: int) -> Row:
    """A/A by `explain` on one response: nodes that do not differ, called different."""
    random = np.random.default_rng(seed)
    alarms = 0
    for _ in range(designs):
        nodes, repeats = int(random.integers(2, 13)), int(random.integers(3, 9))
        y = 10 + 0.1 * TAILS[tails](random, (nodes * repeats,))
        frame = pd.DataFrame({"node": np.repeat(np.arange(nodes), repeats), "y": y})
        verdict = explain_frame(frame, response="y")
        alarms += any(s.passed and "The nodes differ" in s.text for s in verdict.about("nodes"))
    rate = alarms / designs
    return Row(f"A/A, explain, {tails}", designs, {"false alarms": rate}, rate <= 0.05 + 2 * np.sqrt(0.0475 / designs))


def false_alarms_in_records(designs: int, seed: int) -> Row:
    """A/A by the verdict on records: two to four equal nodes, a setting without effect, three operations."""
    alarms = 0
    for number in range(designs):
        frames = [
            simulate(
                nodes=2 + number % 3,
                boots=2,
                repeats=4,
                node_sd=0.0,
                repeat_sd=0.02,
                aa=4,
                seed=seed + 3 * number + part,
            )
            for part in range(3)
        ]
        random = np.random.default_rng(seed + number)
        records = pd.concat([pd.DataFrame(f).assign(operation=f"op{part}") for part, f in enumerate(frames)])
        records["setting"] = np.where(random.random(len(records)) < 0.5, "default", "on")
        records.loc[records["phase"] == "aa", "setting"] = "default"
        verdict = explain_records(records, factors=["setting"])
        alarms += any(s.passed and s.cause != "none" for s in verdict.about("time"))
    rate = alarms / designs
    name = "A/A, verdict on records (3 operations, 1 setting)"
    return Row(name, designs, {"false alarms": rate}, rate <= 0.05 + 2 * np.sqrt(0.0475 / designs))


def swaps(designs: int, cause: str, boots: int, seed: int) -> Row:
    """Swap designs with one true cause: how often one is named, and how often the named one is it alone."""
    committed = right = 0
    for number in range(designs):
        effects: dict[str, Any] = {"images": {"a": 0.0, "b": 0.0}, "codes": {"a": 0.0, "b": 0.0}, "node_sd": 0.0}
        if cause == "hardware":
            effects["node_sd"] = 0.04
        elif cause == "software":
            effects["images"] = {"a": 0.0, "b": 0.03}
        elif cause == "code":
            effects["codes"] = {"a": 0.0, "b": 0.03}
        frame = simulate(nodes=4, boots=boots, repeats=3, boot_sd=0.01, repeat_sd=0.01, seed=seed + number, **effects)
        found = swap(frame, "duration", code="code").causes
        committed += bool(found)
        right += found == (cause,)
    rates = {"named": committed / designs, "of these right": right / committed if committed else float("nan")}
    if cause == "none":
        rates = {"named": committed / designs}
        return Row(f"swap, no cause, {boots} boots of each", designs, rates, rates["named"] <= 0.05)
    good = not committed or right / committed >= 0.95 - 2 * np.sqrt(0.0475 / committed)
    return Row(f"swap, cause {cause}, {boots} boots of each", designs, rates, good)


def _covers(interval: Interval | None, value: float) -> bool:
    return interval is not None and value in interval


def _within(rates: object, designs: int) -> bool:
    """Whether rates lie within 93 to 97 %, give or take the two standard errors of this many designs."""
    slack = 2 * np.sqrt(0.95 * 0.05 / designs)
    return all(0.93 - slack <= rate <= 0.97 + slack for rate in rates)  # type: ignore[attr-defined]


def rows(designs: int, nodes: Sequence[int] = NODES) -> Iterator[Row]:
    """Every row of the table, one after the other; `designs` for the cheap ones, fewer for the others."""
    for tails in TARGETS:
        for balanced in (True, False):
            for count in nodes:
                yield intervals(designs, count, balanced, tails, seed=1000 + count)
    for count in nodes[2::2] or nodes:
        row = intervals(designs, count, True, "t(3)", seed=1000 + count)
        yield Row(f"{row.name} (no target)", row.designs, row.rates, True)
    few = max(designs // 3, 2)
    for balanced in (True, False):
        yield crossed(few, balanced, seed=1)
    for tails in TARGETS:
        yield false_alarms(designs, tails, seed=2)
    yield false_alarms_in_records(few, seed=3)
    for cause in ("none", "hardware", "software", "code"):
        for boots in (2, 4):
            yield swaps(few, cause, boots, seed=4)


def picture(path: Path, table: Sequence[Row]) -> None:
    """Draw the coverage of the one-way intervals, balanced designs, one line for each size and kind of tails."""
    shown = [row for row in table if ", balanced, " in row.name and "ICC" in row.rates]
    lines = [(row.name.replace(", balanced", ""), [100 * rate for rate in row.rates.values()]) for row in shown]
    title = f"Coverage of the 95 % intervals, {shown[0].designs} simulated designs each (target: grey band)"
    svg.dots(path, title, list(shown[0].rates), lines, (93, 97), (90, 100))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when every row is within its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=1000, help="simulated designs for each row (default 1000)")
    parser.add_argument("--quick", action="store_true", help="few designs, two sizes: shows that it runs")
    parser.add_argument("--figure", type=Path, help="write a picture of the coverage here (SVG)")
    given = parser.parse_args(argv)
    began = time.monotonic()
    table = []
    for row in rows(20 if given.quick else given.designs, (3, 10) if given.quick else NODES):
        print(row, flush=True)
        table.append(row)
    covered = [
        rate
        for row in table
        for name, rate in row.rates.items()
        if name in ("node", "repeat", "ICC") and "no target" not in row.name
    ]
    print(f"mean coverage of the one-way intervals: {100 * np.mean(covered):.1f} %")
    print(
        f"{sum(row.good for row in table)} of {len(table)} rows are within their targets; "
        f"{time.monotonic() - began:.0f} s"
    )
    return 0 if all(row.good for row in table) or given.quick else 1


if __name__ == "__main__":
    raise SystemExit(main())
