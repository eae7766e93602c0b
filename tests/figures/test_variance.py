"""Variance bars: standard deviations in the unit of the response."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab import figures
from sidus_lab.errors import DataError

TABLE = pd.DataFrame({"source": ["node", "rest"], "variance": [3.0, 1.0], "low": [1, np.nan], "high": [9, np.nan]})


def test_bars_are_standard_deviations_and_the_shares_are_written() -> None:
    figure = figures.variance_bars(TABLE, unit="s")
    assert list(figure.data[0].x) == pytest.approx([3**0.5, 1.0])
    said = " ".join(a.text for a in figure.layout.annotations)
    assert "1 to 3 s; 75 % of the variance" in said
    assert "interval not known; 25 % of the variance" in said
    assert "1.73 s" in said
    assert figure.layout.xaxis.title.text == "standard deviation (s)"


def test_no_interval_of_a_share_can_leave_0_to_100_percent() -> None:
    """The interval of a share of the estimated total ran to 425 %: it is no longer drawn or written."""
    wide = TABLE.assign(high=[400.0, np.nan])
    figure = figures.variance_bars(wide, unit="s")
    said = " ".join(a.text for a in figure.layout.annotations)
    assert "1 to 20 s" in said
    assert "to 425 %" not in said
    line = figure.data[1]
    assert line.marker.symbol[1] == "triangle-right"
    assert line.x[1] < 20
    assert line.x[1] <= figure.layout.xaxis.range[1]


def test_a_total_of_zero_has_no_shares() -> None:
    with pytest.raises(DataError, match="no shares"):
        figures.variance_bars(TABLE.assign(variance=0.0))
