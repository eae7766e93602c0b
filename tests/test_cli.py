"""The command `sidus-lab` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab import __version__, cli
from sidus_lab.sidusctl import check as server_check
from sidus_lab.words import current


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test."""
    monkeypatch.setenv("SIDUS_LAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    "words", [["--help"], ["demo", "--help"], ["lab", "--help"], ["lab", "up", "--help"], ["check", "-h"]]
)
def test_help_teaches(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 0
    assert "usage: sidus-lab" in capsys.readouterr().out


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"sidus-lab {__version__}\n"


@pytest.mark.parametrize(
    "words", [[], ["lab"], ["lab", "sideways"], ["demo", "--repetitions", "many"], ["demo", "--language", "de"]]
)
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2


def test_one_repetition_is_refused_with_the_reason(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert cli.main(["demo", "--repetitions", "1"]) == 1
    assert "nothing can be said about chance" in capsys.readouterr().err
    assert cli.main(["demo", "--repetitions", "1", "--language", "fr"]) == 1
    assert "rien ne peut être dit du hasard" in capsys.readouterr().err
    assert current() == "en"
    assert not home.exists()


def test_too_many_nodes_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lab", "up", "--nodes", "4000"]) == 1
    assert "1 to 32 nodes" in capsys.readouterr().err


def test_the_status_of_a_lab_that_never_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lab", "status"]) == 0
    assert "Next: sidus-lab lab up" in capsys.readouterr().out


def test_down_before_up_does_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lab", "down"]) == 0
    assert "The lab is down" in capsys.readouterr().out


def test_check_names_what_is_missing_and_the_command_that_installs_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = server_check.found

    def without_ostree(need: server_check.Need) -> str | None:
        return None if need.name == "ostree" else known(need)

    monkeypatch.setattr(server_check, "found", without_ostree)
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().out
    assert "✗ ostree" in said
    assert "missing: keeps all versions of all images" in said
    assert "apt-get install" in said.splitlines()[-1]
    assert "ostree" in said.splitlines()[-1]


def test_a_server_that_is_not_there_is_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "nobody.invalid"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("sidus-lab: ")
    assert "Next: " in said
    assert "Traceback" not in said
