"""Tables of known truth that once fooled the verdict: what was ticked on most of them is ticked on hardly any now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.analysis.finding import Claim, Doubt, Finding
from sidus_lab.analysis.sentence import Verdict
from sidus_lab.errors import DataError
from sidus_lab.explanation import explain
from tests.analysis.test_explain_table import LEVELS

TABLES, MOST = 20, 3  # the old verdict was wrong on half to all of them
Random = np.random.Generator


def grid(*sizes: int) -> list[np.ndarray[Any, Any]]:
    return [axis.ravel() for axis in np.meshgrid(*map(range, sizes), indexing="ij")]


def asked(frame: pd.DataFrame, **more: Any) -> Verdict:
    proof = {"same": True, "nodes": sorted(frame["node"].unique()), "levels": LEVELS, "different": []}
    return explain(frame, response="y", proof=proof, **more)


def claims(verdict: Verdict, *wanted: Claim) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.claim in wanted and finding.passed]


def correlated(random: Random, rho: float, nodes: int = 8, repeats: int = 10) -> np.ndarray[Any, Any]:
    noise = random.normal(size=(nodes, repeats))
    for k in range(1, repeats):
        noise[:, k] = rho * noise[:, k - 1] + np.sqrt(1 - rho**2) * noise[:, k]
    return noise


def fooled(make: Callable[[Random], Verdict], *wanted: Claim) -> int:
    return sum(bool(claims(make(np.random.default_rng(seed)), *wanted)) for seed in range(TABLES))


@pytest.mark.parametrize("rho", [0.5, 0.7, 0.9])
def test_repeats_that_follow_each_other_are_alike(rho: float) -> None:
    def make(random: Random) -> Verdict:
        n, r = grid(8, 10)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "repeat": r, "y": 100 + correlated(random, rho).ravel()})
        return asked(frame, within="repeat")

    assert fooled(make, Claim.NODES_DIFFER) <= MOST


@pytest.mark.parametrize("size", [1.0, 3.0])
def test_a_drift_while_nodes_are_measured_one_after_another(size: float) -> None:
    def make(random: Random) -> Verdict:
        n, _ = grid(8, 10)
        time = np.arange(80)
        y = 100 + size * time / 80 + random.normal(size=80)
        return asked(pd.DataFrame({"node": [f"n{i}" for i in n], "when": 1.7e9 + 60.0 * time, "y": y}), when="when")

    assert fooled(make, Claim.NODES_DIFFER) == 0
    said = next(f for f in make(np.random.default_rng(4)).findings if f.about == "nodes")
    assert said.claim is not Claim.NODES_DIFFER or said.doubted(Doubt.APART_IN_TIME)


def test_a_state_that_lasts_a_few_runs() -> None:
    def make(random: Random) -> Verdict:
        n, r = grid(8, 10)
        state = (random.integers(0, 2, (8, 1)) + np.cumsum(random.random((8, 10)) < 1 / 8, axis=1)) % 2
        y = 100 - 4.0 * state.ravel() + random.normal(size=80)
        return asked(pd.DataFrame({"node": [f"n{i}" for i in n], "order": r, "y": y}))

    assert fooled(make, Claim.NODES_DIFFER) <= MOST + 2


@pytest.mark.parametrize("boots", [1, 3])
def test_boots_differ_and_nodes_do_not(boots: int) -> None:
    def make(random: Random) -> Verdict:
        b, n, r = grid(boots, 8, 6)
        level = random.normal(0, 2, (boots, 8))[b, n]
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": [f"b{i}" for i in b]})
        frame["when"] = 1.7e9 + 60.0 * (b * 6 + r)
        return asked(frame.assign(y=100 + level + random.normal(0, 0.3, len(b))), boot="boot", when="when")

    found = [make(np.random.default_rng(seed)) for seed in range(TABLES)]
    assert not [f for v in found for f in claims(v, Claim.NODES_DIFFER) if f.cause == "hardware"]
    over_boots = [f for v in found for f in claims(v, Claim.NODES_DIFFER) if getattr(f, "counted", "") == "boot"]
    assert len(over_boots) <= MOST


def test_pastes_as_its_components_say() -> None:
    frame = datasets.load("published/pastes", quiet=True).rename(columns={"batch": "node", "strength": "y"})
    verdict = asked(frame, boot="cask")
    assert not claims(verdict, Claim.NODES_DIFFER)
    said = next(f for f in verdict.findings if f.about == "nodes")
    assert said.to_dict()["p_value"] == pytest.approx(0.209, abs=5e-4)


def swap(random: Random, *, images_apart: bool = False, drift: float = 0.0) -> pd.DataFrame:
    i, b, n, r = grid(2, 3, 6, 2)
    place = (i * 3 + b) if images_apart else b * 2 + np.where(b % 2, 1 - i, i)
    time = (place * 6 + n) * 2 + r
    y = 100 + random.normal(0, 1, (2, 3, 6))[i, b, n] + drift * time / time.max() + random.normal(0, 0.5, len(i))
    names = pd.DataFrame({"node": [f"n{k}" for k in n], "image": np.array(["old", "new"])[i]})
    return names.assign(boot=[f"{a}{c}" for a, c in zip(i, b, strict=True)], order=time, y=y).sort_values("order")


def test_a_swap_design_without_an_effect_has_one_answer() -> None:
    for seed in range(TABLES):
        found = explain(swap(np.random.default_rng(seed)), response="y", image="image", boot="boot").findings
        differ = [f for f in found if f.claim is Claim.NODES_DIFFER and f.passed]
        not_shown = [f for f in found if f.claim is Claim.EFFECT_NOT_SHOWN and getattr(f, "role", "") == "node"]
        assert not (differ and not_shown)


def test_all_boots_of_one_image_before_the_other() -> None:
    def make(random: Random) -> Verdict:
        frame = swap(random, images_apart=True, drift=6.0)
        return explain(frame, response="y", image="image", boot="boot")

    assert fooled(make, Claim.EFFECT) == 0
    assert not [f for f in make(np.random.default_rng(1)).findings if f.cause == "software"]


def settings(random: Random, effect: np.ndarray[Any, Any], *, apart: bool = False, drift: float = 0.0) -> pd.DataFrame:
    s, b, n, _ = grid(2, 3, 8, 3)
    order = random.permutation(len(s))
    if apart:
        order = np.argsort(np.lexsort((random.random(len(s)), s)))
    y = 100 + random.normal(0, 2, 8)[n] + effect[n] * s + drift * order / len(s) + random.normal(0, 1, len(s))
    frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": [f"b{i}" for i in b], "order": order, "y": y})
    return frame.assign(setting=np.where(s == 1, "on", "default"))


def test_all_default_runs_before_the_others() -> None:
    def make(random: Random) -> Verdict:
        return asked(settings(random, np.zeros(8), apart=True, drift=5.0), boot="boot", factors=["setting"])

    assert fooled(make, Claim.EFFECT, Claim.EFFECT_VARIES) == 0
    mixed = asked(settings(np.random.default_rng(0), np.full(8, 4.0)), boot="boot", factors=["setting"])
    assert [f.cause for f in claims(mixed, Claim.EFFECT)] == ["setting"]


def test_an_effect_on_some_nodes_is_said_of_these() -> None:
    effect = np.where(np.isin(np.arange(8), (2, 6)), 10.0, 0.0)
    verdict = asked(settings(np.random.default_rng(0), effect), boot="boot", factors=["setting"])
    said = claims(verdict, Claim.EFFECT_VARIES)
    assert len(said) == 1
    assert said[0].to_dict()["acting"] == ["n2", "n6"]
    assert "on n2 and n6; none is shown elsewhere" in str(verdict).replace("\n    ", " ")
    opposite = asked(
        settings(np.random.default_rng(0), np.where(np.arange(8) % 2, 5.0, -5.0)), boot="boot", factors=["setting"]
    )
    assert claims(opposite, Claim.EFFECT_VARIES)
    assert not claims(opposite, Claim.EFFECT)


def test_a_slow_first_repeat_is_never_called_alike() -> None:
    def make(random: Random) -> Verdict:
        n, r = grid(8, 3)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "repeat": r + 1})
        return asked(frame.assign(y=100 + 1.5 * (r == 0) + random.normal(size=24)), within="repeat")

    assert fooled(make, Claim.REPEATS_NOT_SHOWN) == 0


def test_a_coarse_timer_makes_no_copies() -> None:
    random = np.random.default_rng(3)
    n, _ = grid(8, 10)
    y = np.round(0.1 + random.normal(0, 0.002, 8)[n] + random.normal(0, 0.001, 80), 3)
    verdict = asked(pd.DataFrame({"node": [f"n{i}" for i in n], "host": "h", "y": y}))
    assert claims(verdict, Claim.NODES_DIFFER)
    assert next(f for f in verdict.findings if f.about == "nodes").rows == 80
    assert "all were kept" in str(verdict).replace("\n    ", " ")


def test_runs_that_fail_under_a_setting_leave_no_fair_sample() -> None:
    frame = settings(np.random.default_rng(0), np.zeros(8))
    slow = (frame["setting"] == "on") & (frame["y"] > 100.5)
    found = asked(frame.assign(status=np.where(slow, "failed", "ok")), boot="boot", factors=["setting"]).findings
    assert not [f for f in found if f.about == "setting" and f.passed]


def test_two_settings_that_are_always_set_together_have_no_cause() -> None:
    frame = settings(np.random.default_rng(0), np.full(8, 4.0))
    frame["other"] = np.where(frame["setting"] == "on", "x", "default")
    found = [f for f in asked(frame, boot="boot", factors=["setting", "other"]).findings if f.about == "setting"]
    assert len(found) == 2
    assert all(not f.passed and f.doubted(Doubt.CONFOUNDED) for f in found)


def test_temperatures_and_a_mean_near_zero() -> None:
    random = np.random.default_rng(0)
    n, r = grid(8, 10)
    frame = pd.DataFrame({"node": [f"n{i}" for i in n], "when": 1.7e9 + 70.0 * r})
    frame["y"] = 60 - 6.0 * r / 10 + random.normal(0, 0.8, 80)
    frame.attrs["units"] = {"y": "°C"}
    text = str(asked(frame, when="when")).replace("\n    ", " ")
    assert "an hour" not in text
    assert "falls by" in text
    assert "10 min 30 s" in text
    assert "°C" in text
    assert "% of the mean" not in text
    near = str(asked(frame.assign(y=random.normal(0, 1, 8)[n] + random.normal(0, 0.3, 80)), when="when"))
    assert "of the mean" not in near


def test_an_argument_of_no_use_is_refused() -> None:
    frame = datasets.simulate(nodes=3, repeats=4, aa=3)
    with pytest.raises(DataError, match="boot='boot'"):
        explain(frame, boot="boot")
    with pytest.raises(DataError, match="hardware"):
        explain(frame, response="duration", hardware={})
    with pytest.raises(DataError, match="0 and 1"):
        explain(frame, response="duration", level=95)
    with pytest.raises(DataError, match="one text"):
        explain(frame, response="duration", factors="image")
    copy = pd.DataFrame(frame)
    copy.attrs.clear()
    assert "simulated" in str(explain(copy.assign(simulated=True), response="duration"))


@pytest.mark.parametrize("drift", [0.0, 3.0])
def test_repeats_are_not_called_alike_where_a_drift_cannot_be_excluded(drift: float) -> None:
    """Node after node a drift lies between the nodes, and hardly shows within any of them."""

    def make(random: Random) -> Verdict:
        n, r = grid(8, 10)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "repeat": r + 1, "order": np.arange(80)})
        return asked(frame.assign(y=100 + drift * np.arange(80) / 80 + random.normal(size=80)), within="repeat")

    assert fooled(make, Claim.REPEATS_NOT_SHOWN) == 0


def test_states_that_switch_within_nodes_are_no_difference_between_them() -> None:
    def make(random: Random) -> Verdict:
        n, r = grid(8, 10)
        state = (np.cumsum(random.random(80) < 1 / 8) + random.integers(0, 2, 8)[n]) % 2
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "order": r * 8 + n})
        return asked(frame.assign(y=100 - 5.0 * state + random.normal(size=80)))

    assert fooled(make, Claim.NODES_DIFFER) <= 2


def test_a_cause_is_not_named_by_chance() -> None:
    """Boots differ, nodes and setting do nothing: at 5 % something is ticked now and then, but no cause is named."""
    named = 0
    for seed in range(2 * TABLES):
        random = np.random.default_rng(seed)
        n, b, _ = grid(2, 4, 3)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": b, "order": random.permutation(8)[n * 4 + b]})
        frame = frame.assign(setting=np.where(b % 2, "on", "default"), y=100 + random.normal(size=8)[n * 4 + b])
        frame["y"] += 0.1 * random.normal(size=len(frame))
        found = asked(frame, boot="boot", factors=["setting"]).findings
        named += any(f.passed and f.cause in ("setting", "hardware") for f in found)
    assert named <= 1


def test_sessions_that_some_nodes_share_are_told_from_no_node() -> None:
    """Half of the nodes were measured by somebody else, which a column says and no clock shows."""

    def make(random: Random) -> Verdict:
        n, r = grid(8, 8)
        y = 100 + 2.0 * (n > 3) + random.normal(size=n.size)
        frame = pd.DataFrame(
            {"node": [f"n{i}" for i in n], "repeat": r, "session": np.where(n > 3, "bo", "al"), "y": y}
        )
        return asked(frame, within="repeat")

    assert fooled(make, Claim.NODES_DIFFER) == 0
    (said,) = [f for f in make(np.random.default_rng(0)).findings if f.claim is Claim.NODES_DIFFER]
    assert said.doubted(Doubt.CONFOUNDED)


def test_a_time_limit_on_some_nodes_makes_them_no_faster() -> None:
    def make(random: Random) -> Verdict:
        n, b, r = grid(8, 3, 6)
        y = 100 + random.normal(size=n.size)
        status = np.where((n < 2) & (y > 100), "timeout", "ok")
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": b, "repeat": r, "status": status, "y": y})
        return asked(frame, within="repeat", boot="boot")

    assert fooled(make, Claim.NODES_DIFFER) == 0


def test_rows_that_were_joined_twice_are_no_repeats() -> None:
    def make(random: Random) -> Verdict:
        n, _ = grid(8, 6)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "host": "h", "y": 100 + random.normal(size=n.size)})
        return asked(pd.concat([frame, frame]))  # the index comes twice, too

    assert fooled(make, Claim.NODES_DIFFER) == 0


def test_what_runs_first_differs_from_node_to_node() -> None:
    """A warm-up, and on every second node the other level of a setting, or of a code, comes first in each boot."""

    def make(random: Random, **more: Any) -> Verdict:
        n, b, first = grid(6, 4, 2)
        on = np.where(n % 2, first, 1 - first)
        y = 100 + 3.0 * (first == 0) + random.normal(0, 0.5, n.size)
        frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": b, "order": np.arange(n.size), "y": y})
        return asked(frame.assign(level=np.where(on, "on", "default")), boot="boot", order="order", **more)

    claimed = (Claim.EFFECT, Claim.EFFECT_VARIES, Claim.INTERACTION, Claim.NODES_DIFFER)
    assert fooled(lambda random: make(random, factors=["level"]), *claimed) == 0
    assert fooled(lambda random: make(random, code="level"), *claimed) == 0


def test_a_code_that_each_node_keeps_is_other_software() -> None:
    n, b, r = grid(8, 3, 3)
    y = 100 + 4.0 * (n % 2) + np.random.default_rng(1).normal(size=n.size)
    frame = pd.DataFrame({"node": [f"n{i}" for i in n], "boot": b, "order": np.arange(n.size), "repeat": r, "y": y})
    frame = frame.assign(kind=np.where(n % 2, "new", "old"), code=np.where(n % 2, "avx", "sse"))
    verdict = asked(frame.sort_values(["repeat", "boot"]), kind="kind", code="code", boot="boot", within="repeat")
    assert not [finding for finding in verdict.findings if finding.cause == "hardware"]


def test_runs_of_a_host_that_overlap_in_time_are_no_finding_about_nodes() -> None:
    n, r = grid(4, 8)
    y = 10 + 3.0 * (n < 2) + np.random.default_rng(1).normal(0, 0.3, n.size)
    when = 1.7e9 + 100 * r + np.where(n < 2, 0, 20 * n)
    frame = pd.DataFrame({"node": [f"n{i}" for i in n], "host": np.where(n < 2, "h", n), "when": when, "y": y})
    frame.attrs["units"] = {"y": "s"}
    (said,) = [finding for finding in asked(frame, when="when").findings if finding.claim is Claim.NODES_DIFFER]
    assert said.doubted(Doubt.OVERLAP)
    assert not said.passed
