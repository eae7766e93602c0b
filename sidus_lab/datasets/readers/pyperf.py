"""Result files of pyperf: benchmarks, each of several processes (sessions), each with several values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Pyperf:
    """The JSON files that ``pyperf`` writes with ``-o`` (its documentation: "Benchmark suite JSON format")."""

    def knows(self, data: object) -> bool:
        """Say whether this is such a file."""
        return isinstance(data, dict) and "version" in data and isinstance(data.get("benchmarks"), list)

    def host(self, data: Mapping[str, object]) -> str:
        """Return the host's name."""
        content: Mapping[str, Any] = data
        return str(content.get("metadata", {}).get("hostname", ""))

    def rows(self, data: Mapping[str, object]) -> list[dict[str, object]]:
        """Return one row per value; processes that only calibrated have none. Values that are no times are refused."""
        content: Mapping[str, Any] = data
        rows = []
        common = content.get("metadata", {})
        for benchmark in content["benchmarks"]:
            about = {**common, **benchmark.get("metadata", {})}
            if about.get("unit", "second") != "second":
                raise ValueError(f"{about.get('name')}, measured in {about['unit']},")
            session = 0
            for run in benchmark["runs"]:
                values = run.get("values", [])
                session += bool(values)
                for repetition, value in enumerate(values, 1):
                    row = {"benchmark": str(about["name"]), "session": session, "repetition": repetition}
                    when = run.get("metadata", {}).get("date")
                    rows.append({**row, "duration": float(value), "status": "ok", "when": when})
        return rows
