"""Records as the experiments write them go through the verdict unchanged, whatever types their columns have."""

from __future__ import annotations

import pandas as pd
import pytest

from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.finding import Claim
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
