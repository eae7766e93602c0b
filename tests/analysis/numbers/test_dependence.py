"""Neighbours in time: the estimate without bias, and how many independent repeats a series is worth."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab.analysis.numbers.dependence import dependence, spread, worth


def chains(rho: float, nodes: int, repeats: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    random = np.random.default_rng(seed)
    noise = random.normal(size=(nodes, repeats))
    for k in range(1, repeats):
        noise[:, k] = rho * noise[:, k - 1] + np.sqrt(1 - rho**2) * noise[:, k]
    place = np.tile(np.arange(repeats, dtype=float), nodes)
    return noise.ravel(), np.repeat(np.arange(nodes), repeats), place


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.8])
@pytest.mark.parametrize(("nodes", "repeats"), [(8, 10), (30, 4), (2, 60)])
def test_the_estimate_has_no_bias_to_speak_of_and_its_interval_holds_the_truth(
    rho: float, nodes: int, repeats: int
) -> None:
    found = [dependence(*chains(rho, nodes, repeats, seed)) for seed in range(200)]
    assert all(found)
    assert np.median([f.rho for f in found if f]) == pytest.approx(rho, abs=0.08)
    inside = np.mean([rho in f.interval for f in found if f])
    assert inside > 0.88


def test_independent_values_are_hardly_ever_called_alike_and_dependent_ones_nearly_always() -> None:
    shown = [
        [bool((f := dependence(*chains(rho, 8, 10, seed))) and f.shown) for seed in range(200)] for rho in (0.0, 0.6)
    ]
    assert np.mean(shown[0]) < 0.06
    assert np.mean(shown[1]) > 0.95


def test_the_order_is_that_of_the_place_and_not_of_the_rows() -> None:
    y, series, place = chains(0.7, 6, 12, 1)
    mixed = np.random.default_rng(0).permutation(len(y))
    one, other = dependence(y, series, place), dependence(y[mixed], series[mixed], place[mixed])
    assert one
    assert other
    assert one.rho == pytest.approx(other.rho)


def test_what_cannot_be_told() -> None:
    two = np.repeat(np.arange(5), 2)
    assert dependence(np.arange(10.0), two, np.arange(10.0)) is None
    assert dependence(np.ones(9), np.repeat(np.arange(3), 3), np.arange(9.0)) is None


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_worth_and_spread_are_those_of_the_process(rho: float) -> None:
    """Against matrices: the variance of a mean, and the expected squares within a series."""
    size = 12
    at = np.arange(size)
    matrix = rho ** np.abs(at[:, None] - at) if rho else np.eye(size)
    sizes = np.full(4, float(size))
    assert worth(sizes, rho)[0] == pytest.approx(size / (matrix.sum() / size))
    divisor, df = spread(sizes, rho)
    centred = (np.eye(size) - 1 / size) @ matrix
    assert divisor == pytest.approx(4 * np.trace(centred))
    assert df == pytest.approx(4 * np.trace(centred) ** 2 / np.trace(centred @ centred), rel=1e-6)


def test_caution_counts_what_few_neighbours_could_not_show() -> None:
    """Independent values: with many neighbours caution changes nothing; few are hardly ever taken for independent."""
    for nodes, repeats, least in ((8, 20, 0.0), (3, 4, 0.6)):
        counted = []
        for seed in range(40):
            y, series, place = chains(0.0, nodes, repeats, seed)
            plain, careful = (dependence(y, series, place, cautious=cautious) for cautious in (False, True))
            assert plain is not None
            assert careful is not None
            assert careful.counted >= plain.counted
            assert (careful.rho, careful.distance) == (plain.rho, plain.distance)
            counted.append(careful.counted - plain.counted)
        assert np.mean(np.array(counted) > 0) >= least
        assert least or not np.any(counted)
