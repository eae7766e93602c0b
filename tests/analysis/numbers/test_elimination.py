"""Normal equations with one factor eliminated, against the same in dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from sidus_lab.analysis.numbers.elimination import Solver, inverse_of_rank


def indicator(codes: np.ndarray) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(codes)), (np.arange(len(codes)), codes)))


@pytest.fixture
def example() -> tuple[sparse.csr_array, sparse.csr_array, np.ndarray, np.ndarray]:
    """Thirty levels of one factor, five of another in two parts that never meet, and the mean: rank deficient twice."""
    random = np.random.default_rng(3)
    large = random.integers(0, 30, 200)
    small = np.where(large < 15, large % 2, 2 + large % 3)
    rest = sparse.csr_array(sparse.hstack([sparse.csr_array(np.ones((200, 1))), indicator(small)]))
    return indicator(large), rest, random.integers(1, 5, 200).astype(float), random.normal(size=200)


def test_it_projects_as_dense_matrices_do(example: tuple) -> None:
    large, rest, weights, y = example
    solver = Solver(large, rest, weights)
    x = np.hstack([large.toarray(), rest.toarray()]) * np.sqrt(weights)[:, None]
    hat = x @ np.linalg.pinv(x)
    root = np.sqrt(weights)
    assert solver.rank == np.linalg.matrix_rank(x)
    assert solver.explained(y) == pytest.approx(float((root * y) @ hat @ (root * y)), rel=1e-10)
    noise = np.linspace(0.5, 2, 200)
    assert solver.trace(noise * weights) == pytest.approx(float(np.diag(hat) @ noise), rel=1e-10)
    more = indicator(np.arange(200) % 7)
    z = more.toarray() * root[:, None]
    plain, score = solver.remove(more, y)
    assert np.allclose(plain, z.T @ (z - hat @ z), atol=1e-9)
    assert np.allclose(score, z.T @ (root * y - hat @ (root * y)), atol=1e-9)


def test_columns_that_others_explain_are_left_out() -> None:
    columns = np.random.default_rng(1).normal(size=(40, 4))
    matrix = np.column_stack([columns, columns.sum(axis=1)])
    inverse = inverse_of_rank(matrix.T @ matrix)
    assert inverse.rank == 4
    y = matrix.T @ np.arange(40.0)
    wanted = np.arange(40.0) @ columns @ np.linalg.pinv(columns) @ np.arange(40.0)
    assert inverse.quadratic(y) == pytest.approx(float(wanted))


def test_nothing_has_no_rank() -> None:
    assert inverse_of_rank(np.zeros((3, 3))).rank == 0
