"""explain() on any tidy table: what it says, what it refuses, and every kind of bad input."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.analysis.sentence import Sentence, Verdict
from sidus_lab.errors import DataError
from sidus_lab.explanation import explain
from tests.public_data import DATA, needs_data

LEVELS = dict.fromkeys(("asked", "enforced", "scrubbed", "clean"), True)


def runs(*, nodes: int = 12, repeats: int = 4, node_sd: float = 0.05, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n, r = (axis.ravel() for axis in np.meshgrid(range(nodes), range(repeats), indexing="ij"))
    y = 100 * (1 + random.normal(0, 1, nodes)[n] * node_sd + random.normal(0, 0.02, n.size))
    frame = pd.DataFrame({"machine": [f"m{i:02d}" for i in n], "try": r + 1, "speed": y})
    frame.attrs["units"] = {"speed": "MB/s"}
    return frame


def booted(*, nodes: int = 8, boots: int = 3, repeats: int = 4, node_sd: float = 0.05, seed: int = 1) -> pd.DataFrame:
    """Nodes that are booted in rounds, each several times, with the time of every run."""
    random = np.random.default_rng(seed)
    b, r, n = (axis.ravel() for axis in np.meshgrid(range(boots), range(repeats), range(nodes), indexing="ij"))
    y = 100 * (1 + random.normal(0, 1, nodes)[n] * node_sd + random.normal(0, 0.02, n.size))
    when = pd.Timestamp("2024-03-01T10:00:00Z") + pd.to_timedelta(np.arange(n.size), unit="min")
    frame = pd.DataFrame(
        {"machine": [f"m{i:02d}" for i in n], "boot": [f"b{i}" for i in b], "try": r + 1, "when": when}
    )
    return frame.assign(speed=y)


def ask(frame: pd.DataFrame, **more: Any) -> Verdict:
    return explain(frame, **({"response": "speed", "node": "machine", "within": "try"} | more))


def only(verdict: Verdict, about: str, part: str = "") -> Sentence:
    found = [s for s in verdict.about(about) if part in s.text]
    assert len(found) == 1, [s.text for s in verdict.sentences]
    return found[0]


def test_nodes_that_differ() -> None:
    said = only(ask(runs()), "nodes", "lies between")
    assert said.passed
    assert said.estimate is not None
    assert said.interval is not None
    assert said.estimate in said.interval
    assert "MB/s" in said.text
    assert said.cause == "unknown"
    assert "differ in this session" in said.text
    assert "boots are not recorded" in said.text
    over_boots = only(ask(booted()), "nodes", "lies between")
    assert over_boots.passed
    assert "differ over 24 boots" in over_boots.text
    assert "these data do not say" in over_boots.text


def test_with_a_proof_the_machine_is_the_cause() -> None:
    frame = booted()
    proof = {"same": True, "nodes": sorted(frame["machine"].unique()), "levels": LEVELS}
    verdict = ask(frame, proof=proof)
    assert only(verdict, "software").passed
    assert only(verdict, "nodes", "lies between").cause == "hardware"
    less = ask(frame, proof=proof | {"nodes": ["m00"]})
    assert only(less, "nodes", "lies between").cause == "unknown"
    # One boot of each, or an order that is not known: the machine is not named.
    once = only(ask(frame[frame["boot"] == "b0"], proof=proof), "nodes", "lies between")
    assert (once.passed, once.cause) == (True, "unknown")
    unordered = only(ask(frame.drop(columns="when"), proof=proof), "nodes", "lies between")
    assert (unordered.passed, unordered.cause) == (True, "unknown")
    assert "This assumes" in unordered.text


def test_nodes_that_do_not_differ() -> None:
    said = only(ask(runs(node_sd=0.0)), "nodes", "lies between")
    assert not said.passed
    assert "is not shown" in said.text


def test_false_alarms_stay_below_five_percent() -> None:
    alarms = [
        s.passed for seed in range(300) for s in ask(runs(node_sd=0.0, seed=seed)).about("nodes") if "lies" in s.text
    ]
    assert len(alarms) == 300
    assert np.mean(alarms) <= 0.05


def test_a_node_that_stands_apart() -> None:
    frame = runs(nodes=30, node_sd=0.02)
    frame.loc[frame["machine"] == "m07", "speed"] *= 0.6
    assert "m07" in only(ask(frame), "nodes", "apart").text
    assert not [s for s in ask(runs(nodes=30, node_sd=0.02)).sentences if "apart" in s.text]


def test_warm_up_is_noticed() -> None:
    frame = runs()
    frame.loc[frame["try"] == 1, "speed"] *= 0.9
    said = only(ask(frame), "repeats")
    assert "try 1 lies" in said.text
    assert "below" in said.text
    few = only(ask(runs()), "repeats")
    assert not few.passed
    assert "is open" in few.text
    many = only(ask(runs(nodes=30)), "repeats")
    assert many.passed
    assert "may be taken as alike" in many.text


def test_kind_of_hardware() -> None:
    frame = runs(nodes=20, node_sd=0.01)
    frame["cpu"] = np.where(frame["machine"].str[-1].astype(int) % 2 == 0, "old", "new")
    frame.loc[frame["cpu"] == "old", "speed"] *= 0.8
    said = only(ask(frame, kind="cpu"), "hardware")
    assert said.passed
    assert said.cause == "unknown"
    shown = booted(nodes=20, node_sd=0.01)
    shown["cpu"] = np.where(shown["machine"].str[-1].astype(int) % 2 == 0, "old", "new")
    shown.loc[shown["cpu"] == "old", "speed"] *= 0.8
    proof = {"same": True, "nodes": sorted(shown["machine"].unique()), "levels": LEVELS}
    assert only(ask(shown, kind="cpu", proof=proof), "hardware").cause == "hardware"
    same = runs(nodes=20, node_sd=0.05)
    same["cpu"] = np.where(same["machine"].str[-1].astype(int) % 2 == 0, "old", "new")
    assert "is not shown" in only(ask(same, kind="cpu"), "hardware").text
    confounded = frame.assign(cpu=frame["machine"])
    assert "cannot be told from the single machines" in only(ask(confounded, kind="cpu"), "hardware").text
    assert "same cpu" in only(ask(frame.assign(cpu="one"), kind="cpu"), "hardware").text


def test_swap_design_in_sentences() -> None:
    frame = datasets.simulate(
        nodes=4,
        boots=3,
        repeats=3,
        node_sd=0,
        boot_sd=0.01,
        images={"old": 0, "new": 0.05},
        codes={"a": 0, "b": 0},
        seed=2,
    )
    verdict = explain(frame, response="duration", image="image", code="code", boot="boot")
    named = [s for s in verdict.about("cause") if s.passed]
    assert [s.cause for s in named] == ["software"]
    assert "would have been found 9 times in 10" in only(verdict, "cause", "code:").text
    assert "simulated" in str(verdict)
    assert {"node", "image", "code", "node:image"} <= set(verdict.data["effects"]["effect"])
    assert verdict.figure().data
    quiet = datasets.simulate(nodes=4, boots=3, repeats=3, node_sd=0, boot_sd=0.01, images={"old": 0, "new": 0}, seed=2)
    assert (
        "cannot be told" in only(explain(quiet, response="duration", image="image", boot="boot"), "cause", "What").text
    )


def test_aa_rows_set_the_floor() -> None:
    frame = datasets.simulate(nodes=6, repeats=6, node_sd=0.02, repeat_sd=0.002, aa=4, seed=1)
    late = (frame["phase"] == "aa") & (frame["aa"] == "A'")
    frame.loc[late, "duration"] *= 1.3
    said = only(explain(frame, response="duration"), "nodes", "lies between")
    assert said.cause == "chance"
    assert "within the A/A floor" in said.text


@needs_data
def test_cloud_machines_as_in_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDUS_LAB_DATA", str(DATA))
    frame = datasets.load("cwb", quiet=True)
    cell = frame[frame["source"] == "rmit-combined_v3_aws_m3.medium"]
    verdict = explain(cell, response="fio/4k-seq-write-bandwidth", node="provider_vm_id", within="iteration")
    said = only(verdict, "nodes", "lies between")
    assert said.passed
    assert said.estimate == pytest.approx(0.8224, abs=5e-4)
    assert "KiB/s" in said.text
    assert len(verdict.figure().data) > 0
    # What the issue of noisy runs looks like: the nodes of the same machines are not shown to differ here.
    assert not only(explain(cell, response="md-sim-duration", node="provider_vm_id"), "nodes", "lies between").passed


def test_everything_a_verdict_gives() -> None:
    verdict = ask(runs())
    assert list(verdict.table.columns) == ["node", "repeats", "mean", "sd"]
    assert not verdict.checks.empty
    json.dumps(verdict.to_dict(), allow_nan=False)
    assert verdict.figure().data
    assert str(ask(runs())) == str(ask(runs().sample(frac=1, random_state=0)))


# ---- bad input: a clear sentence each, never a confident verdict on nothing


def test_one_node_only() -> None:
    said = only(ask(runs(nodes=1)), "nodes")
    assert not said.passed
    assert "one node (m00)" in said.text


def test_one_repeat_only() -> None:
    said = only(ask(runs(repeats=1)), "nodes")
    assert not said.passed
    assert "measured once" in said.text


def test_constant_response() -> None:
    said = only(ask(runs().assign(speed=3.0)), "nodes")
    assert "no variance to divide" in said.text
    assert said.estimate is None


def test_missing_and_infinite_values_are_counted() -> None:
    frame = runs()
    frame.loc[[0, 5], "speed"] = np.nan
    frame.loc[[7], "speed"] = np.inf
    frame.loc[[9], "machine"] = None
    verdict = ask(frame)
    assert only(verdict, "data", "no finite speed").rows == 3
    assert only(verdict, "data", "lack machine").rows == 1
    assert only(verdict, "nodes", "lies between").rows == 44


def test_some_text_among_numbers() -> None:
    frame = runs()
    frame["speed"] = frame["speed"].astype(object)
    frame.loc[3, "speed"] = "timeout"
    assert only(ask(frame), "data", "text in speed").rows == 1


def test_failed_rows_and_copies() -> None:
    frame = runs()
    frame["status"] = "ok"
    frame.loc[[1, 2], "status"] = "failed"
    verdict = ask(pd.concat([frame, frame.tail(3)]))
    assert only(verdict, "data", "exact copies").rows == 3
    assert only(verdict, "data", "status other than ok").rows == 2


def test_equal_rows_without_a_repeat_column_are_repeats() -> None:
    frame = pd.DataFrame({"machine": ["a"] * 4 + ["b"] * 4, "speed": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]})
    assert only(ask(frame, within=None), "nodes", "lies between").rows == 8


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        (lambda f: f.drop(columns="speed"), {}, "no column 'speed'"),
        (lambda f: f, {"node": "rack"}, "no column 'rack'"),
        (lambda f: f, {"within": "round"}, "no column 'round'"),
        (lambda f: f.head(0), {}, "no rows"),
        (lambda f: f.assign(speed="fast"), {}, "text where numbers belong"),
        (lambda f: f.assign(speed=np.nan), {}, "No row can be used"),
        (lambda f: f.assign(phase="aa", aa="A"), {}, "A/A phase"),
        (lambda f: f, {"response": None}, "Which column"),
        (lambda f: f.to_dict(), {}, "data frame is needed"),
    ],
)
def test_bad_input(change: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        ask(change(runs()), **more)


def test_records_need_no_response() -> None:
    frame = datasets.simulate(nodes=3, repeats=4, aa=3)
    assert explain(frame).about("bits")


def test_confounded_image_is_said() -> None:
    frame = datasets.simulate(nodes=4, boots=3, images={"old": 0, "new": 0.1})
    odd = frame["node"].str[-1].astype(int) % 2 == 1
    verdict = explain(frame[odd == (frame["image"] == "old")], response="duration", image="image", boot="boot")
    assert not [s for s in verdict.sentences if s.cause == "software"]
    assert "never changes while the others stay the same" in only(verdict, "cause", "image: whether").text


def stamped(drift: float = 0.0) -> pd.DataFrame:
    frame = runs(node_sd=0.02)
    start = pd.Timestamp("2024-03-01T10:00:00Z")
    frame["when"] = [(start + pd.Timedelta(minutes=15 * i)).isoformat() for i in frame["try"]]
    frame["speed"] *= 1 + drift * (frame["try"] - 1) / 4
    return frame


def test_time_stamps_in_another_zone_or_out_of_order_are_said() -> None:
    frame = stamped()
    plain = ask(frame, when="when")
    assert not plain.about("data")
    odd = frame["machine"] == "m03"
    moved = frame.copy()
    moved.loc[odd, "when"] = [pd.Timestamp(t).tz_convert("Asia/Tokyo").isoformat() for t in frame.loc[odd, "when"]]
    verdict = ask(moved, when="when")
    assert "2 different time zones" in only(verdict, "data").text
    # The same moments in another zone change nothing else.
    assert [s.text for s in verdict.sentences if s.about != "data"] == [s.text for s in plain.sentences]
    backwards = frame.iloc[::-1]
    assert "earlier than the row before" in only(ask(backwards, when="when"), "data").text
    naive = frame.assign(when=pd.to_datetime(frame["when"]).dt.tz_localize(None))
    assert "without time zone" in only(ask(naive, when="when"), "data").text
    broken = frame.copy()
    broken.loc[2, "when"] = "yesterday"
    assert only(ask(broken, when="when"), "data", "cannot be read").rows == 1
    unix = frame.assign(when=pd.to_datetime(frame["when"]).astype("int64") / 1e9)
    assert not ask(unix, when="when").about("data")


def test_drift_is_found_and_not_invented() -> None:
    said = only(ask(stamped(0.4), when="when", within=None), "repeats")
    assert "rises by" in said.text
    assert said.interval is not None
    assert said.interval.low > 0.2
    assert "No drift over time is shown" in only(ask(stamped(), when="when", within=None), "repeats").text


def found_in_order(frame: pd.DataFrame, order: Any) -> pd.DataFrame:
    return frame.assign(order=order)


def test_a_setting_is_compared_within_the_nodes() -> None:
    frame = pd.concat([runs(seed=1).assign(governor="default"), runs(seed=1).assign(governor="performance")])
    random = np.random.default_rng(0)
    frame["speed"] = frame["speed"] * np.exp(random.normal(0, 0.01, len(frame)))
    quiet = ask(frame, factors=["governor"])
    assert "is not shown" in only(quiet, "setting").text
    frame.loc[frame["governor"] == "performance", "speed"] *= 1.1
    found = ask(frame, factors=["governor"])
    said = only(found, "setting")
    assert said.passed
    assert said.cause == "unknown"
    assert "speed is 10 % higher" in said.text
    assert "their order is not recorded" in said.text
    mixed = found_in_order(frame, random.permutation(len(frame)))
    assert only(ask(mixed, factors=["governor"]), "setting").cause == "setting"
    apart = found_in_order(frame, np.arange(len(frame)))
    first = only(ask(apart, factors=["governor"]), "setting")
    assert (first.passed, first.cause) == (False, "unknown")
    assert "one level ran before the other" in first.text
    assert "over 12 nodes" in said.text
    # The nodes are compared at the baseline, so the setting is no part of their spread.
    assert only(found, "nodes", "lies between").rows == 48
    one = frame[frame["machine"] == "m00"]
    assert "cannot be told" in only(ask(one, factors=["governor"]), "setting").text


@pytest.mark.slow
def test_ten_million_rows() -> None:
    random = np.random.default_rng(0)
    node = random.integers(0, 50, 10_000_000)
    frame = pd.DataFrame({"machine": node, "speed": 100 + node % 7 + random.normal(size=len(node))})
    assert only(ask(frame, within=None), "nodes", "lies between").rows == 10_000_000
