"""The boot waterfall adds up."""

from __future__ import annotations

import numpy as np

from sidus_lab import figures
from tests.figures.examples import stages


def test_a_waterfall_adds_up_to_the_time_of_the_last_stage_and_marks_refusals() -> None:
    table = stages(2)
    table.loc[table.index[-1], "stage"] = "refused"
    figure = figures.boot_waterfall(table)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert np.allclose(sum(np.asarray(bar.x) for bar in bars), [40, 16])
    assert "1 of 2 nodes reached 'ready'" in figure.layout.title.subtitle.text
    assert [t.name for t in figure.data if t.type == "scatter"] == ["refused"]
