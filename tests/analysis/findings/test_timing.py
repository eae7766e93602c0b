"""What durations say, on records whose causes are known."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits import found as find_bits
from sidus_lab.analysis.findings.claims import NodeFinding, SettingFinding
from sidus_lab.analysis.findings.records import checked
from sidus_lab.analysis.findings.timing import Times, same_work, times
from tests.analysis.records_example import FACTOR, records


def same_bits(operation: str, node: str, level: str, repetition: int) -> str:
    return operation


def told(frame: pd.DataFrame, software: Any = "same") -> Times:
    found = checked(frame, [FACTOR])
    return times(found, find_bits(found, software), software)


def nodes(found: Times) -> NodeFinding:
    return next(item for item in found.findings if isinstance(item, NodeFinding))


def setting(found: Times) -> SettingFinding:
    return next(item for item in found.findings if isinstance(item, SettingFinding))


def test_a_slow_node_is_found_over_its_boots() -> None:
    frame = records(operations=("exp",), slower=0.3)
    said = nodes(told(frame))
    assert (said.claim, said.counted, said.subject) == (Claim.NODES_DIFFER, "boot", "exp")
    assert said.gap == pytest.approx(0.3, abs=0.05)
    assert said.means[0][0] == "node2"
    assert nodes(told(records(operations=("exp",), slower=0.0))).claim is not Claim.NODES_DIFFER


def test_a_setting_that_costs_time_is_found() -> None:
    frame = records(operations=("exp",), nodes=("node1", "node2", "node3"), forced_slower=0.5, result=same_bits)
    said = setting(told(frame))
    assert (said.claim, said.factor, said.level) == (Claim.EFFECT, FACTOR, "Nehalem")
    assert said.estimate == pytest.approx(0.5, abs=0.05)
    assert said.counted == "node"


def test_other_work_is_not_compared() -> None:
    frame = records(operations=("exp",), forced_slower=0.5, result=same_bits)
    frame["work"] = frame["work"].where(frame[FACTOR] == "default", 1e9)
    assert setting(told(frame)).why == "other-work"


def test_an_image_that_changed_with_the_setting_is_a_doubt() -> None:
    frame = records(operations=("exp",), nodes=("node1", "node2", "node3"), forced_slower=0.5, result=same_bits)
    frame["root_hash"] = frame["root_hash"].where(frame[FACTOR] == "default", "cd" * 32)
    said = setting(told(frame))
    assert said.doubted(Doubt.CONFOUNDED)
    assert said.cause == "unknown"


def test_runs_that_failed_with_the_setting_are_a_doubt() -> None:
    frame = records(operations=("exp",), nodes=("node1", "node2", "node3"), blocks=8, result=same_bits)
    hit = (frame[FACTOR] != "default") & (frame["repetition"] % 2 == 0)
    frame["status"] = frame["status"].where(~hit, "failed")
    assert setting(told(frame)).doubted(Doubt.LOST_RUNS)


def test_one_node_or_one_run_a_node_is_not_told() -> None:
    assert nodes(told(records(operations=("exp",), nodes=("node1",)))).why == "one-node"
    once = records(operations=("exp",), levels=("default",), blocks=1, repetitions=1)
    assert nodes(told(once)).why == "one-repeat"


def test_every_test_of_a_verdict_counts_and_the_table_has_every_setting() -> None:
    one, two = told(records(operations=("exp",))), told(records(operations=("solve", "exp")))
    assert two.tests == 2 * one.tests
    assert nodes(one).p_value <= next(item for item in two.findings if item.subject == "exp").p_value  # type: ignore[attr-defined]
    assert [(item.operation, len(item.setting)) for item in two.nodes] == [
        ("exp", 1),
        ("exp", 1),
        ("solve", 1),
        ("solve", 1),
    ]
    assert {name for name, _ in two.tested} == {"exp", "solve"}
    assert next(item for item in two.nodes if item.operation == "exp").slowest_by == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize(
    ("work", "unit", "same"),
    [
        ([1.0, 1.0], ["op", "op"], True),
        ([1.0, 1.0 + 1e-12], ["op", "op"], True),
        ([1.0, 1.1], ["op", "op"], False),
        ([1.0, 1.0], ["op", "byte"], False),
        ([1.0, math.nan], ["op", "op"], None),
        ([], [], None),
    ],
)
def test_the_same_work(work: list[float], unit: list[str], same: bool | None) -> None:
    assert same_work(pd.DataFrame({"work": work, "work_unit": unit})) is same
