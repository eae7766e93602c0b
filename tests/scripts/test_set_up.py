"""The set-up's acts: what it does and does not do again. A whole set-up is tried by scripts/clean-machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import set_up


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Move the set-up's folders into a temporary one, take away its needs, and record what it would run."""
    run: list[list[str]] = []

    def do(teller: set_up.Teller, argv: list[str], what: str) -> None:
        run.append(argv)
        if "venv" in argv:
            (set_up.VENV / "bin").mkdir(parents=True)
            (set_up.VENV / "bin" / "python").touch()

    monkeypatch.setattr(set_up, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(set_up, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(set_up, "LOG", tmp_path / "log")
    monkeypatch.setattr(set_up, "load_needs", lambda: ())
    monkeypatch.setattr(set_up, "do", do)
    monkeypatch.setattr(set_up, "subordinate_ids", lambda teller: None)
    return run


def test_first_run_installs_and_second_does_nothing(commands: list[list[str]]) -> None:
    set_up.set_up(set_up.Teller(), "demo")
    assert [("--require-hashes" in argv, "-e" in argv) for argv in commands] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    commands.clear()
    set_up.set_up(set_up.Teller(), "demo")
    assert commands == []


def test_interrupted_run_leaves_no_stamp(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set_up.do

    def interrupted(teller: set_up.Teller, argv: list[str], what: str) -> None:
        whole(teller, argv, what)
        if "--require-hashes" in argv:
            raise KeyboardInterrupt

    monkeypatch.setattr(set_up, "do", interrupted)
    with pytest.raises(KeyboardInterrupt):
        set_up.set_up(set_up.Teller(), "demo")
    assert not set_up.STAMP.exists()


def test_do_tells_the_end_of_a_failing_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "LOG", tmp_path / "log")
    with pytest.raises(set_up.Stop, match=r"(?s)step failed \(exit code 3\).*no space left"):
        set_up.do(set_up.Teller(), ["sh", "-c", "echo no space left; exit 3"], "step")
    assert "no space left" in set_up.LOG.read_text()


def test_table_of_needs_loads_and_is_whole() -> None:
    needs: tuple[Any, ...] = set_up.load_needs()
    parts = {part for parts in set_up.plan.GOALS.values() for part in parts}
    assert needs
    for need in needs:
        assert need.package, need
        assert need.why, need
        assert need.programs or need.files or need.module, need
        assert set(need.parts) <= parts, need


def test_live_line_stays_out_of_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    teller = set_up.Teller()
    assert not teller.live
    teller.last = 10**12
    teller.under_way("Get:1 something")
    teller.say("a line")
    assert capsys.readouterr().out.endswith("s] a line\n")


def test_no_way_to_root_names_the_plain_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(set_up.shutil, "which", lambda name: None)
    with pytest.raises(set_up.Stop, match=r"there is no sudo here.\nNext: .*\n    apt-get install -y nginx"):
        set_up.as_root(set_up.Teller(), ["sh", "-c", "false"], "apt-get install", "apt-get install -y nginx")
