"""Mean squares and what they expect: those of the analysis of variance where the table is balanced."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers.cells import Cells, cells
from sidus_lab.analysis.numbers.strata import Strata, finer, fixed_design, inseparable, inverse_of, spectrum, split
from sidus_lab.errors import DataError
from tests.analysis.numbers.test_components import crossed


def strata(table: Cells) -> Strata:
    return split(table, fixed_design(table)[0], adaptive=False).strata()


def test_one_term_gives_the_moment_estimates() -> None:
    frame = crossed(0, images=1, repeats=5)
    found = strata(cells(frame, "y", ["node"]))
    groups = frame.groupby("node")["y"]
    within = float(groups.var().mean())
    assert found.names == ("node", "residual")
    assert found.df.tolist() == [11, 48]
    assert found.raw == pytest.approx([float(groups.mean().var()) - within / 5, within])


def test_crossed_terms_give_the_mean_squares_of_the_textbook() -> None:
    """Node and image at random, no interaction in the model: E[MS node] = repeats * images * node + residual."""
    frame = crossed(1, nodes=5, images=3, repeats=2)
    found = strata(cells(frame, "y", ["node", "image"]))
    grand, squares = frame["y"].mean(), float(frame["y"].var() * 29)
    parts = {}
    for name, df in (("node", 4), ("image", 2)):
        means = frame.groupby(name)["y"].mean()
        parts[name] = float(((means - grand) ** 2).sum()) * 30 / len(means)
        squares -= parts[name]
        parts[name] /= df
    residual = squares / 23
    expected = [(parts["node"] - residual) / 6, (parts["image"] - residual) / 10, residual]
    assert found.raw == pytest.approx(expected)
    assert found.df.tolist() == [4, 2, 23]


def test_a_moment_estimate_may_be_negative() -> None:
    frame = pd.DataFrame({"node": [0, 0, 1, 1], "y": [-1.0, 1.0, -1.0, 1.0]})
    assert strata(cells(frame, "y", ["node"])).raw == pytest.approx([-1.0, 2.0])


def test_unbalanced_tables_estimate_without_bias() -> None:
    found = []
    for seed in range(60):
        frame = crossed(seed, interaction=0.0).sample(frac=0.7, random_state=seed)
        found.append(strata(cells(frame, "y", ["node", "image"])).raw)
    assert np.mean(found, axis=0)[[0, 2]] == pytest.approx([1.0, 1.0], abs=0.2)


def test_which_term_lies_within_which() -> None:
    node, boot = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    assert finer(boot, node)
    assert not finer(node, boot)
    assert finer(node, node)


def test_the_fixed_part_has_no_column_too_many() -> None:
    frame = crossed(0).assign(same=lambda f: f["image"].map({0: "a", 1: "b", 2: "c", 3: "c"}))
    design, names = fixed_design(cells(frame, "y", ["node"], ["same", "image"]))
    assert np.linalg.matrix_rank(design) == design.shape[1] == 4
    assert names[0] == ("mean", "")
    assert [name for name, _ in names[1:]] == ["same", "same", "image"]


def test_terms_that_nothing_tells_apart_are_refused() -> None:
    # Each node ran one image only: beside fixed nodes no comparison of images is left.
    table = crossed(0).query("image == node % 4")
    with pytest.raises(DataError, match=r"'image' cannot be told"):
        strata(cells(table, "y", ["image"], ["node"]))
    assert "no comparison is left" in str(inseparable("image"))


def test_the_pseudo_inverse_and_its_rank() -> None:
    columns = np.array([[1.0, 1, 0], [1, 1, 0], [1, 0, 1]])
    gram = columns.T @ columns
    inverse, rank = inverse_of(gram)
    assert rank == 2
    assert inverse == pytest.approx(np.linalg.pinv(gram))
    values, vectors = spectrum(gram)
    assert (vectors * values) @ vectors.T == pytest.approx(gram)
