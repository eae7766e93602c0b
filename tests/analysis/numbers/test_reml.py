"""REML: its likelihood and gradient against plain matrices, closed forms and another program."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers import reml
from sidus_lab.analysis.numbers.cells import cells
from sidus_lab.analysis.numbers.components import components
from sidus_lab.analysis.numbers.strata import fixed_design, split
from tests.analysis.numbers.test_components import crossed, values


@pytest.mark.parametrize("seed", range(4))
def test_closed_form_and_reml_agree_on_balanced_data(seed: int) -> None:
    table = cells(crossed(seed), "y", ["node", "image", "node:image"])
    design, _ = fixed_design(table)
    raw = split(table, design, adaptive=False).strata().raw
    fitted = reml.fit(table, design)
    if (raw > 0).all():
        assert np.append(fitted.variances, fitted.residual) == pytest.approx(raw, rel=1e-7)
    found = components(crossed(seed), "y", random=["node", "image", "node:image"])
    assert np.append(fitted.variances, fitted.residual) == pytest.approx(
        list(values(found).values()), rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize("ratios", [[0.5, 0.2, 0.1], [2.0, 0.0, 0.3], [0.0, 1.0, 0.0], [1e-3, 5.0, 0.0]])
def test_gradient_is_exact(ratios: list[float]) -> None:
    frame = crossed(1).sample(frac=0.8, random_state=1)
    table = cells(frame, "y", ["node", "image", "node:image"])
    profile = reml.Profile(table, fixed_design(table)[0])
    at = np.array(ratios)
    gradient = profile(at)[1]
    for index in range(3):
        step = 1e-6
        up, down = at.copy(), at.copy()
        up[index] += step
        if at[index] > 0:
            down[index] -= step
        slope = (profile(up)[0] - profile(down)[0]) / (up[index] - down[index])
        assert slope == pytest.approx(gradient[index], rel=2e-3, abs=2e-3)


def test_likelihood_against_plain_matrices() -> None:
    """-2 log restricted likelihood written out with the full covariance matrix."""
    frame = crossed(2, nodes=5, images=3, repeats=2).drop(index=[0, 7, 8])
    table = cells(frame, "y", ["node", "image"])
    at = np.array([0.7, 0.3])
    value, _, (variance, _, _) = reml.Profile(table, fixed_design(table)[0])(at)
    y = frame["y"].to_numpy()
    x = np.ones((len(y), 1))
    v = np.eye(len(y))
    for ratio, name in zip(at, ["node", "image"], strict=True):
        z = pd.get_dummies(frame[name]).to_numpy(dtype=float)
        v += ratio * z @ z.T
    inverse = np.linalg.inv(v)
    p = inverse - inverse @ x @ np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse
    free = len(y) - 1
    assert variance == pytest.approx(y @ p @ y / free)
    logdet = np.linalg.slogdet(v)[1] + np.linalg.slogdet(x.T @ inverse @ x)[1]
    assert value == pytest.approx(free * (np.log(2 * np.pi * variance) + 1) + logdet)


def test_likelihood_against_statsmodels() -> None:
    """-2 log restricted likelihood of MixedLM (statsmodels 0.15) at its own estimates, wherever it stopped."""
    mixedlm = pytest.importorskip("statsmodels.formula.api").mixedlm
    frame = crossed(4).sample(frac=0.8, random_state=2)
    data = frame.assign(pair=frame["node"] * 10 + frame["image"], all=1)
    parts = {"a": "0 + C(node)", "b": "0 + C(image)", "c": "0 + C(pair)"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = mixedlm("y ~ 1", data, groups="all", vc_formula=parts).fit(reml=True)
    table = cells(frame, "y", ["node", "image", "node:image"])
    value = reml.Profile(table, fixed_design(table)[0])(other.vcomp / other.scale)[0]
    assert value == pytest.approx(-2 * other.llf, rel=1e-8)
