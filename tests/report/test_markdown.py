"""The report as Markdown: all of it, and nothing that it is given becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sidus_lab import words
from sidus_lab.errors import DataError
from sidus_lab.report import report_figures, write_report
from sidus_lab.report.paper import Image, Paper
from tests.analysis.records_example import FACTOR
from tests.report import example

PAPER = Paper(
    authors=("Ada Lovelace",),
    licence="CC-BY-4.0",
    images=(Image("tiny@0123", {"name": "tiny", "packages": ["a"]}, [("a", "1.0", "ab" * 32)]),),
    program="print('```')\n",
    recorded="two-nodes (recorded 2026-01-02)",
)


def written(path: Path, **more: object) -> str:
    table = example.records()
    proof = example.proof()
    for node in proof["nodes"]:
        node["hardware"]["virtual"] = "qemu"
    verdict = example.verdict(table)
    figures = report_figures(table, verdict, factors=[FACTOR], stages=example.stages())
    given = {"title": "Two machines", "proof": proof, "records": table, "verdict": verdict, "figures": figures}
    return write_report(path, experiment=example.experiment(), paper=PAPER, **{**given, **more}).read_text()  # type: ignore[arg-type]


def test_it_has_all_that_a_paper_needs(tmp_path: Path) -> None:
    text = written(tmp_path / "r.md")
    first = text[: text.index("## What can be said")]
    assert "emulated machines" in first
    assert "Played from a recording: two-nodes (recorded 2026-01-02)" in first
    assert "By Ada Lovelace." in first
    for words_ in (
        "## The proof: all nodes run the same software",
        "**Figure 4.**",
        "What it shows, in words: Which nodes computed",
        "| a | 1.0 | `" + "ab" * 32 + "` |",
        "| `duration` | seconds, by the node's monotonic clock |",
        "@software{sidus_lab",
        "licence of the data: CC-BY-4.0",
        "make set-up",
    ):
        assert words_ in text, words_
    assert "````python\nprint('```')\n````" in text
    assert "<" not in re.sub(r"`[^`]*`|```.*?```", "", text.replace("&lt;", ""), flags=re.S).replace("<repository", "")


def test_in_french_no_heading_is_english(tmp_path: Path) -> None:
    with words.language("fr"):
        text = written(tmp_path / "r.md")
        page = write_report(tmp_path / "r.html", title="x", proof=example.proof(), experiment=example.experiment())
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    assert "Comment le répéter" in heads
    assert not [head for head in heads if re.match(r"(What|How|The|Figures? |Results)", head)]
    html = page.read_text()
    assert '<html lang="fr">' in html
    shown = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", html, re.S)
    assert not [head for head in shown if re.search(r"\b(What|How|The|Could)\b", head)]


def test_nothing_it_is_given_becomes_markup(tmp_path: Path) -> None:
    text = written(tmp_path / "r.md", title="<script>alert(1)</script> *x* _y_\n# z")
    assert "<script>" not in text.partition("```")[0]
    assert re.search(r"^# &lt;script>.*\\\*x\\\* \\_y\\_ # z$", text, re.M)


def test_another_ending(tmp_path: Path) -> None:
    for name in ("r.docx", "r"):
        with pytest.raises(DataError, match=r"\.html, \.md, \.pdf"):
            write_report(tmp_path / name, title="x")
        assert not (tmp_path / name).exists()
