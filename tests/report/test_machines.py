"""What is said of machines before any result: emulated ones never pass for real ones, and nobody is guessed."""

from __future__ import annotations

import pytest

from sidus_lab import words
from sidus_lab.report import machines


def proof(**virtual: str | None) -> dict[str, object]:
    nodes = []
    for name, kind in virtual.items():
        nodes.append({"name": name, "hardware": {} if kind is None else {"virtual": kind}})
    return {"nodes": nodes}


@pytest.mark.parametrize(
    ("virtual", "said"),
    [
        ("qemu", "No duration here tells anything about the processor"),
        ("kvm", "virtual machines (kvm)"),
        ("", "real machines"),
        (None, "nobody asked them"),
    ],
)
def test_each_kind(virtual: str | None, said: str) -> None:
    (sentence,) = machines.sentences(proof(node1=virtual, node2=virtual))
    assert said in sentence
    assert sentence.startswith("node[1-2]")


def test_each_kind_is_said_by_itself_and_who_was_not_asked_is_not_known() -> None:
    said = machines.sentences(proof(a1="qemu", a2=""), ["a1", "a2", "a3"])
    assert [sentence.split(":")[0] for sentence in said] == ["a1", "a2", "a3"]
    assert "not known" in said[2]
    assert machines.sentences(None, []) == []
    assert "not known" in machines.sentences(None, ["x"])[0]


def test_in_french() -> None:
    with words.language("fr"):
        assert "machines émulées" in machines.sentences(proof(node1="qemu"))[0]
