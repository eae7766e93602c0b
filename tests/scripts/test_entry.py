"""The ways in: the Python that is found, the Makefile's targets, the order of the checks."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
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
    monkeypatch.setattr(open_lab, "DESK", tmp_path / "work")
    monkeypatch.setenv("SIDUS_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.argv", ["open_lab.py"])
    monkeypatch.setattr(open_lab.signal, "signal", lambda *_: None)
    assert open_lab.main() == 3
    verbs = [line.split()[-1] for line in fake.calls.read_text().splitlines() if line.startswith("sidus-lab")]
    assert verbs == (["status", "up"] if up else ["status", "up", "down"])


def test_jupyter_is_allowed_to_root_only_when_root() -> None:
    assert "--allow-root" in open_lab.jupyter(ROOT, 8888, [], uid=0, away=False)
    assert "--allow-root" not in open_lab.jupyter(ROOT, 8888, [], uid=1000, away=False)


def test_over_ssh_no_browser_opens_and_the_way_through_is_said() -> None:
    assert "--no-browser" in open_lab.jupyter(ROOT, 8888, [], uid=1000, away=True)
    env = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22", "USER": "ada"}
    text = open_lab.told(8890, "token", True, env)
    assert "http://127.0.0.1:8890/lab/tree/notebooks/01_tour.ipynb?token=token" in text
    assert "ssh -N -L 8890:127.0.0.1:8890 ada@192.0.2.1" in text
    assert "ssh" not in open_lab.told(8890, "token", False, {})


def test_a_port_that_is_taken_is_passed_by() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert open_lab.free_port(port) != port


def test_in_place_is_for_authors_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_lab, "DESK", tmp_path / "work")
    monkeypatch.setenv("SIDUS_LAB_HOME", str(tmp_path / "home"))
    assert open_lab.place(in_place=True) == ROOT
    assert not (tmp_path / "work").exists()
    assert open_lab.place(in_place=False) == tmp_path / "work"
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == [".desk.json", "notebooks", "out", "runs"]


@pytest.mark.slow
def test_the_printed_address_leads_to_the_tour_and_the_folders_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real JupyterLab, asked over HTTP: the notebook, the results and the runs, and nobody without the token."""
    monkeypatch.setattr(open_lab, "DESK", tmp_path / "work")
    monkeypatch.setenv("SIDUS_LAB_HOME", str(tmp_path / "home"))
    root, port = open_lab.place(in_place=False), open_lab.free_port()
    (tmp_path / "home" / "runs" / "one").mkdir()
    env = {**os.environ, "JUPYTER_TOKEN": "token", "HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "c")}
    env |= {"JUPYTER_DATA_DIR": str(tmp_path / "d"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "r")}
    words = open_lab.jupyter(root, port, [], os.geteuid(), away=True)
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(words, env=env, cwd=root, stderr=log) as process:
        try:
            printed: list[str] = []
            monkeypatch.setattr("builtins.print", lambda text, **_: printed.append(text))
            open_lab.say_when_it_answers(port, "here it is", threading.Event())
            assert printed == ["here it is"], (tmp_path / "log").read_text()
            site = f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(f"{site}/?token=token") as page:
                assert page.url.startswith(f"{site}/lab/tree/notebooks/01_tour.ipynb")
            for folder, name in (("", "out"), ("notebooks", "01_tour.ipynb"), ("runs", "one")):
                with urllib.request.urlopen(f"{site}/api/contents/{folder}?token=token") as answer:
                    assert name in [each["name"] for each in json.load(answer)["content"]]
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(f"{site}/api/contents/")
        finally:
            process.terminate()
