"""Result files of hyperfine: commands, each run several times as a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any


class Hyperfine:
    """The JSON files that ``hyperfine`` writes with ``--export-json``. They do not name the host."""

    def knows(self, data: object) -> bool:
        """Say whether this is such a file."""
        results = data.get("results") if isinstance(data, dict) else None
        return isinstance(results, list) and all(isinstance(each, dict) and "command" in each for each in results)

    def host(self, data: Mapping[str, object]) -> str:  # noqa: ARG002
        """It is not told."""
        return ""

    def rows(self, data: Mapping[str, object]) -> list[dict[str, object]]:
        """Return one row per run; one that ended with another code than 0 is ``failed``."""
        content: Mapping[str, Any] = data
        rows: list[dict[str, Any]] = []
        for result in content["results"]:
            codes = result.get("exit_codes") or []
            for number, (seconds, code) in enumerate(zip_longest(result["times"], codes, fillvalue=0), 1):
                rows.append(
                    {
                        "benchmark": str(result["command"]),
                        "session": number,
                        "repetition": 1,
                        "duration": float(seconds),
                        "status": "ok" if code == 0 else "failed",
                        "when": None,
                        **result.get("parameters", {}),
                    }
                )
        return rows
