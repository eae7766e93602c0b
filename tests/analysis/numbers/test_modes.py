"""Two levels that groups change between are seen; skew, heavy tails, coarse clocks and groups that differ are none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from sidus_lab.analysis.numbers.modes import excess_mass, two_modes

Random = np.random.Generator
Floats = NDArray[np.float64]

GROUPS = np.repeat(np.arange(8), 10)


def seen(make: Callable[[Random], Floats], tables: int = 60) -> int:
    return sum(two_modes(make(np.random.default_rng(seed)), GROUPS) is not None for seed in range(tables))


def switching(random: Random) -> Floats:
    """Each group changes between two levels 5 standard deviations apart, once in eight runs."""
    changes = random.random(80) < 1 / 8
    state = (np.cumsum(changes) + GROUPS) % 2
    return np.asarray(100 - 5.0 * state + random.normal(size=80))


def test_states_that_switch_are_seen() -> None:
    assert seen(switching) >= 50


@pytest.mark.parametrize(
    "honest",
    [
        lambda random: random.standard_t(3, 80),
        lambda random: np.exp(random.normal(0, 0.8, 80)),
        lambda random: np.round(random.normal(100, 2, 80)),
        lambda random: random.integers(0, 2, 8)[GROUPS] * 5.0 + random.normal(size=80),
        lambda random: random.normal(0, 3, 8)[GROUPS] + random.normal(size=80),
        lambda random: random.normal(0, 20, 8)[GROUPS] + random.standard_t(3, 80),
    ],
    ids=["heavy tails", "lognormal", "a coarse clock", "two kinds of group", "groups differ", "groups far apart"],
)
def test_what_is_honest_is_not(honest: Callable[[Random], Floats]) -> None:
    assert seen(honest, 100) <= 1


def test_excess_mass_of_two_even_halves() -> None:
    """Two equal tight clusters far apart: the second interval holds half of the mass more."""
    values = np.r_[np.linspace(0, 1, 50), np.linspace(1000, 1001, 50)]
    assert excess_mass(values) == pytest.approx(0.5, abs=0.03)


def test_constant_values_have_no_modes() -> None:
    assert excess_mass(np.ones(20)) == 0.0
    assert two_modes(np.ones(80), GROUPS) is None
