"""What the several results of a node follow, and how surely."""

from __future__ import annotations

import pytest

from sidus_lab.analysis.findings.results import cells
from sidus_lab.analysis.findings.within import Within, within
from tests.analysis.findings.bits_example import records


def found(results: dict[str, str]) -> Within:
    return within(list(cells(records(results), "solve")[()].values()))


def test_steady_nodes_show_nothing() -> None:
    assert found({"n1": "aaa", "n2": "bbb"}) == Within()


def test_a_label_that_explains_all_but_with_few_runs_only_fits() -> None:
    shown = found({"n1 boot=x": "aaa", "n1 boot=y": "bbb"})
    assert (shown.follows, shown.fits) == ((), ("boot",))
    assert shown.chance == pytest.approx(0.1)
    assert found({"n1 boot=x": "aaaaa", "n1 boot=y": "bbbbb"}).follows == ("boot",)


def test_a_boot_that_gave_two_results_is_restless() -> None:
    shown = found({"n1 boot=x": "aab", "n1 boot=y": "bbb"})
    assert shown.follows == ()
    assert shown.restless == ("n1",)


def test_code_that_changed_inside_a_boot_is_counted_in_runs() -> None:
    assert found({"n1 code=v": "aaaaa", "n1 code=w": "bbbbb"}).follows == ("code",)


def test_one_change_in_time_on_one_node() -> None:
    assert found({"n1": "aaaaabbbbb"}).follows == ("moment",)
    assert found({"n1": "aaaabababb"}).follows == ()
    assert "moment" in found({"n1": "aab"}).fits


def test_equal_results_in_equal_repetitions_of_several_nodes() -> None:
    assert found({"n1": "abcab", "n2": "abcab"}).follows == ("repetition",)
    assert found({"n1": "abcab", "n2": "bcabc"}).follows == ()
