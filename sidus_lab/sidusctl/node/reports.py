"""What the web server's log says of nodes: their reports while they boot, and who was given their own files.

A report is GET /report/<node>/<stage>?<details>&mark=<mark>; the mark shows that this boot sent it (see `vouch`).
"""

from __future__ import annotations

import json
import os
import posixpath
from pathlib import Path
from typing import Dict, List, NamedTuple, Union
from urllib.parse import parse_qsl, unquote

_LIMIT = 16 << 20
"""Bytes read from the log's end: hundreds of nodes in one boot storm fit, and a log of years costs nothing."""


class Report(NamedTuple):
    """One report of one node; `time` in seconds since 1970, by the web server's clock.

    `query` is what the mark is of, as it came; `address` who sent it, as the web server saw it.
    """

    node: str
    stage: str
    time: float
    details: Dict[str, str]
    query: str = ""
    mark: str = ""
    address: str = ""


class Fetch(NamedTuple):
    """One time at which some bytes of a file of `boot/overlay/` went out."""

    file: str
    time: float
    bytes: int
    address: str = ""


class Log(NamedTuple):
    """What the log holds, oldest first: reports by node, and what was fetched of nodes' own files."""

    reports: Dict[str, List[Report]]
    fetches: List[Fetch]


def parse(line: str) -> Union[Report, Fetch, None]:
    """A line of the log; None for any other request and for what is no whole line."""
    if "report" not in line and "overlay" not in line and "%" not in line:
        return None
    try:
        entry = json.loads(line)
        path, _, query = str(entry["uri"]).partition("?")
        # As the web server takes it, which reads "%6e", "//" and ".." as well.
        parts = posixpath.normpath("/" + unquote(path.partition("#")[0]).lstrip("/")).split("/")[1:]
        time, sender = float(entry["time"]), str(entry.get("address", ""))
        if parts[0] == "report":
            _, node, stage = parts
            told, found, mark = query.rpartition("mark=")
            told = told.rstrip("&") if found else query
            return Report(node, stage, time, dict(parse_qsl(told)), told, mark if found else "", sender)
        if parts[:2] == ["boot", "overlay"] and int(entry["bytes"]) > 0 and int(entry["status"]) in (200, 206):
            return Fetch(parts[-1], time, int(entry["bytes"]), sender)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        pass
    return None


def read(log: Path, limit: int = _LIMIT) -> Log:
    """The newest reports and fetches; from the last `limit` bytes of the log."""
    found = Log({}, [])
    try:
        with open(log, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(0, size - limit))
            lines = stream.read(limit).decode("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return found
    for line in lines[1:] if size > limit else lines:  # the first line may have lost its beginning
        entry = parse(line)
        if isinstance(entry, Report):
            found.reports.setdefault(entry.node, []).append(entry)
        elif entry is not None:
            found.fetches.append(entry)
    for reports in found.reports.values():
        reports.sort(key=lambda report: report.time)
    found.fetches.sort(key=lambda fetch: fetch.time)
    return found
