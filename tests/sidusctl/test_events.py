"""JSON, one object a line, and nothing else."""

from __future__ import annotations

import json

import pytest

from sidus_lab.sidusctl import events


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", 'quote "', "ü 中", "tab\t", "half \ud800", "a\u2028b\u2029c\x85d"])
def test_one_object_is_one_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    events.emit(events.progress("step", 0.5, text))
    printed = capsys.readouterr().out
    assert printed.endswith("\n")
    assert len(printed.splitlines()) == 1
    assert json.loads(printed)["line"] == text


@pytest.mark.parametrize(("fraction", "shown"), [(None, None), (-1.0, 0.0), (0.123456, 0.1235), (7.0, 1.0)])
def test_a_fraction_stays_between_0_and_1(fraction: float | None, shown: float | None) -> None:
    assert events.progress("step", fraction)["fraction"] == shown
