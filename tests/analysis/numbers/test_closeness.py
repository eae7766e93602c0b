"""Distances in units in the last place, with every odd value of the floating-point world."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.analysis.numbers.closeness import compare_results
from sidus_lab.errors import DataError


def test_equal_bits() -> None:
    found = compare_results(np.arange(6.0), np.arange(6.0))
    assert found.equal_bits
    assert found.digits == math.inf
    assert "bit for bit" in str(found)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_neighbours_are_one_apart(dtype: type[np.floating]) -> None:
    for value in (1.0, -1.0, 0.0, 1e-3, 100.0):
        there = np.array([value], dtype)
        found = compare_results(there, np.nextafter(there, dtype(np.inf)))
        assert found.max_ulp == 1
        assert found.differing == 1


@given(st.floats(-1e300, 1e300), st.integers(1, 50))
def test_steps_are_counted(value: float, steps: int) -> None:
    there = value
    for _ in range(steps):
        there = float(np.nextafter(there, math.inf))
    if math.isfinite(there):
        assert compare_results([value], [there]).max_ulp == steps


def test_signed_zero_differs_in_bits_but_not_in_value() -> None:
    found = compare_results([0.0], [-0.0])
    assert not found.equal_bits
    assert found.max_ulp == 0
    assert found.digits == math.inf


def test_across_zero_and_the_whole_range() -> None:
    tiny = 5e-324
    assert compare_results([-tiny], [tiny]).max_ulp == 2
    largest = np.finfo(float).max
    assert compare_results([-largest], [largest]).max_ulp == pytest.approx(2 * 0x7FEFFFFFFFFFFFFF)


def test_nan_and_infinity() -> None:
    assert compare_results([np.nan], [1.0]).max_ulp == math.inf
    assert compare_results([np.inf], [1.0]).max_ulp == math.inf
    assert compare_results([np.inf, np.nan], [np.inf, np.nan]).equal_bits
    assert math.isnan(compare_results([np.nan, 1.0], [np.nan, 2.0]).relative)


def test_which_elements_and_how_many_digits() -> None:
    a = np.ones((3, 4))
    b = a.copy()
    b[1, 2] = 1 + 1e-6
    found = compare_results(a, b)
    assert found.where == ((1, 2),)
    assert found.worst == (1, 2)
    assert found.digits == pytest.approx(6, abs=0.01)
    assert found.relative == pytest.approx(1e-6 / np.sqrt(12), rel=1e-3)
    assert "1 of 12 elements differ" in str(found)


def test_a_sum_in_another_order_loses_few_digits() -> None:
    values = np.random.default_rng(0).normal(size=(50, 200)).astype(np.float32)
    found = compare_results(values.sum(axis=1), values[:, ::-1].cumsum(axis=1)[:, -1])
    assert not found.equal_bits
    assert found.digits > 3


def test_complex_numbers() -> None:
    found = compare_results(np.array([1 + 1j]), np.array([1 + np.nextafter(1, 2) * 1j]))
    assert found.max_ulp == 1
    assert found.where == ((0, 1),)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1.0], [1.0, 2.0], "differ in kind"),
        (np.ones(2, np.float32), np.ones(2), "differ in kind"),
        ([1], [2], "no units in the last place"),
    ],
)
def test_bad_input(a: object, b: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        compare_results(a, b)  # type: ignore[arg-type]
