"""A proof of other nodes, boots or images is named as such; what was not measured does not count."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sidus_lab.analysis.findings.belonging import misfits, require
from sidus_lab.errors import DataError

PROOF = {"boots": {"node1": ["b1"], "node2": ["b2"]}, "roots": {"node1": "r", "node2": "r"}, "missing": {}}


def rows(**changes: Any) -> pd.DataFrame:
    table = pd.DataFrame({"node": ["node1", "node2"], "boot": ["b1", "b2"], "root_hash": "r", "status": "ok"})
    return table.assign(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"node": ["node1", "node3"]}, "node3 is not among the nodes of the proof (node1, node2)"),
        ({"boot": ["b1", "b9"]}, "node2: the proof is of its boot b2, and rows were measured in its boot b9"),
        ({"root_hash": ["r", "s"]}, "node2: the proof shows the image r, the records s"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], words: str) -> None:
    assert list(misfits(rows(**changes), PROOF)) == [words]
    with pytest.raises(DataError, match="does not belong") as caught:
        require(rows(**changes), PROOF)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({}, PROOF),
        ({"node": ["node1", "node3"], "status": ["ok", "lost"]}, PROOF),
        ({"node": ["node1", "node3"]}, {**PROOF, "missing": {"node3": "gone"}}),
        ({"node": ["node1", "node3"]}, {"same": True, "nodes": ["node1"]}),
        ({"boot": ["b1", None]}, PROOF),
    ],
)
def test_what_fits(changes: dict[str, Any], proof: dict[str, Any]) -> None:
    require(rows(**changes), proof)
