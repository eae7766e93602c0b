"""The front page keeps its word: what it shows exists, and what is said twice is said alike."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import yaml

import sidus_lab as sl

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_it_opens_with_twelve_lines_from_connect_to_verdict() -> None:
    first = blocks()[0]
    assert README.index(first) < README.index("\n## ")
    lines = [line for line in first.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 12
    assert "sl.connect(" in lines[2]
    assert ".explain()" in first


def test_every_public_name_in_it_exists_and_takes_these_arguments() -> None:
    for block in blocks():
        for call in ast.walk(ast.parse(block)):
            if isinstance(call, ast.Call) and re.fullmatch(r"sl(\.\w+)+", ast.unparse(call.func)):
                found: object = sl
                for name in ast.unparse(call.func).split(".")[1:]:
                    found = getattr(found, name)
                words = {word.arg: None for word in call.keywords if word.arg}
                inspect.signature(found).bind(*([None] * len(call.args)), **words)  # type: ignore[arg-type]


def test_the_methods_of_the_opening_exist() -> None:
    for owner, names in {
        sl.Lab: ["build", "nodes"],
        sl.Image: ["publish"],
        sl.Nodes: ["assign", "boot"],
        sl.Study: ["explain", "report"],
        sl.Action: ["result"],
    }.items():
        for name in names:
            assert callable(getattr(owner, name))


def test_the_citation_names_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["version"] == sl.__version__
    assert cited["cff-version"] == "1.2.0"
    assert {"title", "authors", "message", "license"} <= set(cited)
