"""Records as the experiments write them go through the verdict unchanged, whatever types their columns have."""

from __future__ import annotations

import pandas as pd
import pytest

from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits import found as find_bits
from sidus_lab.analysis.findings.records import checked, forced, setting_name
from sidus_lab.experiments import records as written
from tests.analysis.records_example import FACTOR, PROOF, records


def texts(frame: pd.DataFrame) -> list[str]:
    return [sentence.text for sentence in explain_records(frame, factors=[FACTOR], proof=PROOF).sentences]


def test_types_of_the_written_records() -> None:
    frame = records()
    expected = texts(frame)
    full = frame.assign(attempt=1, workload="numpy", metrics="{}")
    typed = written.typed(full)
    assert texts(typed) == expected
    assert texts(typed.astype({"node": "category", "operation": "category", FACTOR: "category"})) == expected
    assert texts(frame.drop(columns="message")) == expected


def test_an_unset_level_may_be_missing() -> None:
    frame = records()
    frame[FACTOR] = frame[FACTOR].where(frame[FACTOR] != "default")
    assert texts(frame) == texts(records())


def test_settings_and_their_names() -> None:
    found = checked(records(), [FACTOR])
    settings = [setting for setting, _ in found.settings(found.main)]
    assert settings == [((FACTOR, "default"),), ((FACTOR, "Nehalem"),)]
    assert forced(settings[0]) == ()
    assert setting_name(settings[1]) == "OPENBLAS_CORETYPE=Nehalem"


def test_two_factors_name_the_smaller_cure() -> None:
    """Where one setting alone makes the nodes agree, the combination that contains it is not named as well."""
    frame = records()
    other = frame.assign(THREADS="1", order=frame["order"] + 1000)
    both = pd.concat([frame.assign(THREADS="default"), other])
    found = find_bits(checked(both, [FACTOR, "THREADS"]), "same")
    solve = next(item for item in found if item.subject == "solve")
    assert solve.claim is Claim.BITS_FORCED_AGREE
    assert [item.setting for item in solve.with_effect("removes")] == [((FACTOR, "Nehalem"),)]


@pytest.mark.parametrize("missing", ["phase", "aa", "block", "work", "hardware", "code_hash", "root_hash"])
def test_columns_that_may_be_absent(missing: str) -> None:
    assert texts(records().drop(columns=missing))


def coarse(**more: object) -> pd.DataFrame:
    """Honest repeats by a clock of one second: many rows are equal in every column."""
    rows = [
        {"node": node, "operation": "solve", "status": "ok", "duration": float(1 + k % 2), "result_hash": "a"}
        for node in ("node1", "node2")
        for k in range(6)
    ]
    return pd.DataFrame(rows).assign(**more)


def test_equal_rows_are_dropped_only_where_a_column_numbers_the_runs() -> None:
    kept = checked(coarse(), [])
    assert (len(kept.rows), kept.duplicates) == (12, 0)
    assert [(item.claim, item.rows) for item in kept.odd] == [(Claim.ROWS_ALIKE, 8)]
    numbered = coarse(block=[0] * 3 + [1] * 3 + [0] * 3 + [1] * 3, repetition=[1, 2, 3] * 4)
    once = checked(pd.concat([numbered, numbered.head(4)]), [])
    assert (len(once.rows), once.duplicates, once.odd) == (12, 4, ())


def test_blanks_make_no_other_node_or_setting() -> None:
    frame = records()
    frame.loc[frame.index[:3], ["node", FACTOR]] += " "
    found = checked(frame, [FACTOR])
    assert found.nodes == ["node1", "node2"]
    assert set(found.rows[FACTOR]) == {"default", "Nehalem"}
    assert [(item.claim, item.rows, item.columns) for item in found.odd] == [
        (Claim.ROWS_ODD, 3, ("node",)),
        (Claim.ROWS_ODD, 3, (FACTOR,)),
    ]


@pytest.mark.parametrize("word", ["OK", "Ok", "success", 200, True])
def test_a_good_end_by_other_words(word: object) -> None:
    frame = records()
    assert texts(frame.assign(status=word)) == texts(frame)


@pytest.mark.parametrize("status", ["failed", "lost", "cancelled", "timeout"])
def test_runs_lost_at_one_level_leave_no_fair_sample(status: str) -> None:
    frame = records(forced_slower=0.3)
    even = pd.Series(range(len(frame)), index=frame.index) % 3 > 0
    frame.loc[(frame[FACTOR] != "default") & even, "status"] = status
    findings = explain_records(frame, factors=[FACTOR], proof=PROOF).findings
    doubted = [item for item in findings if item.about == "time" and item.doubted(Doubt.LOST_RUNS)]
    assert doubted
    assert not any(item.passed for item in doubted)
