"""Hints of the server's half, in the words of a notebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sidus_lab.sidusctl
from sidus_lab.sidus.hints import in_python


@pytest.mark.parametrize(
    ("hint", "wanted"),
    [
        (
            "follow that one: sidusctl job follow 20260101-000000-abcd",
            'follow that one: lab.follow("20260101-000000-abcd")',
        ),
        ("use --replace, or: sidusctl node remove node1", 'use replace=True, or: lab.remove_nodes("node1")'),
        (
            "give 'n9' one of its own, or: sidusctl node remove node1",
            "give 'n9' one of its own, or: lab.remove_nodes(\"node1\")",
        ),
        ("sidusctl job list", "lab.jobs() lists them"),
        ("did you mean 'packages'?", "did you mean 'packages'?"),
        ("", ""),
    ],
)
def test_in_python(hint: str, wanted: str) -> None:
    assert in_python(hint) == wanted


def test_no_hint_names_a_command_of_sidusctl() -> None:
    found = []
    for path in Path(sidus_lab.sidusctl.__file__).parent.rglob("*.py"):
        if path.name == "usage.py":
            continue  # the help of the program itself
        for text in re.findall(r'"([^"\n]*sidusctl (?:image|node|job|--site)[^"\n]*)"', path.read_text()):
            found.append(text)
            ended = text + "NAME" if text.endswith(" ") else text.replace("{}", "NAME")
            assert "sidusctl" not in in_python(ended), (path.name, text)
    assert len(found) >= 8
