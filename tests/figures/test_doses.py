"""Doses in order, intervals over node means."""

from __future__ import annotations

import pytest
from scipy import stats

from sidus_lab import figures
from tests.figures.examples import doses


def test_doses_stand_in_order_with_intervals_over_node_means() -> None:
    frame = doses()
    figure = figures.dose_response(frame, dose="cpu_dma_latency", by="workload")
    assert list(figure.layout.xaxis.ticktext) == ["0", "5", "20", "50", "200", "default"]
    (line,) = [t for t in figure.data if t.name == "messages"]
    part = frame[(frame["workload"] == "messages") & (frame["cpu_dma_latency"] == "default")]
    means = part.groupby("node")["duration"].mean()
    assert line.y[-1] == pytest.approx(means.mean())
    assert line.error_y.array[-1] == pytest.approx(stats.sem(means) * stats.t.ppf(0.975, 3))
