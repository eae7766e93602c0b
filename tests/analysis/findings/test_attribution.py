"""The swap design and the test of a setting, on simulated runs whose causes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.findings.attribution import Swap, swap
from sidus_lab.analysis.findings.setting import SettingTest, setting_effect
from sidus_lab.datasets import Idle, simulate
from sidus_lab.errors import DataError

IMAGES = {"old": 0.0, "new": 0.0}
CODES = {"v1": 0.0, "v2": 0.0}


def design(seed: int = 0, **more: Any) -> pd.DataFrame:
    """Four nodes, two images, two codes, three boots of each, nothing of it with an effect unless said."""
    usual: dict[str, Any] = {"nodes": 4, "boots": 3, "repeats": 3, "node_sd": 0.0, "boot_sd": 0.01, "repeat_sd": 0.01}
    return simulate(**(usual | {"images": IMAGES, "codes": CODES, "seed": seed} | more))


def causes(frame: pd.DataFrame) -> Swap:
    return swap(frame, "duration", code="code")


TRUTH: list[tuple[dict[str, Any], str]] = [
    ({"node_sd": 0.06}, "hardware"),
    ({"images": {"old": 0.0, "new": 0.05}}, "software"),
    ({"codes": {"v1": 0.0, "v2": 0.05}}, "code"),
]


@pytest.mark.parametrize(("effect", "cause"), TRUTH)
def test_the_true_cause_is_named(effect: dict[str, Any], cause: str) -> None:
    found = causes(design(5, **effect))
    assert found.causes == (cause,)
    assert found.reason == ""
    named = next(e for e in found.effects if e.named)
    assert named.cause == cause
    assert named.interval is not None
    assert named.size in named.interval
    if cause != "hardware":
        assert 0.05 in named.interval
    assert found.to_frame()["named"].sum() == 1


def test_two_causes_at_once() -> None:
    found = causes(design(images={"old": 0.0, "new": 0.05}, codes={"v1": 0.0, "v2": 0.05}))
    assert set(found.causes) == {"software", "code"}


def test_no_cause_is_invented() -> None:
    """Committed on nothing in at least 96 of 100 designs where nothing differs."""
    wrong = sum(bool(causes(design(seed)).causes) for seed in range(100))
    assert wrong <= 4
    quiet = causes(design(1))
    assert "no effect stands out" in quiet.reason
    assert quiet["image"].detectable > 0


def test_within_the_floor_is_not_named() -> None:
    frame = design(images={"old": 0.0, "new": 0.05})
    found = swap(frame, "duration", code="code", floor=0.2)
    assert found.causes == ()
    assert "within the A/A floor" in found["image"].why_not


def test_an_interaction_is_its_own_line() -> None:
    found = causes(design(3, interaction_sd=0.1, nodes=6))
    assert found["node:image"].named
    assert found["node:image"].cause == "interaction"
    assert "software" not in found.causes


def test_confounded_node_and_image_cannot_be_told_apart() -> None:
    frame = design(images={"old": 0.0, "new": 0.05})
    odd = frame["node"].str[-1].astype(int) % 2 == 1
    found = causes(frame[odd == (frame["image"] == "old")])
    assert "software" not in found.causes
    assert "never changes while the others stay the same" in found["image"].why_not


def test_one_boot_each_says_what_is_missing() -> None:
    found = swap(design(boots=1, nodes=3), "duration", code=None)
    assert found.causes == ()
    assert "at least are needed" in found.reason


def test_codes_that_change_from_boot_to_boot_only() -> None:
    frame = design(codes={"v1": 0.0, "v2": 0.08}, boots=4)
    second = frame["block"] % 2 == 0
    found = causes(frame[second == (frame["code"] == "v2")])
    assert found.causes == ("code",)


def test_unbalanced_designs_work() -> None:
    frame = design(images={"old": 0.0, "new": 0.05}).sample(frac=0.7, random_state=1)
    assert "software" in causes(frame).causes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="image"), "no column 'image'"),
        (lambda f: f.assign(duration="x"), "text where numbers belong"),
        (lambda f: f.assign(node="n", image="i", code="c"), "nothing to attribute"),
    ],
)
def test_bad_input(change: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        causes(change(design()))


# ---- the test of a setting: yes, no, cannot be told

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
