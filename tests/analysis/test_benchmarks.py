"""The analysis' benchmarks run and give sane values; no times are asserted."""

from __future__ import annotations

import pytest

from benchmarks import coverage, variance
from sidus_lab.analysis.numbers.components import components


def test_coverage_table_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--quick"]) == 0
    text = capsys.readouterr().out
    assert "A/A, verdict on records" in text
    assert "rows are within their targets" in text


def test_coverage_is_sane_with_few_designs() -> None:
    """150 designs: far from the target's precision, near enough to see an interval that is wrong."""
    row = coverage.intervals(150, 10, balanced=True, tails="normal", seed=5)
    assert all(0.88 <= rate <= 1.0 for rate in row.rates.values())
    again = coverage.intervals(150, 10, balanced=True, tails="normal", seed=5)
    assert row == again
    assert coverage.false_alarms(60, "normal", seed=1).rates["false alarms"] <= 0.12
    assert coverage.swaps(20, "software", 4, seed=1).rates["of these right"] >= 0.9


def test_a_wrong_interval_would_be_seen() -> None:
    assert not coverage._within([0.80], 1000)
    assert coverage._within([0.95], 1000)


@pytest.mark.slow
def test_variance_table_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert variance.main(["--quick", "--limit", "20"]) == 0
    text = capsys.readouterr().out
    assert "sidus_lab" in text
    assert "groupby" in text


def test_estimates_agree_with_statsmodels() -> None:
    """MixedLM on the crossed table with interaction, with an optimiser that does not stop early."""
    frame = variance.table(12, 4, 5)
    other = variance.statsmodels(frame, variance.INTERACTION, 120)
    if isinstance(other, str):
        pytest.skip(f"statsmodels: {other}")
    found = {part.name: part.value for part in components(frame, "y", random=variance.INTERACTION).parts}
    assert variance.digits(found, other[2]) >= 3.5
