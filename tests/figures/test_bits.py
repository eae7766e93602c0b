"""Bit agreement: letters that tell which nodes agree."""

from __future__ import annotations

from sidus_lab import figures
from tests.figures.examples import runs


def test_letters_tell_which_nodes_agree_whatever_the_order_of_the_runs() -> None:
    letters = figures.agreement(runs(), setting="OPENBLAS_CORETYPE")
    assert letters.to_dict("index") == {
        "exp, OPENBLAS_CORETYPE default": {"node1": "A", "node2": "B"},
        "exp, OPENBLAS_CORETYPE Nehalem": {"node1": "A", "node2": "B"},
        "solve, OPENBLAS_CORETYPE default": {"node1": "A", "node2": "B"},
        "solve, OPENBLAS_CORETYPE Nehalem": {"node1": "B", "node2": "B"},
    }


def test_a_node_that_does_not_repeat_itself_and_a_missing_result_are_shown_as_such() -> None:
    frame = runs()
    odd = frame.index[(frame["node"] == "node2") & (frame["operation"] == "exp")]
    frame.loc[odd[0], "result_hash"] = "something else"
    frame.loc[frame["node"].eq("node1") & frame["operation"].eq("solve"), "result_hash"] = None
    letters = figures.agreement(frame)
    assert letters.loc["exp", "node2"] == "B/C"
    assert letters.loc["solve", "node1"] == ""
    shown = {a.text for a in figures.bit_agreement(frame).layout.annotations}
    assert {"<b>B/C</b>", "<b>·</b>"} <= shown


def test_letters_are_said_in_words() -> None:
    said = figures.alternative(figures.bit_agreement(runs(), setting="OPENBLAS_CORETYPE"))
    assert "solve, OPENBLAS_CORETYPE default: 2 different results (node1 A, node2 B)" in said
    assert "solve, OPENBLAS_CORETYPE Nehalem: all nodes have the same bits" in said
