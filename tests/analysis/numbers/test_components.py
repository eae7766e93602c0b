"""Crossed and nested random terms: published answers, agreement with lme4, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.analysis.numbers import reml
from sidus_lab.analysis.numbers.cells import cells
from sidus_lab.analysis.numbers.components import Components, components
from sidus_lab.analysis.numbers.strata import fixed_design
from sidus_lab.analysis.numbers.variance import one_way
from sidus_lab.errors import DataError


def published(name: str) -> pd.DataFrame:
    return datasets.load(f"published/{name}", quiet=True)


def values(found: Components) -> dict[str, float]:
    return {part.name: part.value for part in found.parts}


GAUGE = {"part": 1.08645, "operator": 0.05146, "residual": 0.03997}


@pytest.mark.parametrize("terms", [["part", "operator"], ["part", "operator", "part:operator"]])
def test_gauge_study(terms: list[str]) -> None:
    """AIAG, Measurement Systems Analysis, 3rd ed.: with the interaction pooled, or found to be zero."""
    found = components(published("gauge"), "measurement", random=terms)
    assert found.balanced
    for name, value in GAUGE.items():
        assert found[name].value == pytest.approx(value, abs=6e-6)
    assert [round(100 * found.shares[name].value, 2) for name in ("residual", "operator", "part")] == [
        3.39,
        4.37,
        92.24,
    ]
    if "part:operator" in terms:
        assert found["part:operator"].value == 0
        assert found["part:operator"].raw < 0
        assert "negative" in found.notes[0]
        assert found.p_values["part:operator"] == 1


def test_dyestuff_agrees_with_one_way() -> None:
    frame = published("dyestuff")
    found = components(frame, "yield", random=["batch"])
    one = one_way(frame["yield"], frame["batch"])
    assert values(found) == pytest.approx({"batch": 1764.05, "residual": 2451.25}, abs=0.005)
    assert found["batch"].interval is not None
    assert one.node.interval is not None
    assert found["batch"].interval.low == pytest.approx(one.node.interval.low, rel=1e-9)
    assert found["batch"].interval.high == pytest.approx(one.node.interval.high, rel=1e-9)


def test_penicillin() -> None:
    """Davies (1972); REML as in Bates et al. 2015: 0.7169, 3.7309, 0.3024."""
    found = components(published("penicillin"), "diameter", random=["plate", "sample"])
    assert found.balanced
    assert values(found) == pytest.approx({"plate": 0.7169, "sample": 3.7309, "residual": 0.3024}, abs=5e-5)


def test_pastes_nested() -> None:
    """Davies (1972); casks nested in batches, REML by lme4: 1.657, 8.434, 0.678."""
    found = components(published("pastes"), "strength", random=["batch", "batch:cask"])
    assert found.balanced
    assert values(found) == pytest.approx({"batch": 1.657, "batch:cask": 8.434, "residual": 0.678}, abs=5e-4)


def test_machines_fixed_factor_with_workers_that_differ_on_each() -> None:
    """Pinheiro and Bates (2000), section 1.3: standard deviations 4.7811, 3.7295 and 0.96158."""
    frame = published("machines")
    found = components(frame, "score", random=["worker", "worker:machine"], fixed=["machine"])
    assert values(found) == pytest.approx({**frame.attrs["answers"]}, rel=1e-4)


def test_nested_labels_that_are_unique_need_no_colon() -> None:
    frame = published("pastes")
    frame["sample"] = frame["batch"] + frame["cask"]
    found = components(frame, "strength", random=["batch", "sample"])
    assert found.balanced
    assert found["sample"].value == pytest.approx(8.434, abs=5e-4)


# Estimates of lme4 1.1-31 (R 4.2.2) on the same rows, to the precision of its own convergence.
UNBALANCED = [
    ("penicillin", "diameter", [3, 17, 50, 99], ["plate", "sample"], [0.7299671, 3.7277700, 0.3049542]),
    (
        "gauge",
        "measurement",
        [3, 17, 50, 60, 61, 62],
        ["part", "operator", "part:operator"],
        [1.0796415, 0.05134215, 0.0, 0.04135996],
    ),
    ("pastes", "strength", [3, 17, 50, 51], ["batch", "batch:cask"], [3.1289684, 7.1602993, 0.6108627]),
]


@pytest.mark.parametrize(("name", "response", "dropped", "terms", "expected"), UNBALANCED)
def test_unbalanced_agrees_with_lme4(
    name: str, response: str, dropped: list[int], terms: list[str], expected: list[float]
) -> None:
    found = components(published(name).drop(index=dropped), response, random=terms)
    assert found.method == "REML"
    assert list(values(found).values()) == pytest.approx(expected, rel=2e-6, abs=1e-9)


def test_fixed_factor_beside_random_ones() -> None:
    """lme4: lmer(measurement ~ operator + (1|part) + (1|part:operator)) on the gauge study without six rows."""
    frame = published("gauge").drop(index=[3, 17, 50, 60, 61, 62])
    found = components(frame, "measurement", random=["part", "part:operator"], fixed=["operator"])
    assert found["part"].value == pytest.approx(1.0795623, rel=1e-6)
    assert found["residual"].value == pytest.approx(0.0413596, rel=1e-5)
    table = found.fixed.set_index("level")
    assert list(table["estimate"]) == pytest.approx([0.19527434, -0.12123994, -0.44491044], abs=1e-6)
    assert list(table["se"]) == pytest.approx([0.33082296, 0.05406552, 0.05516895], rel=1e-5)
    assert (table["low"] < table["estimate"]).all()


def crossed(seed: int, nodes: int = 12, images: int = 4, repeats: int = 3, interaction: float = 0.5) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n, i, _ = (axis.ravel() for axis in np.meshgrid(range(nodes), range(images), range(repeats), indexing="ij"))
    y = random.normal(size=nodes)[n] + 0.7 * random.normal(size=images)[i]
    y = y + interaction * random.normal(size=nodes * images)[n * images + i] + random.normal(size=n.size)
    return pd.DataFrame({"node": n, "image": i, "y": y})


def test_zero_test_uses_the_mixture() -> None:
    """Under no node effect about 5 % of the p-values lie below 0.05, and half of them are 1."""
    tests = []
    for seed in range(300):
        random = np.random.default_rng(seed)
        frame = pd.DataFrame({"node": np.repeat(range(20), 4), "y": random.normal(size=80)})
        tests.append(components(frame, "y", random=["node"]).p_values["node"])
    p = np.array(tests)
    assert 0.02 < np.mean(p < 0.05) < 0.08
    assert 0.4 < np.mean(p == 1) < 0.68


@pytest.mark.parametrize("repeat_sd", [1e-2, 1e-4])
def test_nodes_that_differ_ten_thousand_times_more_than_repeats(repeat_sd: float) -> None:
    """A ratio of variances of 1e8 costs no digits of the repeats' variance."""
    random = np.random.default_rng(0)
    frame = crossed(1, interaction=0.0).drop(columns="y")
    frame["y"] = 10 + random.normal(size=12)[frame["node"]] + random.normal(size=4)[frame["image"]]
    frame["y"] += repeat_sd * random.normal(size=len(frame))
    frame = frame.sample(frac=0.8, random_state=1)
    found = components(frame, "y", random=["node", "image"])
    design = np.column_stack([pd.get_dummies(frame[name]).to_numpy(dtype=float) for name in ("node", "image")])
    left = frame["y"] - design @ np.linalg.lstsq(design, frame["y"], rcond=None)[0]
    assert found["residual"].value == pytest.approx(float(left @ left) / (len(frame) - 15), rel=1e-5)


def test_random_designs_reach_the_maximum_or_refuse() -> None:
    """Twenty designs of any shape: no other start finds a better likelihood."""
    random = np.random.default_rng(3)
    for number in range(20):
        nodes, images, repeats = int(random.integers(2, 10)), int(random.integers(2, 7)), int(random.integers(2, 5))
        frame = crossed(number, nodes, images, repeats, interaction=float(random.choice([0.0, 0.5, 2.0])))
        frame = frame[random.random(len(frame)) < 0.8]
        terms = [["node"], ["node", "image"], ["node", "image", "node:image"]][number % 3]
        try:
            found = components(frame, "y", random=terms)
        except DataError:
            continue
        table = cells(frame, "y", terms)
        profile = reml.Profile(table, fixed_design(table)[0])
        best = profile(np.array([part.value for part in found.parts[:-1]]) / found["residual"].value)[0]
        others = np.exp(random.normal(-1, 2, size=(200, len(terms))))
        assert min(profile(ratios)[0] for ratios in others) >= best - 1e-6


def test_very_uneven_cells_keep_estimate_and_interval_together() -> None:
    """Cells of 1 to 8 rows, some empty: REML and the mean squares weigh them alike (lme4 gives the same estimates)."""
    random = np.random.default_rng(11)
    for number in range(12):
        frame = crossed(number, 9, 5, 8, interaction=0.0)
        wanted = random.choice([1, 2, 8], size=(9, 5))
        frame["place"] = frame.groupby(["node", "image"]).cumcount()
        frame = frame[frame["place"] < wanted[frame["node"], frame["image"]]]
        found = components(frame, "y", random=["node", "image"])
        for part in found.parts:
            assert part.interval is not None
            assert part.value in part.interval
            share = found.shares[part.name]
            assert share.interval is not None
            assert share.value in share.interval


def test_a_component_that_shrinks_to_nothing_is_zero() -> None:
    frame = crossed(4, 6, 5, 3, interaction=0.0)
    frame["y"] -= frame.groupby("node")["y"].transform("mean")
    frame = frame.drop(index=[1, 2, 30])
    found = components(frame, "y", random=["node", "image"])
    assert found["node"].value == 0
    assert found.p_values["node"] == 1


def test_missing_cells_are_fine() -> None:
    frame = crossed(3)
    frame = frame[~((frame["node"] == 2) & (frame["image"] == 1))]
    found = components(frame, "y", random=["node", "image", "node:image"])
    assert found.method == "REML"
    for part in found.parts:
        assert part.interval is not None
        assert part.interval.low <= part.interval.high


def test_cost_grows_with_levels_not_rows() -> None:
    """A million rows reduce to the same cells as a thousand."""
    small, large = crossed(1, repeats=3), crossed(1, repeats=300)
    terms = ["node", "image", "node:image"]
    assert len(cells(small, "y", terms).counts) == len(cells(large, "y", terms).counts) == 48


def test_many_combinations_are_renumbered() -> None:
    """Factors whose full crossing would be huge still become few cells."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"node": np.arange(4000) % 2000, "day": random.permutation(4000) // 2, "y": random.normal(size=4000)}
    )
    frame = pd.concat([frame, frame.assign(y=random.normal(size=4000))])
    table = cells(frame, "y", ["node", "day"])
    assert table.rows == 8000
    assert len(table.counts) == len(frame.groupby(["node", "day"]))


def test_same_answer_every_time() -> None:
    frame = crossed(5).drop(index=[1, 2, 3])
    first, second = (components(frame, "y", random=["node", "image"]) for _ in range(2))
    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame(), check_exact=True)


@pytest.mark.parametrize(
    ("change", "terms", "message"),
    [
        (lambda f: f.drop(columns="y"), ["node"], "no column 'y'"),
        (lambda f: f, ["rack"], "no column 'rack'"),
        (lambda f: f.head(0), ["node"], "no rows"),
        (lambda f: f.assign(y="fast"), ["node"], "text where numbers belong"),
        (lambda f: f.assign(y=f["y"].where(f.index > 3)), ["node"], "4 of 144 values"),
        (lambda f: f.assign(y=np.where(f.index > 3, f["y"], np.inf)), ["node"], "4 of 144 values"),
        (lambda f: f.assign(node=1), ["node", "image"], "one level only"),
        (lambda f: f.assign(rack=f["node"]), ["node", "rack"], "confounded"),
        (lambda f: f.drop_duplicates(["node", "image"]), ["node", "image", "node:image"], "measured once"),
        (lambda f: f.assign(node=f["node"].astype(float).where(f["node"] > 0)), ["node"], "rows have no 'node'"),
        (lambda f: f.assign(y=f["node"].astype(float)), ["node"], "identical"),
        (lambda f: f, [], "No random factor"),
        (
            lambda f: f[(f["node"] < 2) & (f["image"] < 2)].drop_duplicates(["node", "image"]).head(3),
            ["node", "image"],
            "exactly",
        ),
    ],
)
def test_bad_input(change: object, terms: list[str], message: str) -> None:
    assert callable(change)
    with pytest.raises(DataError, match=message):
        components(change(crossed(1)), "y", random=terms)


def test_constant_response_has_no_shares() -> None:
    found = components(crossed(1).assign(y=4.0), "y", random=["node", "image"])
    assert all(part.value == 0 for part in found.parts)
    assert "equal" in found.notes[0]


def test_plain_data() -> None:
    found = components(crossed(1), "y", random=["node", "image"])
    assert found.to_dict()["components"][0]["name"] == "node"
    assert {"source", "variance", "low", "high", "share"} <= set(found.to_frame().columns)
    with pytest.raises(KeyError):
        found["rack"]
