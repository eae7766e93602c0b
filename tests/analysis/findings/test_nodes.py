"""What is claimed of nodes: the unit decides for whom it holds, the floor and the doubts decide on the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.claims import NodeFinding
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.findings.node_numbers import NodeNumbers, node_numbers
from sidus_lab.analysis.findings.nodes import decide_nodes, doubts_about
from sidus_lab.analysis.numbers.noise import Floor
from tests.analysis.findings.test_node_numbers import measured

BASE = NodeFinding(about="nodes", claim=Claim.NODES_NOT_TOLD, software="same")
NO_FLOOR = Floor(math.nan, 0, 0, {})


def decide(lay: Layout, floor: Floor = NO_FLOOR, base: NodeFinding = BASE, **more: Any) -> NodeFinding:
    found = node_numbers(lay)
    return decide_nodes(base, lay, found, found.p_value, floor, **more)


def floor(relative: float) -> Floor:
    """A floor whose spread gives about `relative` among the nodes."""
    return Floor(relative, 10, 40, {}, spread=relative / 4)


def test_over_boots_with_equal_software_the_machine_is_the_cause() -> None:
    said = decide(measured(node_sd=10.0))
    assert (said.claim, said.held, said.cause, said.counted) == (Claim.NODES_DIFFER, True, "hardware", "boot")
    high, low = said.means[0][1], said.means[-1][1]
    assert said.gap == pytest.approx(high / low - 1)
    assert said.gap > said.itself > 0


@pytest.mark.parametrize("software", ["different", "unknown"])
def test_other_software_or_one_boot_names_no_machine(software: Any) -> None:
    assert decide(measured(node_sd=10.0), base=replace(BASE, software=software)).cause == "unknown"
    once = decide(measured(node_sd=10.0, boots=1, repeats=12))
    assert (once.claim, once.held, once.cause) == (Claim.NODES_DIFFER, True, "unknown")
    assert once.doubted(Doubt.ONE_BOOT)


def test_equal_nodes_are_not_shown_to_differ() -> None:
    said = decide(measured())
    assert (said.claim, said.held, said.apart) == (Claim.NODES_NOT_SHOWN, False, ())


def test_a_difference_within_the_floor_is_chance() -> None:
    lay = measured(node_sd=10.0)
    assert decide(lay, floor(0.001)).claim is Claim.NODES_DIFFER
    said = decide(lay, floor(0.9))
    assert (said.claim, said.held, said.cause) == (Claim.NODES_WITHIN_FLOOR, False, "chance")


def test_a_run_without_a_floor_needs_boots() -> None:
    once = decide(measured(node_sd=10.0, boots=1, repeats=12), needs_floor=True)
    assert (once.claim, once.held, once.why) == (Claim.NODES_DIFFER, False, "no-floor")
    assert decide(measured(node_sd=10.0), needs_floor=True).held


def test_values_that_are_all_the_same() -> None:
    lay = measured()
    said = decide(lay.with_values(np.full(len(lay.y), 5.0)))
    assert (said.claim, said.cause, said.doubts) == (Claim.NODES_CONSTANT, "none", ())


def test_few_nodes_that_stand_off_are_named() -> None:
    lay = measured(nodes=8)
    odd = decide(lay.with_values(np.where(lay.node == 3, lay.y * 1.2, lay.y)))
    ((name, distance),) = odd.apart
    assert name == "n3"
    assert distance == pytest.approx(0.2, abs=0.02)
    halves = decide(lay.with_values(np.where(lay.node < 4, lay.y * 1.2, lay.y)))
    assert halves.claim is Claim.NODES_DIFFER
    assert halves.apart == ()  # half of the nodes do not stand off from the others


def test_what_casts_doubt_by_the_values() -> None:
    lay = measured(boots=1, repeats=20)
    found = node_numbers(lay)
    assert doubts_about(found, lay.names) == []

    def kinds(numbers: NodeNumbers) -> list[tuple[Doubt, str]]:
        return [(item.doubt, item.state) for item in doubts_about(numbers, lay.names)]

    assert kinds(replace(found, test=replace(found.test, apart=0.9))) == [(Doubt.APART_IN_TIME, "failed")]
    assert kinds(replace(found, step=1e6)) == [(Doubt.CLOCK, "failed")]
    assert kinds(replace(found, test=replace(found.test, slope=(0.1, 0.01)))) == [(Doubt.DRIFT, "noted")]
    shaky = replace(found, outliers=1, runs=replace(found.runs, rough=0.01), without_outliers=0.5)
    assert kinds(shaky) == [(Doubt.OUTLIERS, "failed")]
    assert kinds(replace(shaky, without_outliers=0.01)) == []
