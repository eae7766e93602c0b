"""The numbers behind a claim about nodes: over which unit, and what outliers and a coarse clock do to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.findings.layout import Layout, layout
from sidus_lab.analysis.findings.node_numbers import node_numbers


def measured(
    *,
    nodes: int = 6,
    boots: int = 3,
    repeats: int = 4,
    node_sd: float = 0.0,
    boot_sd: float = 0.0,
    repeat_sd: float = 1.0,
    recorded: bool = True,
    seed: int = 0,
) -> Layout:
    """Nodes side by side in rounds, each booted several times."""
    random = np.random.default_rng(seed)
    b, _, n = (axis.ravel() for axis in np.meshgrid(range(boots), range(repeats), range(nodes), indexing="ij"))
    y = 100 + random.normal(0, 1, nodes)[n] * node_sd + random.normal(0, 1, nodes * boots)[n * boots + b] * boot_sd
    y = y + random.normal(0, repeat_sd, n.size)
    frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": b, "order": range(n.size), "y": y})
    return layout(frame, "y", "node", boot="boot" if recorded else None, order="order")


def test_boots_are_counted_and_not_runs() -> None:
    lay = measured(boot_sd=5.0)
    found = node_numbers(lay)
    assert (found.unit, found.units, found.repeats) == ("boot", 18, 12)
    assert found.p_value > 0.05
    runs = node_numbers(measured(boot_sd=5.0, recorded=False))
    assert runs.unit == "run"
    assert runs.units < len(lay.y) / 2  # the runs of a boot are alike: in their order they are worth fewer


def test_nodes_that_differ_are_found_over_boots_and_ordered_by_their_means() -> None:
    lay = measured(node_sd=10.0)
    found = node_numbers(lay)
    assert found.p_value < 1e-3
    assert found.interval is not None
    assert found.share in found.interval
    assert found.share > 0.9
    assert found.sd_within == pytest.approx(1.0, rel=0.3)
    means = pd.Series(lay.y).groupby(lay.node).mean()
    assert [value for _, value in found.means] == pytest.approx(sorted(means, reverse=True), rel=1e-3)
    assert found.means[0][0] == lay.names[int(means.argmax())]


def test_equal_nodes_are_hardly_ever_told_apart() -> None:
    shown = sum(node_numbers(measured(boot_sd=1.0, seed=seed)).p_value < 0.05 for seed in range(60))
    assert shown <= 8


def test_outliers_are_counted_and_left_out_for_comparison() -> None:
    lay = measured(boots=1, repeats=20)
    y = lay.y.copy()
    y[3] += 500.0
    found = node_numbers(lay.with_values(y))
    assert found.outliers == 1
    clean = node_numbers(lay.keep(np.arange(len(y)) != 3))
    assert found.without_outliers == pytest.approx(clean.runs.rough, rel=1e-6)
    assert node_numbers(lay).outliers == 0
    half = np.where(np.arange(len(y)) % 2 == 0, lay.y, lay.y + 500.0)
    assert node_numbers(lay.with_values(half)).outliers == 0  # a second mode is none


def test_the_step_of_a_coarse_clock() -> None:
    lay = measured(boots=1, repeats=20)
    assert node_numbers(lay).step == 0.0
    assert node_numbers(lay.with_values(np.round(lay.y))).step == pytest.approx(1.0)
