"""The lines that repeat an experiment are Python, and do the same design with the same recipe."""

from __future__ import annotations

import ast
import re

import sidus_lab as sl
from sidus_lab.experiments.design import Design
from sidus_lab.report import repeating
from sidus_lab.report.paper import Image
from tests.report import example

RECIPE = {"name": "tiny", "suite": "bookworm", "packages": ["python3-numpy"], "exclude": [], "files": {}}


def test_from_the_recipe_on() -> None:
    code = repeating.code(example.experiment(), [Image("tiny@0123", RECIPE)])
    ast.parse(code)
    assert "'packages': ['python3-numpy']" in code
    assert "exclude" not in code
    assert "default_machines(2)" in code
    line = next(line for line in code.splitlines() if line.startswith("design = "))
    made = eval(line.removeprefix("design = "), {"sl": sl})
    assert isinstance(made, Design)
    assert (made.repetitions, made.blocks, made.aa, made.seed) == (5, 5, 4, 2013)


def test_without_a_recipe_the_nodes_are_those_of_a_site() -> None:
    for images in ([], [Image("a", {})], [Image("a", RECIPE), Image("b", RECIPE)]):
        code = repeating.code(example.experiment(), images)
        ast.parse(code)
        assert 'lab.nodes("node[1-2]")' in code
    assert repeating.code(None) == ""


def test_the_set_up_names_targets_that_there_are() -> None:
    from pathlib import Path

    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    for target in re.findall(r"make ([\w-]+)", repeating.setup()):
        assert re.search(rf"^{target}:", makefile, re.M)
