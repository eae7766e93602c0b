"""What nodes told the web server while they booted: GET /report/<node>/<stage>?key=value, read from its log."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import parse_qsl, urlsplit

_LIMIT = 16 << 20
"""Bytes read from the log's end: hundreds of nodes in one boot storm fit, and a log of years costs nothing."""


class Report(NamedTuple):
    """One report of one node; `time` in seconds since 1970, by the web server's clock."""

    node: str
    stage: str
    time: float
    details: Dict[str, str]

    def to_dict(self) -> Dict[str, Any]:
        """The report as JSON values."""
        return {"stage": self.stage, "time": self.time, "details": self.details}


def parse(line: str) -> Optional[Report]:
    """A line of the log as a report; None for any other request and for what is no whole line."""
    if '"/report/' not in line and '"\\/report\\/' not in line:
        return None
    try:
        entry = json.loads(line)
        address = urlsplit(str(entry["uri"]))
        _, top, node, stage = address.path.split("/")
        return Report(node, stage, float(entry["time"]), dict(parse_qsl(address.query))) if top == "report" else None
    except (ValueError, KeyError, TypeError):
        return None


def read(log: Path, limit: int = _LIMIT) -> Dict[str, List[Report]]:
    """The newest reports by node, oldest first; from the last `limit` bytes of the log."""
    found: Dict[str, List[Report]] = {}
    try:
        with open(log, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(0, size - limit))
            lines = stream.read(limit).decode("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return found
    for line in lines[1:] if size > limit else lines:  # the first line may have lost its beginning
        report = parse(line)
        if report is not None:
            found.setdefault(report.node, []).append(report)
    for reports in found.values():
        reports.sort(key=lambda report: report.time)
    return found
