"""The ways in: the Python that is found, the Makefile's targets, the order of the checks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import open_lab
import pytest
import run_tests

ROOT = Path(__file__).resolve().parent.parent.parent


def find_python(folder: Path, versions: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run find-python where only made-up Pythons exist: name -> the version it claims, or "" for one that fails."""
    for name, version in versions.items():
        program = folder / name
        answer = f'case "$2" in *"<= (3, 13)"*) [ {version or 0} -ge 311 ] && [ {version or 0} -le 313 ];; esac'
        program.write_text(f"#!/bin/sh\n{answer if version else 'exit 127'}\n")
        program.chmod(0o755)
    shell = shutil.which("sh")
    assert shell
    argv = [shell, str(ROOT / "scripts" / "find-python")]
    return subprocess.run(argv, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ({"python3": "311"}, "python3"),
        ({"python3": "312", "python3.11": "311"}, "python3"),
        ({"python3": "310", "python3.11": "311"}, "python3.11"),
        ({"python3": "314", "python3.13": "313", "python3.11": "311"}, "python3.13"),
        ({"python3": "", "python3.13": "", "python3.12": "312"}, "python3.12"),
    ],
)
def test_find_python(tmp_path: Path, versions: dict[str, str], taken: str) -> None:
    done = find_python(tmp_path, versions)
    assert done.stdout.strip() == str(tmp_path / taken), done.stderr


def test_find_python_says_what_to_do(tmp_path: Path) -> None:
    done = find_python(tmp_path, {"python3": "310"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert "apt-get install python3.11" in done.stderr


def test_make_lists_every_target() -> None:
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^ *make {target} +\S", shown, re.MULTILINE), target


def test_make_test_runs_everything_and_pytest_last() -> None:
    words = run_tests.commands(everything=True, notebooks=True, extra=["-x"])
    assert [row[0] for row in words] == ["ruff", "ruff", "mypy", "pytest"]
    assert {"tests", "--nbval", "notebooks"} <= set(words[-1])
    assert "-m" not in words[-1]
    assert words[-1][-1] == "-x"


def test_quick_tests_leave_out_what_is_slow_only() -> None:
    words = run_tests.commands(everything=False, notebooks=True, extra=[])[-1]
    left_out = set(re.findall(r"\b(?!not|or)\w+", words[words.index("-m") + 1]))
    marks = re.findall(r'^    "(\w+): ', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert left_out <= set(marks)
    assert "--nbval" not in words


def test_continuous_integration_calls_make_test() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert text.rstrip().endswith("exec make test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_clean_machine_refuses_what_it_does_not_know() -> None:
    argv = [str(ROOT / "scripts" / "clean-machine"), "--nonsense"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown option --nonsense" in done.stderr


class FakeLab:
    """Made-up `sidus-lab` and `jupyter` beside each other, in the place of .venv/bin."""

    def __init__(self, folder: Path, up: bool) -> None:
        self.calls = folder / "calls"
        self.calls.touch()
        answer = "sshd up" if up else "The lab is not up. Next: sidus-lab lab up"
        for name, text in [("sidus-lab", f'[ "$2" != status ] || echo "{answer}"'), ("jupyter", "exit 3")]:
            program = folder / name
            program.write_text(f'#!/bin/sh\necho "{name} $1 $2" >> {self.calls}\n{text}\n')
            program.chmod(0o755)


@pytest.mark.parametrize("up", [False, True])
def test_lab_is_taken_down_only_by_who_brought_it_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, up: bool) -> None:
    fake = FakeLab(tmp_path, up)
    monkeypatch.setattr(open_lab, "BIN", tmp_path)
    monkeypatch.setattr("sys.argv", ["open_lab.py"])
    monkeypatch.setattr(open_lab.signal, "signal", lambda *_: None)
    assert open_lab.main() == 3
    verbs = [line.split()[-1] for line in fake.calls.read_text().splitlines() if line.startswith("sidus-lab")]
    assert verbs == (["status", "up"] if up else ["status", "up", "down"])


def test_jupyter_is_allowed_to_root_only_when_root() -> None:
    assert "--allow-root" in open_lab.jupyter([], uid=0)
    assert "--allow-root" not in open_lab.jupyter([], uid=1000)
