"""The swap design, on simulated runs whose causes are known."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sidus_lab.analysis.findings.attribution import Swap, swap
from sidus_lab.datasets import simulate
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
