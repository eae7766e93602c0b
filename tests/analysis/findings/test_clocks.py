"""A clock by which nothing should be measured costs claims about time their tick, and no other claim."""

from __future__ import annotations

import sidus_lab as sl
from sidus_lab.analysis.finding import Claim, Doubt, Finding
from sidus_lab.analysis.findings.clocks import doubted

SLOW = {"node1": {"usual_clock": True, "clock_source": "tsc"}, "node2": {"usual_clock": False, "clock_source": "hpet"}}
FINDINGS = [Finding(about="time", claim=Claim.NODES_DIFFER), Finding(about="bits", claim=Claim.NODES_DIFFER)]


def test_claims_about_time_lose_their_tick_and_say_whose_clock_it_is() -> None:
    time, bits = doubted(FINDINGS, SLOW)
    assert (time.passed, bits.passed) == (False, True)
    found = time.doubted(Doubt.UNUSUAL_CLOCK)
    assert found is not None
    assert (found.nodes, found.about) == (("node2",), "hpet")


def test_the_usual_clock_and_one_that_is_not_known_cost_nothing() -> None:
    for hardware in (None, {}, {"node1": {}}, {"node1": SLOW["node1"]}):
        assert doubted(FINDINGS, hardware) == FINDINGS


def test_a_verdict_on_records_says_it() -> None:
    records = sl.datasets.simulate(nodes=6, repeats=8, node_sd=0.05, repeat_sd=0.01, aa=4, seed=1)
    hardware = {str(node): {"usual_clock": False, "clock_source": "acpi_pm"} for node in records["node"].unique()}
    quiet, loud = sl.explain_records(records), sl.explain_records(records, hardware=hardware)
    assert any(each.passed for each in quiet.about("time"))
    assert not any(each.passed for each in loud.about("time"))
    assert "acpi_pm" in str(loud)
    with sl.language("fr"):
        assert "acpi_pm" in str(sl.explain_records(records, hardware=hardware))
