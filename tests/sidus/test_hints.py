"""What to do next, worded by each half."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import sidus_lab.sidusctl
from sidus_lab.sidus.hints import CALLS, HELP, in_python
from sidus_lab.sidusctl import cli, steps

HERE = Path(sidus_lab.sidusctl.__file__).parent


@pytest.mark.parametrize(
    ("hint", "step", "wanted"),
    [
        (
            "follow that one",
            ("job-follow", "20260101-000000-abcd"),
            'follow that one: lab.follow("20260101-000000-abcd")',
        ),
        ("", ("node-replace", "node1"), 'lab.add_node("node1", ..., replace=True)'),
        ("", ("job-list",), "lab.jobs()"),
        ("", ("help", "node", "assign"), "help(nodes.assign)"),
        ("did you mean 'packages'?", (), "did you mean 'packages'?"),
        ("try again", ("a-step-of-a-newer-server",), "try again"),
        ("", (), ""),
    ],
)
def test_in_python(hint: str, step: tuple[str, ...], wanted: str) -> None:
    assert in_python(hint, step) == wanted


def test_both_halves_know_the_same_steps() -> None:
    assert set(CALLS) == set(steps.COMMANDS)
    verbs = {verb.words for verb in (*cli.VERBS, *(verb for group in cli.GROUPS for verb in group.verbs))}
    assert set(HELP) <= verbs


def _texts_of_errors() -> list[tuple[str, str]]:
    """Every text inside an error that the server's half can raise, and every word of its steps."""
    found = []
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in ("CtlError", "Usage", "_bad", "from_os"):
                texts = [each for each in ast.walk(node) if isinstance(each, ast.Constant)]
                found += [(path.name, each.value) for each in texts if isinstance(each.value, str)]
    return found


def test_no_error_names_a_command_or_an_option_of_one_half() -> None:
    texts = _texts_of_errors()
    assert len(texts) > 100
    # Options that a terminal alone has are named where only a terminal can have left them out.
    allowed = (
        "or say --power by-hand for a machine without a BMC",
        "or say --power by-hand for a machine that nothing wakes",
        "The following arguments are required: --wake-mac.",
    )
    pattern = re.compile(r"sidusctl (?:image|node|job|init|check|serve|--)|(?:^| )--[a-z]")
    wrong = [(name, text) for name, text in texts if pattern.search(text) and text not in allowed]
    assert wrong == []
