"""The register of kinds: known names, one more, and none twice."""

from __future__ import annotations

import pytest

from sidus_lab.errors import DataError, SidusError
from sidus_lab.kinds import Kinds


def test_it_reads_like_a_mapping() -> None:
    kinds = Kinds("shape", {"round": 1, "square": 2})
    assert kinds["round"] == 1
    assert list(kinds) == ["round", "square"]
    assert len(kinds) == 2
    assert "flat" not in kinds
    assert 3 not in kinds


@pytest.mark.parametrize("name", ["flat", "", None, 3])
def test_a_name_that_is_not_known(name: str) -> None:
    with pytest.raises(DataError, match=r"shape of the kind .* is not known[\s\S]*use round"):
        Kinds("shape", {"round": 1}, error=DataError)[name]


def test_one_more_and_none_twice() -> None:
    kinds = Kinds("shape", {"round": 1})
    with kinds.added("flat", 2):
        assert kinds["flat"] == 2
        with pytest.raises(SidusError, match="known already"):
            kinds.add("flat", 3)
    assert "flat" not in kinds
    kinds.add("flat", 3)
    assert kinds["flat"] == 3
