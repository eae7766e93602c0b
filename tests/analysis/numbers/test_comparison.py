"""Comparisons with the node as the unit: what they find, what they refuse, and how often they cry wolf."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.comparison import compare, compare_many, equivalent
from sidus_lab.errors import DataError


def runs(seed: int, *, nodes: int = 6, repeats: int = 5, change: float = 0.0, paired: bool = True) -> pd.DataFrame:
    """Two conditions on `nodes` nodes (or on twice as many, when not paired); nodes differ by 5 %, repeats by 1 %."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(nodes if paired else 2 * nodes):
        own = random.normal(0, 0.05)
        conditions = ("old", "new") if paired else (("old", "new")[number % 2],)
        for condition in conditions:
            shift = own + (change if condition == "new" else 0.0)
            rows += [
                (f"node{number}", condition, float(np.exp(shift + random.normal(0, 0.01)))) for _ in range(repeats)
            ]
    return pd.DataFrame(rows, columns=["node", "image", "duration"])


def test_pairs_find_what_independent_samples_cannot() -> None:
    pairs = compare(runs(1, change=0.02), "duration", by="image", node="node", a="old", b="new")
    assert pairs.kind == "paired"
    assert pairs.p_value < 0.01
    assert pairs.difference.interval is not None
    assert pairs.difference.value == pytest.approx(0.02, abs=0.01)
    apart = compare(runs(1, change=0.02, paired=False), "duration", by="image", node="node", a="old", b="new")
    assert apart.kind == "independent"
    assert apart.p_value > 0.05


def test_agrees_with_scipy_on_node_means() -> None:
    frame = runs(2, change=0.1, paired=False)
    found = compare(frame, "duration", by="image", node="node", a="old", b="new")
    means = np.log(frame["duration"]).groupby([frame["image"], frame["node"]]).mean()
    expected = stats.ttest_ind(means["new"], means["old"], equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.spread_p == pytest.approx(stats.levene(means["new"], means["old"], center="median").pvalue)
    assert found.rank_p == pytest.approx(stats.mannwhitneyu(means["new"], means["old"]).pvalue)
    assert 0.5 < found.superiority <= 1


def test_pooled_repeats_are_refused_with_the_reason() -> None:
    with pytest.raises(DataError, match="not independent"):
        compare(runs(1), "duration", by="image", node=None)


def test_pooled_repeats_would_cry_wolf_and_node_means_do_not() -> None:
    """The reason for the refusal, measured: two sets of nodes that do not differ."""
    pooled, by_node = [], []
    for seed in range(300):
        frame = runs(seed, nodes=4, paired=False)
        groups = [frame.loc[frame["image"] == name, "duration"] for name in ("old", "new")]
        pooled.append(stats.ttest_ind(*groups).pvalue < 0.05)
        by_node.append(compare(frame, "duration", by="image", node="node").p_value < 0.05)
    assert np.mean(pooled) > 0.2
    assert np.mean(by_node) < 0.08


def test_equivalence_has_three_answers() -> None:
    same = compare(runs(3), "duration", by="image", node="node", a="old", b="new")
    assert equivalent(same, 0.02).answer == "equivalent"
    assert equivalent(same, 0.0005).answer == "not shown"
    changed = compare(runs(3, change=0.1), "duration", by="image", node="node", a="old", b="new")
    assert equivalent(changed, 0.02).answer == "different"
    with pytest.raises(DataError, match="margin"):
        equivalent(same, 0.0)


def test_equivalence_agrees_with_two_one_sided_t_tests() -> None:
    frame = runs(4)
    found = compare(frame, "duration", by="image", node="node", a="old", b="new")
    means = np.log(frame["duration"]).groupby([frame["node"], frame["image"]]).mean().unstack()
    difference = means["new"] - means["old"]
    lower = stats.ttest_1samp(difference, -np.log1p(0.01), alternative="greater").pvalue
    upper = stats.ttest_1samp(difference, np.log1p(0.01), alternative="less").pvalue
    assert equivalent(found, 0.01).p_value == pytest.approx(max(lower, upper))


def test_many_responses_are_corrected() -> None:
    frame = runs(5, change=0.05)
    random = np.random.default_rng(0)
    for number in range(4):
        frame[f"noise{number}"] = random.normal(5, 1, len(frame))
    table = compare_many(frame, ["duration", *(f"noise{n}" for n in range(4))], by="image", node="node")
    assert (table["p_adjusted"] >= table["p_value"]).all()
    assert table.loc[table["p_adjusted"] < 0.05, "response"].tolist() == ["duration"]


def test_values_that_are_not_positive_are_compared_as_they_are() -> None:
    frame = runs(1)
    frame["duration"] -= 1.0
    found = compare(frame, "duration", by="image", node="node")
    assert found.scale == "linear"


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        (lambda f: f.drop(columns="node"), {}, "no column 'node'"),
        (lambda f: f.assign(image="old"), {}, "1 levels"),
        (lambda f: f[f["node"] == "node0"], {}, "the node is the unit"),
        (lambda f: f[(f["node"] != "node0") | (f["image"] == "old")], {}, "under both conditions and others"),
        (lambda f: f, {"a": "old", "b": "none"}, "no level 'none'"),
        (lambda f: f.assign(duration="x"), {}, "text where numbers belong"),
    ],
)
def test_bad_input(change: object, more: dict[str, str], message: str) -> None:
    assert callable(change)
    with pytest.raises(DataError, match=message):
        compare(change(runs(1)), "duration", by="image", node="node", **more)
