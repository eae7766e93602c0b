"""The server's JSON is read at one place: held by the types, and counted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sidus_lab
from sidus_lab.errors import ServerError
from sidus_lab.sidus import answers

PACKAGE = Path(sidus_lab.__file__).parent
MODULES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if "sidusctl" not in path.parts and path.name != "__main__.py"
]


def reads_shapes(tree: ast.AST) -> bool:
    """Whether a module knows the shape of what the server answers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            named = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
            if any(name.startswith("sidus_lab.sidusctl.shapes") for name in named):
                return True
    return False


def looks_into(tree: ast.AST) -> list[int]:
    """The lines where something is taken out of what `Server.call` or `Server.follow` gave."""
    found = []
    for node in ast.walk(tree):
        inner = node.value if isinstance(node, (ast.Subscript, ast.Attribute)) else None
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "call":
            found.append(inner.lineno)
    return found


def test_only_this_room_knows_the_shapes() -> None:
    rooms = {str(path.parent.relative_to(PACKAGE)) for path in MODULES if reads_shapes(ast.parse(path.read_text()))}
    assert rooms == {"sidus/answers"}


def test_nobody_takes_an_answer_apart() -> None:
    found = [(str(path), line) for path in MODULES for line in looks_into(ast.parse(path.read_text()))]
    assert found == []


def test_the_count_sees_offenders() -> None:
    for line in ("from sidus_lab.sidusctl import shapes", "from sidus_lab.sidusctl.shapes.node import Node"):
        assert reads_shapes(ast.parse(line))
    assert not reads_shapes(ast.parse("from sidus_lab.sidusctl import files"))
    assert looks_into(ast.parse('a = server.call("node", "list")["nodes"]')) == [1]
    assert looks_into(ast.parse('a = lab.server.call("init").get("url")')) == [1]
    assert looks_into(ast.parse('a = answers.inventory(server.call("node", "list"))[0]')) == []


@pytest.mark.parametrize(
    "read",
    [
        answers.settings,
        answers.catalogue,
        answers.details,
        answers.published,
        answers.built,
        answers.outcome,
        answers.job_started,
        answers.inventory,
        answers.removed,
        answers.newcomers,
        answers.power,
        answers.statuses,
        answers.jobs,
        answers.job,
        lambda value: answers.checks(value, "here"),
        answers.site_plan,
        answers.site_up,
        answers.site_down,
        lambda value: answers.site_check(value, "here"),
    ],
)
@pytest.mark.parametrize("value", [None, 3, "text", [], [1], {}, {"nodes": [{}]}, {"images": [{"name": 1}]}])
def test_an_answer_of_another_shape_is_one_clear_error(read: object, value: object) -> None:
    with pytest.raises(ServerError) as caught:
        read(value)  # type: ignore[operator]
    assert caught.value.code == "unreadable-answer"
    assert "another shape" in caught.value.message
    assert caught.value.hint
