"""Time series: every run, and the windows of changes."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab import figures
from sidus_lab.analysis.findings.common_cause import common_changes
from tests.figures.examples import nights


def test_a_time_series_shows_all_runs_and_the_window_of_the_change() -> None:
    frame = nights(60)
    changes = common_changes(frame, value="speed", time="when", group="node")
    figure = figures.time_series(frame.sample(frac=1), value="speed", time="when", by="node", changes=changes)
    assert sorted(np.concatenate([t.y for t in figure.data])) == sorted(frame["speed"])
    (band,) = figure.layout.shapes
    assert band.x0.startswith("2024-01-30")
    assert band.x1.startswith("2024-01-31")


def test_long_series_show_medians_and_leave_gaps_open() -> None:
    frame = nights(4_000)
    frame = frame[(frame["when"] < "2026-01-01") | (frame["when"] > "2028-01-01")]
    figure = figures.time_series(frame, value="speed", time="when")
    (line,) = [t for t in figure.data if t.mode == "lines+markers"]
    assert len(line.y) == 120
    assert np.isnan(np.asarray(line.y, float)).sum() > 10
    assert np.nanmax(line.y) == pytest.approx(2, rel=0.05)
