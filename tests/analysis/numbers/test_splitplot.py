"""The tests of a swap design against the textbook: analysis of variance between boots, paired tests within."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sidus_lab.analysis.numbers import splitplot
from sidus_lab.analysis.numbers.splitplot import LEAST_DF, Line, between, least_squares, ratio, within


def boots(*, nodes: int = 3, images: int = 2, each: int = 3, codes: int = 2, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n, i, b, c = (
        axis.ravel() for axis in np.meshgrid(range(nodes), range(images), range(each), range(codes), indexing="ij")
    )
    unit = (n * images + i) * each + b
    y = random.normal(size=unit.max() + 1)[unit] + 0.3 * random.normal(size=n.size)
    return pd.DataFrame({"unit": unit, "node": n, "image": i, "code": c, "y": y})


def by_name(lines: list[Line]) -> dict[str, Line]:
    return {line.name: line for line in lines}


def test_one_factor_between_boots_is_a_one_way_analysis_of_variance() -> None:
    table = boots(images=1, each=4)
    (line,) = between(table, ["node", "image"], 0.95)  # an image with one level is not asked about
    means = table.groupby(["node", "unit"])["y"].mean()
    expected = stats.f_oneway(*(means[node] for node in range(3)))
    assert (line.name, line.cause, line.df, line.error_df) == ("node", "hardware", 2, 9)
    assert line.f == pytest.approx(expected.statistic)
    assert line.p_value == pytest.approx(expected.pvalue)
    of_node = means.groupby("node").mean()
    assert line.size == pytest.approx(of_node.max() - of_node.min())
    assert line.half == pytest.approx(stats.t.ppf(0.975, 9) * math.sqrt(line.error * 2 / 4))
    assert line.least > line.half / 2


def test_two_factors_share_out_the_squares_of_a_balanced_design() -> None:
    table = boots()
    found = by_name(between(table, ["node", "image"], 0.95))
    means = table.groupby(["node", "image", "unit"])["y"].mean()
    grand, total = means.mean(), float(((means - means.mean()) ** 2).sum())
    for role in ("node", "image"):
        of_role = means.groupby(role).mean()
        assert found[role].sum_of_squares == pytest.approx(float(((of_role - grand) ** 2).sum()) * 18 / len(of_role))
    error = found["node:image"].error * found["node:image"].error_df
    assert sum(line.sum_of_squares for line in found.values()) + error == pytest.approx(total)
    assert (found["node:image"].df, found["node:image"].error_df) == (2, 12)


def test_a_factor_is_held_against_an_interaction_that_is_there() -> None:
    table = boots()
    table["y"] += 50.0 * ((table["node"] == 1) & (table["image"] == 1))
    found = by_name(between(table, ["node", "image"], 0.95))
    assert found["node:image"].p_value < 0.001
    assert found["image"].error_df == found["node:image"].df
    assert "at least are needed" in found["image"].why_not
    assert math.isnan(found["image"].p_value)


def test_a_factor_that_never_changes_alone_cannot_be_tested() -> None:
    table = boots(images=1, nodes=4).assign(image=lambda f: f["node"] % 2)
    found = by_name(between(table, ["node", "image"], 0.95))
    assert found["image"].df == 0
    assert found["image"].why_not == "the image never changes while the others stay the same"
    assert math.isnan(found["image"].f)


def test_the_code_within_boots_is_a_paired_test() -> None:
    table = boots(nodes=1, images=1, each=8)
    (line,) = within(table, 0.95)
    pairs = table.pivot_table(index="unit", columns="code", values="y")
    expected = stats.ttest_rel(pairs[1], pairs[0])
    assert (line.name, line.df, line.error_df) == ("code", 1, 7)
    assert line.f == pytest.approx(expected.statistic**2)
    assert line.p_value == pytest.approx(expected.pvalue)
    assert line.size == pytest.approx(abs((pairs[1] - pairs[0]).mean()))


def test_what_a_boot_adds_to_both_codes_does_not_count() -> None:
    table = boots()
    shifted = table.assign(y=table["y"] + 100.0 * table["unit"])
    for one, other in zip(within(table, 0.95), within(shifted, 0.95), strict=True):
        assert other.f == pytest.approx(one.f, rel=1e-6)


def test_a_code_that_acts_on_one_node_only_is_an_interaction() -> None:
    table = boots()
    table["y"] += 5.0 * ((table["node"] == 1) & (table["code"] == 1))
    found = by_name(within(table, 0.95))
    assert found["node:code"].p_value < 1e-6
    assert found["image:code"].p_value > 0.01


def test_too_few_boots_say_so() -> None:
    (line,) = within(boots(nodes=1, images=1, each=LEAST_DF), 0.95)
    assert line.error_df == LEAST_DF - 1
    assert "codes within boots" in line.why_not
    assert math.isnan(line.p_value)


def test_least_squares_with_columns_that_say_the_same() -> None:
    random = np.random.default_rng(0)
    design = splitplot._dummies(np.repeat([0, 1, 2], 5))
    design, y = np.column_stack([np.ones(15), design]), random.normal(size=15)
    found, rank = least_squares(design, y)
    expected, _, expected_rank, _ = np.linalg.lstsq(design, y)
    assert rank == expected_rank == 3
    assert design @ found == pytest.approx(design @ expected)


def test_ratios_that_cannot_be_formed() -> None:
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(3.0, 0.0) == math.inf
    assert ratio(0.0, 0.0) == 0.0
    assert math.isnan(ratio(math.nan, 1.0))
    assert math.isnan(ratio(1.0, math.nan))
