"""What a recorder writes down, and what it keeps to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab.errors import (
    ServerUnreachable,
)
from sidus_lab.recording import Recorder, Replay
from tests.recording.standins import PRIVATE, Fake


def test_no_secret_is_ever_written(tmp_path: Path) -> None:
    answers: dict[str, bytes | Exception] = {
        "echo": b"the word is tops3cret, twice: tops3cret\n",
        "cat": b"before\n" + PRIVATE + b"after\n",
        "json": json.dumps({"key": PRIVATE.decode()}).encode(),
        "/key": PRIVATE,
        "fail": ServerUnreachable("tops3cret was lost on me@real-name:22"),
    }
    file = tmp_path / "file"
    recorder = Recorder(Fake(answers), file, name="root@lab:22", secrets=["tops3cret"])
    recorder.run(["echo", "tops3cret"], env={"P": "a tops3cret"}, input=b"x" * 1000 + b"tops3cret")
    recorder.run(["echo", "2"], input=b"guess-me")  # short: a hash could be guessed
    recorder.run(["echo", "3"], input=b"harmless " * 100)
    recorder.run(["cat"])
    recorder.run(["json"])
    list(recorder.stream(["cat"]))
    recorder.get("/key")
    recorder.put(b"tops3cret content", "/uploaded")
    with pytest.raises(ServerUnreachable):
        recorder.run(["fail"])
    text = file.read_text()
    for word in ("tops3cret", "guess-me", "harmless", "b3BlbnNzaC1rZXk", "content", "real-name"):
        assert word not in text
    assert "before" in text
    assert "after" in text
    given = [json.loads(line).get("given", "") for line in text.splitlines()[1:4]]
    assert given[:2] == [None, None]
    assert len(given[2]) == 64
    assert "tops3cret" not in repr(recorder) + repr(vars(recorder)["_tape"].secrets)


def test_the_recorder_marks_changes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    recorder = Recorder(Fake({"node": b"", "x": b""}), file, changes=lambda argv: "power" in argv)
    recorder.run(["node", "power"])
    recorder.run(["node", "list"])
    list(recorder.stream(["x", "power"]))
    marks = [json.loads(line).get("changes", False) for line in file.read_text().splitlines()[1:]]
    assert marks == [True, False, True]


def test_words_under_another_name_and_inputs_that_may_be_others(tmp_path: Path) -> None:
    file = tmp_path / "file"
    recorder = Recorder(
        Fake({"python3": b"1", "sh": b"2"}),
        file,
        about={"site": "/srv/sidus", "format": "mine"},
        called={"/cache/program-1": "program"},
        any_input=lambda argv: argv[0] == "sh",
    )
    recorder.run(["python3", "/cache/program-1", "list"])
    recorder.run(["sh", "-s"], input=b"the first version " * 10)
    assert "program-1" not in file.read_text()
    header = json.loads(file.read_text().splitlines()[0])
    assert (header["site"], header["format"]) == ("/srv/sidus", 1)  # what it is cannot be said otherwise
    replay = Replay(file)
    assert replay.run(["python3", "program", "list"]).text == "1"
    assert replay.run(["sh", "-s"], input=b"the second version " * 10).text == "2"


def test_the_same_file_goes_on_over_another_connection(tmp_path: Path) -> None:
    file = tmp_path / "file"
    recorder = Recorder(Fake({"a": b"1"}), file, about={"site": "/srv/sidus"}, changes=lambda argv: argv[0] == "b")
    recorder.run(["a"])
    later = recorder.again(Fake({"b": b"2"}))
    later.run(["b"])
    assert [json.loads(line).get("changes", False) for line in file.read_text().splitlines()[1:]] == [False, True]
    replay = Replay(file)
    assert (replay.run(["a"]).text, replay.run(["b"]).text) == ("1", "2")
