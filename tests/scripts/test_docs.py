"""The documentation site: it builds without a warning, no link is dead, and its code speaks of names that exist."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import docs
import sidus_lab

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])


@pytest.mark.slow
def test_the_site_builds_and_no_link_is_dead(tmp_path: Path) -> None:
    words = [sys.executable, str(ROOT / "scripts" / "docs.py"), "--out", str(tmp_path / "site")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in ("index", "tutorials/00_start", "reference/api/explain", "reference/sidusctl", "architecture"):
        assert (tmp_path / "site" / "html" / f"{page}.html").exists()


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="b.html#there">1</a><a href="c.html">2</a><a href="#nowhere">3</a><a href="#here">4</a>'
        '<a href="https://example.org/x">5</a><script src="https://example.org/x.js"></script><img src="b.html">'
    )
    (tmp_path / "b.html").write_text('<p id="there"><a href="a.html#gone">1</a>')
    assert sorted(docs.dead_links(tmp_path)) == [
        ("a.html", "#nowhere"),
        ("a.html", "c.html"),
        ("a.html", "https://example.org/x.js"),
        ("b.html", "a.html#gone"),
    ]


def test_figures_are_drawn_by_the_page() -> None:
    output = {"data": {docs.PLOTLY: {"data": [{"name": "</script>"}], "layout": {}}}}
    found = docs.with_figures({"cells": [{"outputs": [output]}, {}]})
    text = found["cells"][0]["outputs"][0]["data"]["text/html"]
    assert "Plotly.newPlot" in text
    assert text.count("</script>") == 1


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_on_the_pages_uses_the_public_face(path: Path) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sl":
                assert node.attr in sidus_lab.__all__, f"sl.{node.attr}"
