"""Result files of pyperf: benchmarks, each of several processes (sessions), each with several values."""

from __future__ import annotations

from typing import Any


class Pyperf:
    """The JSON files that ``pyperf`` writes with ``-o`` (its documentation: "Benchmark suite JSON format")."""

    def knows(self, data: Any) -> bool:
        """Say whether this is such a file."""
        return isinstance(data, dict) and "version" in data and isinstance(data.get("benchmarks"), list)

    def host(self, data: Any) -> str:
        """Return the host's name."""
        return str(data.get("metadata", {}).get("hostname", ""))

    def rows(self, data: Any) -> list[dict[str, Any]]:
        """Return one row per value; processes that only calibrated have none. Values that are no times are refused."""
        rows = []
        common = data.get("metadata", {})
        for benchmark in data["benchmarks"]:
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
