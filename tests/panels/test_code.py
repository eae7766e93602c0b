"""The lines that panels show name what there is (that they run is tested with the control room)."""

from __future__ import annotations

import ast

import pytest

from sidus_lab.panels import code
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes


@pytest.mark.parametrize(
    "text",
    [
        code.image("node1", "a" * 64, scrub=True),
        code.nodes("node[1-2]"),
        code.proof("node1", scrub=True),
        code.log("node1", console=True),
        code.log("node1", console=False),
        code.jobs("1"),
        code.history("", "", "", "node1"),
        code.history("small@aa", "small@bb", "v'1", "node1"),
    ],
)
def test_code_names_what_there_is(text: str) -> None:
    """Every method that the lines call on nodes is one that nodes have."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id in ("nodes", "lab"):
            assert hasattr(Nodes if call.value.id == "nodes" else Lab, call.attr), call.attr
