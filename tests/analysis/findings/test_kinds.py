"""Kinds of hardware, with the node as the unit."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.claims import KindFinding
from sidus_lab.analysis.findings.kinds import KindNumbers, decide_kind, kind_numbers
from sidus_lab.analysis.findings.layout import Layout
from tests.analysis.findings.test_node_numbers import measured

BASE = KindFinding(about="hardware", claim=Claim.KIND_NOT_TOLD, kind="cpu")


def two(gap: float, seed: int = 0) -> tuple[Layout, pd.Series]:
    lay = measured(nodes=12, node_sd=1.0, seed=seed)
    return lay.with_values(lay.y + gap * (lay.node % 2)), pd.Series(lay.node % 2).map({0: "old", 1: "new"})


def numbers(lay: Layout, kinds: pd.Series) -> KindNumbers:
    found = kind_numbers(lay, kinds)
    assert found is not None
    return found


def test_kinds_that_differ_are_found() -> None:
    lay, kinds = two(20.0)
    found = numbers(lay, kinds)
    said = decide_kind(BASE, lay, found, found.p_value, "same", 0.0)
    assert (said.claim, said.held, said.cause) == (Claim.KIND_MATTERS, True, "hardware")
    assert (said.levels, said.number) == (2, 12)
    assert said.estimate is not None
    assert said.estimate > 0.8
    assert decide_kind(BASE, lay, found, found.p_value, "unknown", 0.0).cause == "unknown"
    assert decide_kind(BASE, lay, found, 0.5, "same", 0.0).claim is Claim.KIND_NOT_SHOWN


def test_runs_do_not_make_up_for_nodes() -> None:
    """Nodes differ and kinds do not: hardly ever a kind is said to matter, however many runs there are."""
    shown = sum(numbers(*two(0.0, seed)).p_value < 0.025 for seed in range(40))
    assert shown <= 4


def test_one_kind_after_the_other_names_no_hardware() -> None:
    lay, kinds = two(20.0)
    found = numbers(lay, kinds)
    late = replace(found, apart=0.95)
    said = decide_kind(BASE, lay, late, found.p_value, "same", 0.95)
    assert said.doubted(Doubt.APART_IN_TIME)
    assert (said.passed, said.cause) == (False, "unknown")


def test_an_order_that_is_not_known_is_assumed() -> None:
    lay, kinds = two(20.0)
    blind = replace(lay, clock=None)
    found = numbers(blind, kinds)
    assert math.isnan(found.apart)
    said = decide_kind(BASE, blind, found, found.p_value, "same", math.nan)
    assert said.doubted(Doubt.ORDER_UNKNOWN)
    assert said.cause == "unknown"


@pytest.mark.parametrize(
    "kinds_of",
    [
        lambda lay: np.full(len(lay.y), "one"),
        lambda lay: np.array(lay.names)[lay.node],  # a kind for each node
        lambda lay: np.where(np.arange(len(lay.y)) < 20, "old", "new"),  # a node that changes its kind
    ],
)
def test_what_cannot_be_told(kinds_of: object) -> None:
    assert callable(kinds_of)
    lay, _ = two(0.0)
    assert kind_numbers(lay, pd.Series(kinds_of(lay))) is None
