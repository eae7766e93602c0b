"""The lessons: slides that can be shown, exercises that tell nothing, solutions that are right, and hints that help."""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pandas as pd
import pytest

from sidus_lab.sidus.entrance import recorded_site
from sidus_lab.sidus.lab import Lab

FOLDER = Path(__file__).resolve().parent.parent / "notebooks" / "teach"
LESSONS = sorted(FOLDER.glob("*.ipynb"))
DONE = "✓ That is it.\n"
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}


def cells(path: Path) -> list[Any]:
    return list(nbformat.read(path, as_version=4).cells)


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give a function that checks an answer and returns what is printed."""
    spec = importlib.util.spec_from_file_location("checks", FOLDER / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def said(*words: object) -> str:
        module.check(*words)
        return capsys.readouterr().out

    return said


@pytest.fixture
def lab() -> Iterator[Lab]:
    with recorded_site("two-nodes", speed=math.inf) as opened:
        yield opened


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
class TestLesson:
    def test_its_cells_are_slides(self, path: Path) -> None:
        kinds = [cell.metadata["slideshow"]["slide_type"] for cell in cells(path)]
        assert set(kinds) <= SLIDES
        assert kinds[0] == "slide"
        assert kinds.count("slide") >= 4

    def test_its_exercises_are_empty_and_solved_apart(self, path: Path) -> None:
        asked = [cell for cell in cells(path) if cell.cell_type == "code" and "check(" in cell.source]
        solved = [
            cell
            for cell in cells(FOLDER / "solutions" / path.name)
            if cell.cell_type == "code" and "check(" in cell.source
        ]
        names = [re.findall(r'check\("([\w-]+)"', cell.source) for cell in (*asked, *solved)]
        assert names[: len(asked)] == names[len(asked) :]
        for cell in asked:
            assert "answer = None  # write here" in cell.source
            assert cell.outputs[0].text.startswith("Not yet: ")
        for cell in solved:
            assert "".join(output.get("text", "") for output in cell.outputs) == DONE

    def test_the_other_cells_are_the_same_in_the_solutions(self, path: Path) -> None:
        mine, solved = cells(path), cells(FOLDER / "solutions" / path.name)
        differ = [a.source for a, b in zip(mine, solved, strict=True) if a.source != b.source]
        assert all("check" in source or source.startswith("# Lesson") for source in differ)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [(None, "quotes"), ("0700", "twelve"), ("f" * 12, "enforced"), ("", "twelve")],
)
def test_hints_on_a_root_hash_tell_nothing(check: Callable[..., str], lab: Lab, answer: object, hint: str) -> None:
    right = lab.published()[0].root_hash
    said = check("root-hash", answer, lab)
    assert said.startswith("Not yet: ")
    assert hint in said
    assert right[:4] not in said
    assert check("root-hash", f" {right[:12].upper()} ", lab) == DONE
    assert "commit" in check("root-hash", lab.published()[0].version[:12], lab)


def test_hints_on_a_refusal(check: Callable[..., str]) -> None:
    found = SimpleNamespace(states=[SimpleNamespace(reason="scrub")])
    for answer in (None, "refused", "verity", "broken"):
        said = check("refusal", answer, found)
        assert said.startswith("Not yet: ")
        assert "scrub" not in said
    assert check("refusal", "Scrub", found) == DONE


def test_hints_on_what_is_cured(check: Callable[..., str]) -> None:
    rows = [
        *((operation, "default", result) for operation in ("solve", "matmul", "exp") for result in "ab"),
        *((operation, "Nehalem", "c") for operation in ("solve", "matmul")),
        *(("exp", "Nehalem", result) for result in "ab"),
    ]
    records = pd.DataFrame(rows, columns=["operation", "OPENBLAS_CORETYPE", "result_hash"])
    records = records.assign(phase="main", status="ok")
    for answer in (None, "solve", {"solve"}, {"solve", "exp"}, {"sulve"}, set(), [1]):
        said = check("cured", answer, records)
        assert said.startswith("Not yet: "), answer
        assert "matmul" not in said
    assert check("cured", ["matmul", "solve"], records) == DONE
