"""What a log shows of one ordered boot: its own reports count, and forged, doubled and stolen things are shown."""

from __future__ import annotations

from sidus_lab.sidusctl.node import trace, vouch
from sidus_lab.sidusctl.node.order import Order
from sidus_lab.sidusctl.node.reports import Fetch, Report

WORD = "ab" * 32
ORDER = Order(WORD, 100.0)
FILE = trace.files_name("node1", WORD)


def sent(
    stage: str, time: float, query: str = "up=1&boot=b1", *, word: str = WORD, address: str = "10.0.0.11"
) -> Report:
    details = dict(part.split("=") for part in query.split("&") if part)
    mark = vouch.of_report(word, "node1", stage, query) if word else ""
    return Report("node1", stage, time, details, query, mark, address)


def words(found: trace.Trace) -> list[str]:
    return [alarm.what for alarm in found.alarms]


def test_a_boot_in_order() -> None:
    reports = [sent("ipxe", 101, ""), sent("network", 102), sent("ready", 103, "up=9&boot=b1")]
    found = trace.follow("node1", ORDER, reports, [Fetch(FILE, 101.5, 900, "10.0.0.11")])
    assert found == trace.Trace(reports, "b1", [])


def test_what_came_before_the_order_says_nothing() -> None:
    assert trace.follow("node1", ORDER, [sent("ready", 99)], []) == trace.Trace([], "", [])


def test_a_node_without_an_order_has_no_reports() -> None:
    assert trace.follow("node1", None, [sent("ready", 103)], []) == trace.Trace([], "", [])


def test_a_report_without_the_word_does_not_count_and_is_shown() -> None:
    forged = [
        sent("ready", 101, word=""),
        sent("ready", 102, word="cd" * 32, address="10.0.0.66"),
        sent("refused", 103, "reason=verity", word=""),
        sent("ready", 104)._replace(query="up=1&boot=b2"),  # the mark of another report
        sent("network", 105)._replace(stage="ready"),
    ]
    found = trace.follow("node1", ORDER, forged, [])
    assert (found.reports, found.boot) == ([], "")
    assert found.alarms == [trace.Alarm("forged", 5, ["10.0.0.11", "10.0.0.66"])]


def test_a_report_that_comes_once_more_is_shown_and_counts_once() -> None:
    found = trace.follow("node1", ORDER, [sent("network", 101), sent("network", 102, address="10.0.0.66")], [])
    assert [report.time for report in found.reports] == [101]
    assert found.alarms == [trace.Alarm("doubled", 1, ["10.0.0.66"])]


def test_ipxe_that_tries_again_is_no_alarm() -> None:
    tries = [
        sent("ipxe", 101, ""),
        sent("refused", 102, "reason=ipxe-fetch"),
        sent("ipxe", 122, ""),
        sent("ipxe", 123, ""),
    ]
    found = trace.follow("node1", ORDER, tries, [])
    assert (found.reports, found.alarms) == (tries, [])


def test_own_files_that_go_out_twice_are_an_alarm() -> None:
    fetches = [
        Fetch(FILE, 101, 900, "10.0.0.11"),
        Fetch(FILE, 102, 1, "10.0.0.66"),
        Fetch("node2-x.cpio.gz", 103, 9, ""),
    ]
    found = trace.follow("node1", ORDER, [], fetches)
    assert found.alarms == [trace.Alarm("fetched-again", 2, ["10.0.0.11", "10.0.0.66"])]


def test_two_boots_with_one_word_are_an_alarm() -> None:
    reports = [sent("network", 101), sent("network", 102, "up=1&boot=b2", address="10.0.0.66")]
    found = trace.follow("node1", ORDER, reports, [])
    assert found.boot == "b1"
    assert words(found) == ["booted-again"]
    # Also when the first one's reports have left the log.
    noted = ORDER._replace(boot="b1", taken=101.5)
    found = trace.follow("node1", noted, reports[1:], [])
    assert (found.boot, words(found)) == ("b1", ["booted-again"])


def test_a_node_that_starts_by_itself_is_seen_but_cannot_end_a_boot() -> None:
    unordered = sent("refused", 105, "reason=not-ordered", word="")
    assert words(trace.follow("node1", ORDER, [unordered], [])) == ["forged"]
    without = sent("refused", 104, "reason=no-overlay", word="")
    assert trace.follow("node1", ORDER, [without], []).reports == [without]
    assert words(trace.follow("node1", ORDER, [sent("network", 103), without], [])) == ["forged"]
    taken = ORDER._replace(boot="b1", taken=102.0)
    assert trace.follow("node1", taken, [sent("ready", 103), unordered], []).reports[-1] == unordered
