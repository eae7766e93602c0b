"""The analysis' front door: from a frame to a verdict with a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sidus_lab.analysis import verdict as analysis
from sidus_lab.analysis.sentence import Verdict

__all__ = ["Verdict", "explain_records"]


def explain_records(
    records: pd.DataFrame,
    *,
    factors: Sequence[str] = (),
    proof: Mapping[str, Any] | None = None,
    hardware: Mapping[str, Mapping[str, Any]] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Say where the differences in a set of records come from; as `analysis.verdict.explain_records`, with a figure.

    Raises DataError when a column is missing, durations are text, or no row can be used.
    """
    verdict = analysis.explain_records(records, factors=factors, proof=proof, hardware=hardware, level=level)
    return replace(verdict, draw=_draw_records)


def _draw_records(verdict: Verdict) -> Any:
    """Which nodes share bits; where no result was recorded, the durations node by node."""
    from sidus_lab import figures  # plotly is loaded only when something is drawn

    rows, factors = verdict.data["records"], verdict.data["factors"]
    if rows["result_hash"].notna().any():
        return figures.bit_agreement(rows, setting=factors)
    return figures.strips(rows, value="duration", by="node", color=factors[0] if factors else None, unit="s")
