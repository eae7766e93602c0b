"""The file of a recording: what comes back, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.errors import (
    DataError,
)
from sidus_lab.recording import Replay
from sidus_lab.recording.tape import Exchange, Secrets
from tests.recording.standins import PRIVATE, write


def test_secrets_alone() -> None:
    secrets = Secrets(["ab", "abc", ""])
    assert secrets.clean(b"xabcx ab") == b"x***x ***"
    lines = [(0.0, b"a"), *((1.0, line) for line in PRIVATE.splitlines()), (2.0, b"b")]
    assert [line for _, line in secrets.clean_lines(lines)] == [b"a", b"***", b"b"]


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"format": 99}', '{"format": 1}\n[1]\n{}\n', "{}"])
def test_a_file_that_is_no_recording(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(DataError):
        Replay(tmp_path / "file")


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Cannot read"):
        Replay(tmp_path / "file")


def test_a_recorder_that_was_killed_leaves_a_recording(tmp_path: Path) -> None:
    file = write(tmp_path / "file", Exchange("run", ("a",), stdout=b"1"))
    with file.open("a") as stream:
        stream.write('{"kind": "run", "wor')
    assert Replay(file).run(["a"]).stdout == b"1"


def test_an_entry_comes_back_as_it_was() -> None:
    entry = Exchange(
        "stream",
        ("a", "\udcff", "é\n"),
        via=">x",
        env={"A": "b"},
        given=None,
        at=1.5,
        seconds=2.25,
        changes=True,
        end="left",
        code=3,
        stderr=b"\xff",
        lines=((0.25, b"\xfe"), (0.5, "é".encode())),
        error={"type": "ServerFrozen", "message": "m"},
    )
    assert Exchange.from_json(entry.to_json()) == entry
