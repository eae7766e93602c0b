"""Folded node names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.sidusctl import folded
from sidus_lab.sidusctl.errors import CtlError


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("node1", ["node1"]),
        ("node[1-3]", ["node1", "node2", "node3"]),
        ("node[08-10]", ["node08", "node09", "node10"]),
        ("node[1,4-5]x", ["node1x", "node4x", "node5x"]),
        ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ("a, b,a", ["a", "b"]),
    ],
)
def test_expand(text: str, names: list[str]) -> None:
    assert folded.expand(text) == names


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["node2", "node1", "node3"], "node[1-3]"),
        (["node08", "node09", "node10"], "node[08-10]"),
        (["node1"], "node1"),
        (["node1", "node3", "spare"], "node[1,3],spare"),
        (["node9", "node10"], "node[9-10]"),
        ([], ""),
    ],
)
def test_fold(names: list[str], text: str) -> None:
    assert folded.fold(names) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "a,",
        "node[1-1000000000]",
        "n[1-9999][1-9999]",
        "n[3-1]",
        "n[a]",
        "n[1",
        "n]1[",
        "n[[1]]",
        "n[]",
        "n[1-]",
    ],
)
def test_bad_sets(text: str) -> None:
    with pytest.raises(CtlError) as caught:
        folded.expand(text)
    assert caught.value.code == "bad-nodeset"


@pytest.mark.parametrize("name", ["a;reboot", "$(id)", "a b", "-a", "a-", "../x", "A", "a_b", "x" * 64, "é", "a`id`"])
def test_bad_names(name: str) -> None:
    with pytest.raises(CtlError) as caught:
        folded.expand(name)
    assert caught.value.code == "bad-name"


_names = st.builds(
    lambda head, number, width, tail: head + str(number).zfill(width) + tail,
    st.sampled_from(["n", "node", "a1b"]),
    st.integers(0, 120),
    st.integers(1, 3),
    st.sampled_from(["", "x"]),
)


@given(st.lists(_names | st.sampled_from(["spare", "gate"]), min_size=1, max_size=30))
def test_folding_loses_nothing(names: list[str]) -> None:
    assert sorted(folded.expand(folded.fold(names))) == sorted(set(names))
