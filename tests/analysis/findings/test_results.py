"""The results of one operation, sorted by node, setting, boot, code and image."""

from __future__ import annotations

from sidus_lab.analysis.findings.results import cells, groups, profiles
from tests.analysis.findings.bits_example import FACTOR, records

ON = ((FACTOR, "on"),)


def test_cells_count_runs_without_a_result_and_crashes() -> None:
    found = cells(records({"n1": "ab-", "n2": "!!!", "n1+on": "!aa"}), "solve")
    assert list(found) == [(), ON]
    one = found[()]["n1"]
    assert (one.repeats, one.unhashed, one.crashed, one.steady) == (2, 1, 0, False)
    assert found[()]["n2"].crashed == 3
    assert not found[()]["n2"].runs
    assert (found[ON]["n1"].repeats, found[ON]["n1"].crashed) == (2, 1)
    assert "n2" not in found[ON]


def test_restless_only_within_one_boot_code_and_image() -> None:
    boots = cells(records({"n1 boot=x": "aaa", "n1 boot=y": "bbb"}), "solve")[()]["n1"]
    assert not boots.steady
    assert not boots.restless
    assert cells(records({"n1": "aab"}), "solve")[()]["n1"].restless


def test_runs_stand_in_the_order_of_time() -> None:
    cell = cells(records({"n1": "abc"}), "solve")[()]["n1"]
    assert [run.result for run in cell.runs] == ["a", "b", "c"]
    assert None not in [run.place for run in cell.runs]


def test_nodes_that_ran_several_codes_are_compared_under_those_they_share() -> None:
    table = records(
        {"n1 code=v": "aaa", "n1 code=w": "bbb", "n2 code=v": "aaa", "n2 code=w": "ccc", "n3 code=v": "aaa"}
    )
    found = list(cells(table, "solve")[()].values())
    assert groups(found[:2]) == (("n1",), ("n2",))
    assert groups(found) == (("n1", "n2", "n3"),)


def test_sets_are_compared_and_not_their_order() -> None:
    found = list(cells(records({"n1": "abab", "n2": "bbaa", "n3": "cccc"}), "solve")[()].values())
    assert groups(found) == (("n1", "n2"), ("n3",))
    assert len(set(profiles(found).values())) == 2
