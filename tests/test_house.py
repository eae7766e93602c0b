"""What must never be in the project's files, and what every public function must have."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

REGISTRY = re.compile(r"https?://[\w.-]*(pythonhosted|npmjs|debian|ubuntu)[.]|pypi[.]org|registry[.]npm")
"""Addresses of package registries and mirrors: every machine has its own, and the tools know it."""

PERSONAL = re.compile(r"(?<![\w.~$}-])/(?:home|Users)/(?!tester\b|jovyan\b)[a-z][\w.-]*")
"""Somebody's folder. `tester` is the clean machine's user, `jovyan` Binder's."""

PRIVATE_KEY = re.compile(r"PRIVATE KEY-----\\?n?\s+[A-Za-z0-9+/]{40}")


def tracked() -> list[Path]:
    """Return the files that git keeps; this works too when somebody else owns the folder."""
    argv = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


def text_of(path: Path) -> str | None:
    """Return a file's text, or None where it is not text."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None


def forbidden(text: str) -> Iterator[str]:
    """Yield what a text holds and must not."""
    for what, pattern in [("a registry's address", REGISTRY), ("a personal folder", PERSONAL), ("a key", PRIVATE_KEY)]:
        for match in pattern.finditer(text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1} holds {what}: {match[0][:60]}"
    if str(ROOT) in text:
        yield "holds the path of this very folder"


def undocumented(source: str) -> Iterator[str]:
    """Yield the public functions, classes and methods of a module that have no docstring.

    Overloads and the bare properties of a protocol say all with their name and type.
    """
    tree = ast.parse(source)
    if tree.body and not ast.get_docstring(tree):
        yield "the module"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            for inner in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                    marks = [ast.unparse(mark) for mark in inner.decorator_list]
                    bare = ast.unparse(inner.body[-1]) == "..." and ("property" in marks or "overload" in marks)
                    if not ast.get_docstring(inner) and not bare:
                        yield f"{node.name}.{inner.name}"


def notebook_faults(text: str) -> Iterator[str]:
    """Yield what a notebook holds and must not: widget state, errors, traces of the machine that ran it."""
    notebook = json.loads(text)
    if "widgets" in notebook["metadata"] or "vnd.jupyter.widget-state" in text:
        yield "holds widget state"
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            shown = json.dumps(output)
            if output["output_type"] == "error":
                yield f"cell {number} shows an error"
            if re.search(r"/tmp/|ipykernel_\d|/root/", shown):
                yield f"cell {number} shows a path of the machine that ran it"
            if len(shown) > 500_000:
                yield f"cell {number} has {len(shown) // 1000} kB of output"


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("name", names(tracked()))
def test_file_holds_nothing_forbidden(name: str) -> None:
    text = text_of(ROOT / name)
    if text is not None:
        assert list(forbidden(text)) == []


@pytest.mark.parametrize("name", [name for name in names(tracked()) if re.match(r"(sidus_lab|scripts)/.*\.py$", name)])
def test_public_names_have_docstrings(name: str) -> None:
    assert list(undocumented((ROOT / name).read_text())) == []


@pytest.mark.parametrize("name", [name for name in names(tracked()) if name.endswith(".ipynb")])
def test_notebook_is_clean(name: str) -> None:
    assert list(notebook_faults((ROOT / name).read_text())) == []


def test_no_large_files() -> None:
    """Downloaded data and results are not copied into the project."""
    assert [str(path) for path in tracked() if path.stat().st_size > 2_000_000] == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://files." + "pythonhosted.org/x",
        "index = https://py" + "pi.org/simple",
        "deb http://deb." + "debian.org/debian bookworm main",
        "open('/home/" + "ann/data.csv')",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz",
        str(ROOT / "out"),
    ],
)
def test_forbidden_is_found(text: str) -> None:
    assert list(forbidden(text))


@pytest.mark.parametrize("text", ["/home/tester/x", "$HOME/x", "~/home/x", "https://doi.org/10.1109/x", "/root/.ssh"])
def test_honest_text_passes(text: str) -> None:
    assert list(forbidden(text)) == []


def test_undocumented_is_found() -> None:
    source = """'Doc.'
def f(): pass
class C:
    'Doc.'
    def g(self): pass
    def _h(self): pass
    @property
    def p(self): ...
def _i(): pass
"""
    assert list(undocumented(source)) == ["f", "C.g"]


def test_notebook_faults_are_found() -> None:
    outputs = [{"output_type": "error", "evalue": ""}, {"output_type": "stream", "text": "/tmp/x"}]
    notebook = {"metadata": {"widgets": {}}, "cells": [{"outputs": outputs}]}
    assert len(list(notebook_faults(json.dumps(notebook)))) == 3
