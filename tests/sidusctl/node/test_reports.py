"""Reports from the web server's log."""

from __future__ import annotations

import json
from pathlib import Path

from sidus_lab.sidusctl.node import reports


def line(uri: str, time: float = 1.5) -> str:
    return json.dumps({"time": time, "uri": uri, "status": 204, "bytes": 0, "seconds": 0.001})


def test_a_report_is_read() -> None:
    assert reports.parse(line("/report/node1/fetched?bytes=12&up=3.4")) == reports.Report(
        "node1", "fetched", 1.5, {"bytes": "12", "up": "3.4"}
    )


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
    ):
        assert reports.parse(text) is None, text


def test_the_end_of_a_long_log(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    lines = [line(f"/report/node{number % 3}/stage{number}", number) for number in range(5000)]
    log.write_text("\n".join(lines) + '\n{"time": 9, "uri": "/report/node1/cut')
    found = reports.read(log, limit=20_000)
    assert set(found) == {"node0", "node1", "node2"}
    assert 100 < sum(map(len, found.values())) < 300
    newest = max((report for mine in found.values() for report in mine), key=lambda report: report.time)
    assert newest.stage == "stage4999"


def test_lines_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    log.write_text(line("/report/n/b", 2.0) + "\n" + line("/report/n/a", 1.0) + "\n")
    assert [report.stage for report in reports.read(log)["n"]] == ["a", "b"]


def test_no_log_yet(tmp_path: Path) -> None:
    assert reports.read(tmp_path / "none") == {}
