"""A command of the site's own: one that fails, lies or hangs is one node's sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.power import command
from sidus_lab.sidusctl.power.command import Command, CommandPower


def _way(folder: Path, script: str) -> CommandPower:
    program = folder / "strip"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o700)
    return {"kind": "command", "program": str(program), "argument": "7"}


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo no such socket >&2; exit 3\n", r"failed \(3\): no such socket"),
        ("exit 1\n", "nothing"),
        ("echo maybe\n", "'maybe'"),
        ('test "$1" = status && echo off; exit 0\n', "was told on, and the machine is off"),
    ],
)
def test_what_goes_wrong_is_said(script: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CtlError, match=words) as caught:
        Command().on(_way(tmp_path, script), "s3cret")
    assert "s3cret" not in str(caught.value)


def test_one_that_hangs_or_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_LIMIT", 0.2)
    with pytest.raises(CtlError, match="did not end"):
        Command().state(_way(tmp_path, "exec sleep 60\n"), "")
    with pytest.raises(CtlError, match="no power command"):
        Command().state({"kind": "command", "program": str(tmp_path / "none"), "argument": "7"}, "")  # type: ignore[typeddict-item]
