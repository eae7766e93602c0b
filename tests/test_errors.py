"""Errors as a user reads them: what happened, the evidence, what to do next; and never a traceback."""

from __future__ import annotations

import inspect

import pytest

from sidus_lab import errors
from sidus_lab.errors import NodesFailed, SidusError, printable

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SidusError)]
MORE = {"CommandFailed": {"result": None}, "CommandTimeout": {"result": None}, "ServerError": {"code": "x"}}


def test_in_words() -> None:
    error = SidusError("It failed.", hint="mend it", detail="one\ntwo\nthree\nfour\n")
    assert str(error).splitlines() == ["It failed.", "  two", "  three", "  four", "Next: mend it"]
    assert str(SidusError("It failed.")) == "It failed."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_few_lines_in_a_notebook(kind: type[SidusError]) -> None:
    more: dict[str, object] = {"NodesFailed": {"failed": {}}, **MORE}.get(kind.__name__, {})
    error = kind("It failed.", hint="mend it", **more)  # type: ignore[arg-type]
    assert error._render_traceback_() == [f"{kind.__name__}: It failed.\nNext: mend it"]
    assert kind.__doc__


def test_nodes_that_failed_keep_their_errors() -> None:
    failed = {"node1": SidusError("Gone.")}
    error = NodesFailed("Run failed for 1 of 2 nodes.", failed=failed)
    failed.clear()
    assert error.failed["node1"].message == "Gone."


def test_nothing_in_an_error_is_obeyed_by_a_terminal() -> None:
    hostile = "CPU \x1b[2J\x1b]0;title\x07 \r\x9b31m \u202e \ud800"
    shown = str(SidusError(hostile, hint=hostile, detail=hostile))
    assert shown.replace("\n", "").isprintable()
    assert "\\x1b[2J" in shown
    assert printable("ü 中\tok\n") == "ü 中\tok\n"
