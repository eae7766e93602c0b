"""Reports and fetches from the web server's log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab.sidusctl.node import reports
from sidus_lab.sidusctl.node.reports import Fetch, Report


def line(uri: str, time: float = 1.5, status: int = 200, size: int = 6) -> str:
    return json.dumps({"time": time, "address": "10.0.0.11", "uri": uri, "status": status, "bytes": size})


def test_a_report_is_read() -> None:
    found = reports.parse(line("/report/node1/fetched?up=3.4&bytes=12&mark=ab"))
    query = "up=3.4&bytes=12"
    assert found == Report("node1", "fetched", 1.5, {"bytes": "12", "up": "3.4"}, query, "ab", "10.0.0.11")


def test_a_report_without_mark_or_sender_is_read_too() -> None:
    assert reports.parse(line("/report/node1/ipxe")) == Report("node1", "ipxe", 1.5, {}, "", "", "10.0.0.11")
    assert reports.parse(line("/report/node1/ipxe?mark=ab")) == Report("node1", "ipxe", 1.5, {}, "", "ab", "10.0.0.11")
    old = json.dumps({"time": 1.5, "uri": "/report/node1/ipxe?up=1", "status": 200, "bytes": 6})
    assert reports.parse(old) == Report("node1", "ipxe", 1.5, {"up": "1"}, "up=1")


def test_anything_else_is_not() -> None:
    for text in (
        line("/published/ab/root.squashfs"),
        line("/report/node1"),
        line("/report/a/b/c"),
        line("/x?y=/report/node1/ready"),
        '{"time": 1, "uri": "/report/node1/rea',
        '{"uri": "/report/node1/ready"}',
        '"/report/node1/ready"',
        "",
        line("/boot/overlay/node1-x.cpio.gz", size=0),
        line("/boot/overlay/node1-x.cpio.gz", status=404),
    ):
        assert reports.parse(text) is None, text


@pytest.mark.parametrize(
    "uri",
    [
        "/boot/overlay/node1-x.cpio.gz",
        "/boot/overlay/node1-x.cpio.gz?a=b",
        "//boot/./overlay//node1-x.cpio.gz",
        "/boot/overlay/node1%2dx.cpio.gz",
        "/%62oot/overlay/node1-x.cpio.gz",
        "/boot/by-mac/../overlay/node1-x.cpio.gz",
    ],
)
def test_a_fetch_is_seen_however_it_is_written(uri: str) -> None:
    assert reports.parse(line(uri, size=100)) == Fetch("node1-x.cpio.gz", 1.5, 100, "10.0.0.11")
    assert reports.parse(line(uri, size=1, status=206)) == Fetch("node1-x.cpio.gz", 1.5, 1, "10.0.0.11")


def test_the_end_of_a_long_log(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    lines = [line(f"/report/node{number % 3}/stage{number}", number) for number in range(5000)]
    log.write_text("\n".join(lines) + '\n{"time": 9, "uri": "/report/node1/cut')
    found = reports.read(log, limit=20_000).reports
    assert set(found) == {"node0", "node1", "node2"}
    assert 100 < sum(map(len, found.values())) < 300
    newest = max((report for mine in found.values() for report in mine), key=lambda report: report.time)
    assert newest.stage == "stage4999"


def test_lines_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    log.write_text(line("/report/n/b", 2.0) + "\n" + line("/report/n/a", 1.0) + "\n")
    assert [report.stage for report in reports.read(log).reports["n"]] == ["a", "b"]


def test_no_log_yet(tmp_path: Path) -> None:
    assert reports.read(tmp_path / "none") == reports.Log({}, [])
