"""The test of a setting (yes, no, cannot be told), on simulated runs whose effect is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.explain_setting import SettingTest, setting_effect
from sidus_lab.datasets import Idle, simulate
from sidus_lab.errors import DataError

IDLE = Idle({"pingpong": 2000, "mpi": 400, "cpu": 0})
DOSES = ["default", "200", "50", "20", "5", "0"]


def setting(frame: pd.DataFrame, target: str = "mpi", **more: Any) -> SettingTest:
    usual: dict[str, Any] = {"positive": "pingpong", "negative": "cpu", "manipulation": "wake_cost_us", "doses": DOSES}
    return setting_effect(frame, setting="cpu_dma_latency", forced="0", target=target, **(usual | more))


def idle(**more: Any) -> pd.DataFrame:
    return simulate(
        **({"nodes": 4, "boots": 3, "repeats": 4, "boot_sd": 0.004, "repeat_sd": 0.003, "idle": IDLE, "seed": 1} | more)
    )


def test_yes_with_a_dose_response() -> None:
    found = setting(idle())
    assert found.answer == "yes"
    assert found.trend < 0.01
    assert all(check.passed for check in found.checks)
    truth = idle().attrs["truth"]["wake_cost_us"]["default"] * 400e-6
    assert found.contrast.relative == pytest.approx(-truth / (1 + truth), rel=0.15)
    assert found.contrast.unit == "node"


def test_no_when_the_effect_is_smaller_than_what_matters() -> None:
    found = setting(idle(), margin=0.05)
    assert found.answer == "no"
    assert "by less than 5.0 %" in found.text


def test_cannot_be_told_with_too_much_noise_says_what_it_takes() -> None:
    noisy = simulate(nodes=3, boots=2, repeats=2, repeat_sd=0.004, idle=IDLE, seed=0)
    target = noisy["workload"] == "mpi"
    random = np.random.default_rng(0)
    noisy.loc[target, "duration"] *= np.exp(random.normal(0, 0.05, target.sum()))
    found = setting(noisy)
    assert found.answer == "cannot be told"
    assert "more nodes" in found.takes


def test_blind_test_is_not_believed() -> None:
    frame = idle()
    blind = frame.assign(
        duration=frame["duration"].where(frame["workload"] != "pingpong", 1.0 + 0.001 * (frame["order"] % 3))
    )
    found = setting(blind)
    assert found.answer == "cannot be told"
    assert "the test is blind" in found.text


def test_setting_without_effect_is_noticed() -> None:
    found = setting(idle().assign(wake_cost_us=5.0))
    assert found.answer == "cannot be told"
    assert "does not change with the setting" in found.text
    assert "nothing shows that the setting took effect" in setting(idle(), manipulation=None).text


def test_negative_control_that_responds_spoils_it() -> None:
    frame = idle()
    moved = (frame["workload"] == "cpu") & (frame["cpu_dma_latency"] == "0")
    frame.loc[moved, "duration"] *= 1.05
    assert "known not to respond" in setting(frame).text
    assert setting(frame).answer == "cannot be told"
    assert "no workload known to respond" in setting(idle(), positive=None).text
    assert "no workload known not to respond" in setting(idle(), negative=None).text


def test_one_level_always_first_is_not_believed() -> None:
    frame = idle()
    frame = frame.sort_values(["node", "block", "cpu_dma_latency"])
    frame["order"] = range(len(frame))
    assert "always ran before the other" in setting(frame).text
    assert "order of the runs is not recorded" in setting(idle(), order=None).text


def test_two_nodes_speak_for_themselves_only() -> None:
    found = setting(idle(nodes=2, boots=6))
    assert found.contrast.unit == "block"
    assert "on these 2 nodes" in found.text


def test_abba_cancels_a_linear_drift() -> None:
    """Inside a block in the order A B B A both levels have the same mean time, so a straight drift leaves no trace."""
    rows = []
    for node in range(4):
        for block in range(3):
            for place, level in enumerate(("default", "0", "0", "default")):
                for workload, change in (("mpi", 0.0), ("pingpong", -0.1), ("cpu", 0.0)):
                    drift = 1 + 0.05 * (4 * block + place)
                    wobble = 1e-4 * ((node * 7 + block * 3 + place) % 5)
                    seconds = drift * (1 + (change if level == "0" else 0.0)) + wobble
                    rows.append(
                        (f"n{node}", block, place, level, workload, seconds, float(level == "default") + wobble)
                    )
    names = ["node", "block", "order", "cpu_dma_latency", "workload", "duration", "wake_cost_us"]
    found = setting(pd.DataFrame(rows, columns=names), doses=())
    assert found.answer == "no"
    assert abs(found.contrast.relative) < 0.002


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"target": "none"}, "no 'none'"),
        ({"node": "rack"}, "no column 'rack'"),
        ({"doses": ["a", "b", "c"]}, "lacks one"),
    ],
)
def test_setting_bad_input(more: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        setting(idle(), **more)
