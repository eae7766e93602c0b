"""Change points found where they are and not where they are not; warm-up classes."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab.analysis.numbers.changes import change_points, warm_up, warm_ups
from sidus_lab.errors import DataError


def noise(seed: int, size: int = 150, sd: float = 0.1, rho: float = 0.0, heavy: bool = False) -> np.ndarray:
    rng = np.random.default_rng(seed)
    steps = sd * (rng.standard_t(3, size) if heavy else rng.standard_normal(size))
    values = np.zeros(size)
    for i in range(size):
        values[i] = rho * (values[i - 1] if i else 0.0) + steps[i]
    return values


@pytest.mark.parametrize(("heavy", "most"), [(False, 0.05), (True, 0.08)])
def test_a_series_without_changes_seldom_shows_one(heavy: bool, most: float) -> None:
    alarms = sum(bool(change_points(np.exp(noise(s, heavy=heavy)), seed=s)) for s in range(200))
    assert alarms / 200 <= most


def test_neighbours_that_resemble_each_other_are_not_taken_for_steps() -> None:
    alarms = sum(bool(change_points(np.exp(noise(s, rho=0.5)), seed=s)) for s in range(200))
    assert alarms / 200 <= 0.08


def test_a_step_of_one_standard_deviation_is_found_near_its_place() -> None:
    found = [change_points(np.exp(noise(s) + 0.1 * (np.arange(150) >= 75)), seed=s) for s in range(60)]
    hits = [c for c in found if len(c) == 1 and abs(c[0].index - 75) <= 12]
    assert len(hits) >= 0.6 * 60
    assert np.mean([c[0].ratio for c in hits]) == pytest.approx(np.exp(0.1), rel=0.03)


def test_a_short_collapse_in_a_long_series_gives_both_its_ends() -> None:
    values = np.exp(noise(1, 300))
    values[150:164] /= 100
    down, up = change_points(values)
    assert (down.index, up.index) == (150, 164)
    assert down.ratio == pytest.approx(0.01, rel=0.2)
    assert down.sizes == (150, 14)


def test_two_single_outliers_are_no_change_of_level() -> None:
    values = np.exp(noise(2, 200))
    values[[60, 140]] *= 50
    assert change_points(values) == ()


def test_same_data_and_seed_same_answer() -> None:
    values = np.exp(noise(3) + 0.2 * (np.arange(150) >= 60))
    assert change_points(values, seed=1) == change_points(values, seed=1) != ()


def test_a_hundred_thousand_values_are_reduced_and_the_place_is_still_right() -> None:
    values = 5 + noise(4, 100_000)
    values[40_000:] += 0.2
    (change,) = change_points(values)
    assert abs(change.index - 40_000) <= 100


def test_linear_scale_for_values_below_zero() -> None:
    (change,) = change_points(noise(5) - 3 * (np.arange(150) >= 50))
    assert abs(change.index - 50) <= 1
    assert np.isnan(change.ratio)
    with pytest.raises(DataError, match="above 0"):
        change_points([-1.0] * 20, log=True)


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 9, [2.0] * 500])
def test_too_short_or_constant_series_have_no_changes(values: list[float]) -> None:
    assert change_points(values) == ()


@pytest.mark.parametrize("values", [[1.0, np.nan] * 20, [1.0, np.inf] * 20, ["a"] * 30])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(DataError):
        change_points(values)


def stairs(*levels: tuple[int, float]) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([level * rng.normal(1, 0.003, size) for size, level in levels])


@pytest.mark.parametrize(
    ("levels", "kind", "steady"),
    [
        (((200, 1.0),), "flat", 0),
        (((40, 1.5), (160, 1.0)), "warm-up", 40),
        (((60, 1.0), (140, 1.3)), "slowdown", 60),
        (((180, 1.0), (20, 1.3)), "no steady state", None),
        (((30, 1.002), (170, 1.0)), "flat", 0),
    ],
)
def test_warm_up_classes(levels: tuple[tuple[int, float], ...], kind: str, steady: int | None) -> None:
    found = warm_up(stairs(*levels))
    assert found.kind == kind
    if steady is None:
        assert found.steady_from is None
    else:
        assert found.steady_from == pytest.approx(steady, abs=3)


def test_several_series_by_name() -> None:
    found = warm_ups({"node1": list(stairs((100, 1.0))), "node2": list(stairs((30, 2.0), (170, 1.0)))})
    assert {name: w.kind for name, w in found.items()} == {"node1": "flat", "node2": "warm-up"}
