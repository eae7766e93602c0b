"""The first line of a verdict: the answer, with the node named."""

from __future__ import annotations

from sidus_lab import words
from tests.analysis.records_example import FACTOR, PROOF, records
from tests.analysis.test_explain_table import LEVELS, ask, booted


def test_the_odd_node_is_named_and_compared_with_itself() -> None:
    frame = booted(node_sd=0.003)
    frame.loc[frame["machine"] == "m03", "speed"] *= 1.12
    verdict = ask(frame, proof={"same": True, "nodes": sorted(frame["machine"].unique()), "levels": LEVELS})
    assert verdict.answer.startswith("m03 is 1")
    assert "higher than the others" in verdict.answer
    assert "more than any node differs from itself" in verdict.answer
    assert "the machine" in verdict.answer
    assert verdict.answer in str(verdict).replace("\n", " ")
    assert verdict.to_dict()["answer"] == verdict.answer
    with words.language("fr"):
        assert "que les autres" in ask(frame).answer


def test_without_boots_the_answer_holds_in_this_session() -> None:
    assert "in this session" in ask(booted(boots=1)).answer


def test_nothing_is_named_where_nothing_is_shown() -> None:
    assert ask(booted(node_sd=0.0)).answer == "No node is shown to differ from the others."
    assert "cannot be told" in ask(booted(nodes=1)).answer


def test_two_nodes_in_records_are_named() -> None:
    from sidus_lab.explanation import explain_records

    said = explain_records(records(operations=("exp",), boots=1), factors=[FACTOR], proof=PROOF).answer
    assert "node2 is" in said
    assert "slower than the other" in said
