"""The command line: JSON lines and nothing else, exit codes, help that teaches."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sidus_lab.sidusctl.usage import EXAMPLES
from tests.sidusctl.conftest import Program

VERBS = [
    ["init"],
    ["check"],
    ["image", "build"],
    ["image", "list"],
    ["image", "show"],
    ["image", "publish"],
    ["node", "add"],
    ["node", "remove"],
    ["node", "list"],
    ["node", "assign"],
    ["node", "power"],
    ["node", "status"],
    ["job", "list"],
    ["job", "follow"],
    ["job", "cancel"],
]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_of_every_verb_has_an_example(pyz: Path, verb: list[str]) -> None:
    done = subprocess.run([sys.executable, str(pyz), *verb, "--help"], capture_output=True, text=True, check=True)
    assert "sidusctl " + " ".join(verb) in done.stdout.split("Example", 1)[1].replace("--site /srv/sidus ", "")


def test_no_example_is_left_over() -> None:
    known = {"", "image", "node", "job", *(verb[-1] for verb in VERBS), *(" ".join(verb) for verb in VERBS)}
    assert set(EXAMPLES) <= known


@pytest.mark.parametrize(
    "words", [[], ["nosuch"], ["node", "add", "n1"], ["node", "power", "n1", "melt"], ["init", "--privilege", "x"]]
)
def test_wrong_usage_is_one_json_line_and_code_2(pyz: Path, tmp_path: Path, words: list[str]) -> None:
    answer = Program(pyz, tmp_path / "site")(*words)
    assert answer.code == 2
    assert len(answer.events) == 1
    assert answer.error["code"] == "usage"
    assert "--help" in answer.error["hint"]
    assert not answer.stderr


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["image", "list"], ""),
        (["node", "list"], ""),
        (["job", "list"], ""),
        (["image", "publish", "x"], ""),
        (["image", "build"], '{"name": "x", "suite": "bookworm"}'),
        (["node", "assign", "node1", "x"], ""),
    ],
)
def test_no_site_yet(pyz: Path, tmp_path: Path, words: list[str], stdin: str) -> None:
    answer = Program(pyz, tmp_path / "site")(*words, stdin=stdin)
    assert (answer.code, answer.error["code"]) == (1, "no-site")
    assert "init" in answer.error["hint"]
    assert not (tmp_path / "site").exists()


def test_a_folder_that_cannot_be_made(pyz: Path) -> None:
    answer = Program(pyz, Path("/proc/nowhere"))("init")
    assert (answer.code, answer.error["code"]) == (1, "cannot-write")
