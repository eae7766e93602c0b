"""What to do next, as a command on the server."""

from __future__ import annotations

import ast
from pathlib import Path

import sidus_lab.sidusctl
from sidus_lab.sidusctl import steps

HERE = Path(sidus_lab.sidusctl.__file__).parent


def test_every_step_that_an_error_names_is_known() -> None:
    named = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "step":
                for each in ast.walk(node.value):
                    if isinstance(each, ast.Tuple) and each.elts and isinstance(each.elts[0], ast.Constant):
                        named.add(each.elts[0].value)
    assert {"job-follow", "init", "help"} <= named
    assert named <= set(steps.COMMANDS)


def test_a_command_is_safe_to_paste() -> None:
    assert steps.command(("job-follow", "a; reboot"), "/srv/my site") == (
        "sidusctl --site '/srv/my site' job follow 'a; reboot'"
    )
    assert steps.command(("help", "image", "build"), "/srv") == "sidusctl image build --help"
    assert steps.command((), "/srv") == ""
