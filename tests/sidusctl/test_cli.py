"""The command line: JSON lines and nothing else, exit codes, help that teaches."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sidus_lab.sidusctl import cli
from sidus_lab.sidusctl.cli import GROUPS, VERBS
from tests.sidusctl.conftest import Program

SHOWN = [verb.words.split() for verb in (*VERBS, *(verb for group in GROUPS for verb in group.verbs)) if verb.text]


@pytest.mark.parametrize("verb", SHOWN, ids=" ".join)
def test_help_of_every_verb_has_an_example(pyz: Path, verb: list[str]) -> None:
    done = subprocess.run([sys.executable, str(pyz), *verb, "--help"], capture_output=True, text=True, check=True)
    assert "sidusctl " + " ".join(verb) in done.stdout.split("Example", 1)[1].replace("--site /srv/sidus ", "")


def test_a_verb_stands_under_its_noun() -> None:
    assert [verb.words for group in GROUPS for verb in group.verbs if verb.words.split()[0] != group.noun] == []
    assert {"init", "check", "image build", "node status", "job cancel"} <= {" ".join(words) for words in SHOWN}


@pytest.mark.parametrize("noun", ["", *(group.noun for group in GROUPS)])
def test_help_of_every_noun_lists_its_verbs(pyz: Path, noun: str) -> None:
    done = subprocess.run(
        [sys.executable, str(pyz), *noun.split(), "--help"], capture_output=True, text=True, check=True
    )
    for words in SHOWN:
        if " ".join(words[:-1]) == noun:
            assert f"    {words[-1]} " in done.stdout or f"    {words[-1]}\n" in done.stdout
    assert "_job" not in done.stdout


@pytest.mark.parametrize(
    "words", [[], ["nosuch"], ["node", "add", "n1"], ["node", "power", "n1", "melt"], ["init", "--privilege", "x"]]
)
def test_wrong_usage_is_one_json_line_and_code_2(pyz: Path, tmp_path: Path, words: list[str]) -> None:
    answer = Program(pyz, tmp_path / "site")(*words)
    assert answer.code == 2
    assert len(answer.events) == 1
    assert answer.error["code"] == "usage"
    assert answer.error["command"].endswith("--help")
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
    assert answer.error["next"] == ["init"]
    assert answer.error["command"] == f"sidusctl --site {tmp_path / 'site'} init"
    assert not (tmp_path / "site").exists()


def test_a_folder_that_cannot_be_made(pyz: Path) -> None:
    answer = Program(pyz, Path("/proc/nowhere"))("init")
    assert (answer.code, answer.error["code"]) == (1, "cannot-write")


@pytest.mark.parametrize(
    "words",
    [["--site", "\0", "check"], ["node", "list", "\0"], ["node", "list", "\ud800"], ["job", "follow", "\udcff"]],
)
def test_what_is_no_text_is_one_error(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert cli.main(words) == 2
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed)["code"] == "usage"


def test_what_was_not_thought_of_is_one_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_site: object) -> None:
        raise LookupError("of all things")

    monkeypatch.setattr(cli.job.jobs, "listing", fail)
    assert cli.main(["--site", str(tmp_path), "job", "list"]) == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    found = json.loads(printed.out)
    assert (found["event"], found["code"]) == ("error", "internal")
    assert "of all things" in found["detail"]
