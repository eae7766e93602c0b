"""From reports to one word."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl.node.reports import Report
from sidus_lab.sidusctl.node.stages import LOSSES, SHARES
from sidus_lab.sidusctl.node.status import LONG_SILENCE, SILENCE, decide, this_boot

BOOT = ["ipxe", "network", "fetched", "verified", "mounted", "ready"]


def told(*stages: str, start: float = 100.0, step: float = 5.0) -> list[Report]:
    return [Report("n", stage, start + number * step, {}) for number, stage in enumerate(stages)]


def test_off_whatever_was_reported() -> None:
    assert decide("off", 50.0, told(*BOOT), 1000.0).state == "off"


def test_switched_on_a_moment_ago() -> None:
    found = decide("on", 99.0, [], 104.0)
    assert (found.state, found.stage, found.seconds) == ("booting", "firmware", 5.0)


@pytest.mark.parametrize("last", range(1, len(BOOT)))
def test_booting_says_the_stage_and_how_long(last: int) -> None:
    reports = told(*BOOT[:last])
    found = decide("on", 99.0, reports, reports[-1].time + 3.0)
    assert (found.state, found.stage, found.seconds) == ("booting", BOOT[last - 1], 3.0)
    assert found.fraction == SHARES[BOOT[last - 1]]


def test_the_fraction_never_falls() -> None:
    fractions = [decide("on", 99.0, told(*BOOT[:last]), 140.0).fraction for last in range(len(BOOT) + 1)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_up_stays_up_for_days() -> None:
    found = decide("on", 99.0, told(*BOOT), 1e6)
    assert (found.state, found.fraction) == ("up", 1.0)


def test_up_when_the_bmc_is_silent() -> None:
    assert decide("unknown", 99.0, told(*BOOT), 200.0).state == "up"


def test_refused_carries_the_reason() -> None:
    reports = [*told("ipxe", "network"), Report("n", "refused", 120.0, {"reason": "verity"})]
    found = decide("on", 99.0, reports, 1e6)
    assert (found.state, found.reason) == ("refused", "verity")


def test_silence_is_slow_then_lost() -> None:
    reports = told("ipxe", "network")
    assert decide("on", 99.0, reports, 105.0 + SILENCE - 1).state == "booting"
    slow = decide("on", 99.0, reports, 105.0 + SILENCE + 1)
    assert (slow.state, slow.reason, slow.stage) == ("slow", "silent", "network")
    assert slow.fraction == SHARES["network"]
    lost = decide("on", 99.0, reports, 105.0 + LONG_SILENCE + 1)
    assert (lost.state, lost.reason, lost.stage) == ("lost", "silent", "network")
    assert decide("on", 99.0, [], 99.0 + SILENCE + 1).state == "slow"
    assert decide("on", 99.0, [], 99.0 + LONG_SILENCE + 1).state == "lost"


def test_a_node_that_always_took_its_time_is_given_it() -> None:
    reports = told("ipxe", "network", "fetched", start=400.0, step=200.0)  # after 300 s of firmware
    last = reports[-1].time
    assert decide("on", 100.0, reports, last + 899.0).state == "booting"
    assert decide("on", 100.0, reports, last + 901.0).state == "slow"
    assert decide("on", 100.0, reports, last + 2999.0).state == "slow"
    assert decide("on", 100.0, reports, last + 3001.0).state == "lost"


def test_a_later_report_makes_it_well_again() -> None:
    for silence in (SILENCE + 1, LONG_SILENCE + 1):
        reports = [*told("ipxe", "network"), *told("verified", start=105.0 + silence)]
        assert decide("on", 99.0, reports, 106.0 + silence).state == "booting"
        up = [*reports, *told("ready", start=110.0 + silence)]
        assert decide("on", 99.0, up, 111.0 + silence).state == "up"


def test_nothing_known_is_lost_with_a_reason() -> None:
    found = [decide("unknown", None, [], 100.0), decide("unknown", 99.0, [], 100.0), decide("on", None, [], 100.0)]
    assert [(each.state, each.reason) for each in found] == [
        ("lost", "power-unknown"),
        ("lost", "power-unknown"),
        ("lost", "not-from-here"),
    ]
    assert {each.reason for each in found} <= set(LOSSES)


def test_reports_of_an_earlier_start_do_not_count() -> None:
    assert decide("on", 500.0, told(*BOOT), 505.0).stage == "firmware"
    # A node that rebooted by itself: the newest network boot counts.
    again = [*told(*BOOT), *told("ipxe", "network", start=300.0)]
    found = decide("on", 99.0, again, 310.0)
    assert (found.state, found.stage) == ("booting", "network")
    assert [report.stage for report in this_boot(again, 99.0)] == ["ipxe", "network"]


def test_fetching_has_a_fraction_of_its_own() -> None:
    reports = [
        *told("ipxe", "network"),
        Report("n", "fetching", 110.0, {"file": "root.verity", "bytes": "100"}),
        Report("n", "fetching", 111.0, {"file": "root.squashfs", "bytes": "200"}),
        Report("n", "fetching", 112.0, {"file": "root.squashfs", "bytes": "400"}),
    ]
    found = decide("on", 99.0, reports, 113.0, image_bytes=1000)
    half = SHARES["fetching"] + (SHARES["fetched"] - SHARES["fetching"]) / 2
    assert found.fraction == pytest.approx(half)
    assert found.seconds == 3.0
    assert decide("on", 99.0, reports, 113.0).fraction == SHARES["fetching"]


def test_garbage_in_a_report_is_no_harm() -> None:
    reports = [Report("n", "fetching", 100.0, {"bytes": "-5e9"}), Report("n", "no-such-stage", 101.0, {})]
    assert decide("on", 99.0, reports, 102.0, image_bytes=10).state == "booting"


@pytest.mark.parametrize("count", ["\u00b2", "9" * 5000, "-1", "1e3", "\u0663", "12\n", ""])
def test_a_count_of_bytes_that_is_none_ends_nobodys_status(count: str) -> None:
    reports = [*told("ipxe", "network"), Report("n", "fetching", 111.0, {"file": "root.squashfs", "bytes": count})]
    found = decide("on", 99.0, reports, 112.0, image_bytes=1000)
    assert (found.state, found.fraction) == ("booting", SHARES["fetching"])


def test_the_waterfall() -> None:
    found = decide("on", 99.0, told("ipxe", "network", "fetching", "fetching", "fetched"), 130.0)
    value = found.row({"name": "n", "power": "on", "error": None})
    assert [(row["stage"], row["seconds"]) for row in value["stages"]] == [
        ("ipxe", 5.0),
        ("network", 5.0),
        ("fetching", 10.0),
        ("fetched", None),
    ]
    assert value["last"]["stage"] == "fetched"
