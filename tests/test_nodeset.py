"""Folded names on this half: the server's own rules, with this half's error."""

from __future__ import annotations

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold


def test_there_and_back() -> None:
    assert expand("node[1-3,7]") == ["node1", "node2", "node3", "node7"]
    assert fold(iter(expand("node[1-3,7]"))) == "node[1-3,7]"
    assert fold([]) == ""


@pytest.mark.parametrize("text", ["node[1-", "node[3-1]", "a b", "node[1-1000000]", "$(x)"])
def test_what_is_no_set_of_nodes(text: str) -> None:
    with pytest.raises(SidusError) as caught:
        expand(text)
    assert caught.value.hint
