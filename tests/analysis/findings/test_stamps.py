"""What was odd about time stamps, one finding each."""

from __future__ import annotations

import pandas as pd

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.stamps import odd_stamps
from sidus_lab.analysis.numbers.clock import Stamps

HOURS = pd.Series([0.0, 1.0])


def test_stamps_without_a_fault_say_nothing() -> None:
    assert odd_stamps("speed", "when", Stamps(HOURS, 1, 0, 0, 0), 10) == []


def test_each_oddity_is_counted_for_itself() -> None:
    found = odd_stamps("speed", "when", Stamps(HOURS, zones=2, naive=3, unreadable=4, disordered=5), 10)
    assert {item.reason: item.rows for item in found} == {"unreadable": 4, "zones": 10, "naive": 3, "disordered": 5}
    for item in found:
        assert (item.claim, item.subject, item.columns, item.total) == (Claim.ROWS_ODD, "speed", ("when",), 10)
        assert not item.passed
