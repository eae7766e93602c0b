"""What moved together says where the cause sits; work done comes before speed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab import datasets
from sidus_lab.analysis.explain_changes import read_changes
from sidus_lab.analysis.findings.common_cause import common_changes
from sidus_lab.errors import DataError
from tests.public_data import DATA, needs_data

GROUPS, APPLICATIONS = ["fs1", "fs2", "fs3"], ["read", "write", "scan"]


def year(changed: list[tuple[str, str]], *, factor: float = 0.5, work: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """Return 60 nights of three applications on three groups; `changed` series change in night 30."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([GROUPS, APPLICATIONS, range(60)], names=["fs", "app", "night"])
    frame = index.to_frame(index=False)
    frame["speed"] = np.exp(rng.normal(0, 0.1, len(frame)))
    frame["gib"] = 100.0
    moved = frame["night"].ge(30) & pd.MultiIndex.from_frame(frame[["fs", "app"]]).isin(changed or [("", "")])
    frame.loc[moved, "speed"] *= factor
    frame.loc[moved, "gib"] *= work
    minutes = rng.integers(0, 120, len(frame))
    nights = pd.to_timedelta(frame["night"], unit="D") + pd.to_timedelta(minutes, unit="min")
    frame["when"] = pd.Timestamp("2020-03-01T02:00:00Z") + nights
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)  # out of order on purpose


ASK = {"value": "speed", "time": "when", "group": "fs", "application": "app", "work": "gib"}


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ([(g, a) for g in GROUPS for a in APPLICATIONS], "shared"),
        ([("fs2", a) for a in APPLICATIONS], "place"),
        ([(g, "scan") for g in GROUPS], "code"),
        ([("fs2", "scan")], "unknown"),
        ([("fs1", "scan"), ("fs2", "scan")], "unknown"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_pattern_names_the_cause(changed: list[tuple[str, str]], cause: str, seed: int) -> None:
    (change,) = common_changes(year(changed, seed=seed), **ASK)
    assert {item.series for item in change.seen} == set(changed)
    assert change.cause == cause
    assert change.ratio == pytest.approx(0.5, rel=0.15)
    assert change.after < pd.Timestamp("2020-03-31T04:00:00Z")
    assert change.before > pd.Timestamp("2020-03-29T02:00:00Z")


def test_nothing_changed_is_said() -> None:
    verdict = read_changes(year([]), **ASK)
    assert [s.cause for s in verdict.sentences] == ["none"]


def test_no_speed_claim_where_the_work_changed() -> None:
    same = read_changes(year([(g, "scan") for g in GROUPS]), **ASK).sentences[1]
    other = read_changes(year([(g, "scan") for g in GROUPS], work=0.01), **ASK).sentences[1]
    assert same.passed
    assert "change of speed" in same.text
    assert not other.passed
    assert "no claim about speed" in other.text
    assert other.estimate is None


def test_without_applications_all_together_share_something_and_one_alone_is_its_place() -> None:
    ask = {"value": "speed", "time": "when", "group": "fs"}
    frame = year([(g, "scan") for g in GROUPS])
    (change,) = common_changes(frame[frame["app"] == "scan"], **ask)
    assert change.cause == "shared"
    frame = year([("fs3", "scan")])
    (change,) = common_changes(frame[frame["app"] == "scan"], **ask)
    assert change.cause == "place"


def test_one_group_alone_cannot_tell() -> None:
    frame = year([("fs1", a) for a in APPLICATIONS])
    assert {c.cause for c in common_changes(frame[frame["fs"] == "fs1"], **ASK)} == {"unknown"}


def test_two_moments_stay_apart() -> None:
    frame = year([("fs1", a) for a in APPLICATIONS])
    late = frame["fs"].eq("fs3") & frame["night"].ge(45)
    frame.loc[late, "speed"] *= 3
    first, second = common_changes(frame, **ASK)
    assert (first.groups, second.groups) == (["fs1"], ["fs3"])
    assert first.cause == second.cause == "place"


def test_the_zone_of_the_time_stamps_does_not_matter() -> None:
    frame = year([(g, "scan") for g in GROUPS])
    moved = frame.assign(when=frame["when"].dt.tz_convert("Asia/Tokyo").astype(str))
    assert common_changes(frame, **ASK) == common_changes(moved, **ASK)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.drop(columns="fs"), "no column fs"),
        (lambda f: f.assign(speed="fast"), "numbers and times"),
        (lambda f: f.assign(when="yesterday or so"), "numbers and times"),
        (lambda f: f.assign(speed=0.0), "not above 0"),
        (lambda f: f.assign(speed=np.nan), "No row"),
    ],
)
def test_bad_input_is_said_in_a_sentence(change: object, words: str) -> None:
    with pytest.raises(DataError, match=words):
        common_changes(change(year([])), **ASK)  # type: ignore[operator]


@needs_data
def test_the_collapse_of_a_year_was_software(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lockwood et al., SC18 data: dbscan_read on Edison, first collapsed run 2017-08-23, last one 2017-09-06."""
    monkeypatch.setenv("SIDUS_LAB_DATA", str(DATA))
    runs = datasets.load("tokio", "edison", quiet=True)
    runs = runs[runs["file_system"].notna()]
    ior = runs["application"] == "ior"
    runs["program"] = runs["application"].where(~ior, "ior " + runs["direction"] + " " + runs["layout"])
    verdict = read_changes(
        runs, value="performance", time="start", group="file_system", application="program", work="work", least=2.0
    )
    down, up = (c for c in verdict.data["changes"] if c.applications == ["dbscan_read"])
    assert down.groups == up.groups == ["scratch1", "scratch2", "scratch3"]
    assert down.cause == up.cause == "code"
    assert down.ratio < 1 / 90
    assert up.ratio > 90
    # Each file system shows both changes on the same dates: the first run after, and the last run before.
    assert {item.first.strftime("%Y-%m-%d") for item in down.seen} == {"2017-08-23"}
    assert up.after.strftime("%Y-%m-%d") == "2017-09-06"
    assert {item.first.strftime("%Y-%m-%d") for item in up.seen} == {"2017-09-07"}
    assert len(down.still) >= 15
    assert not any(item.same_work for item in (*down.seen, *up.seen))
    text = str(verdict)
    assert text.count("no claim about speed") >= 2
