"""What programs report of a forced setting."""

from __future__ import annotations

import pytest

from sidus_lab.analysis.findings.witness import obeyed
from tests.analysis.findings.bits_example import FACTOR, records

ON = ((FACTOR, "on"),)


@pytest.mark.parametrize(
    ("metrics", "answer"),
    [
        ('{"blas_core": "ON"}', True),
        ('{"blas_core": "Haswell"}', False),
        ('{"blas_core": ""}', None),
        ('{"observed:OPENBLAS_CORETYPE": "on", "blas_core": "Haswell"}', True),
        ('{"observed:OPENBLAS_CORETYPE": "off"}', False),
        ('{"seen:OPENBLAS_CORETYPE": null}', False),
        ('{"seen:OPENBLAS_CORETYPE": "on"}', None),  # given, and perhaps ignored
        ("{}", None),
        ("not JSON", None),
        ("[1]", None),
    ],
)
def test_obeyed(metrics: str, answer: bool | None) -> None:
    table = records({"n1": "a", "n1+on": "a"}, metrics=metrics)
    assert obeyed(table, ON) is answer


def test_a_setting_that_no_program_reports_on() -> None:
    assert obeyed(records({"n1": "a", "n1+on": "a"}, metrics='{"other": "on"}'), ON) is None
    assert obeyed(records({"n1": "a"}), ON) is None
    assert obeyed(records({"n1": "a"}), ()) is None
