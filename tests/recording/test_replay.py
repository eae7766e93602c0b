"""What a recording says, what it keeps to itself, and when it gives its answers."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from sidus_lab.errors import (
    Cancelled,
    CommandFailed,
    DataError,
    HostKeyChanged,
    NotRecorded,
    RemoteFileError,
    ServerFrozen,
    ServerUnreachable,
)
from sidus_lab.recording import Recorder, Replay
from sidus_lab.recording.player import Clock
from sidus_lab.recording.tape import Exchange, Secrets
from sidus_lab.transport import Result, Transport

KEY_LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"
PRIVATE = b"-----BEGIN OPENSSH " + b"PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH " + b"PRIVATE KEY-----\n"


class Fake:
    """A machine that answers from a dict; what the recorder writes of it is the point here."""

    name = "me@real-name:22"

    def __init__(self, answers: Mapping[str, bytes | Exception]) -> None:
        self.answers = dict(answers)

    def _answer(self, what: str) -> bytes:
        answer = self.answers[what]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (as in the Protocol)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        return Result(tuple(argv), 0, self._answer(argv[0]))

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        yield from self._answer(argv[0]).splitlines()

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        pass

    def get(self, remote: str) -> bytes:
        return self._answer(remote)

    def jump(
        self, host: str, port: int = 22, *, user: str, host_key: str, identity: Path | None = None, timeout: float = 15
    ) -> Fake:
        self._answer(host)
        return self

    def alive(self, timeout: float = 3.0) -> bool:
        return True

    def close(self) -> None:
        pass


def write(file: Path, *entries: Exchange) -> Path:
    header = {"format": 1, "name": "root@lab:22", "recorded": "2026-01-02T03:04:05+00:00"}
    file.write_text("\n".join([json.dumps(header), *(entry.to_json() for entry in entries)]) + "\n")
    return file


# What is kept out


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


def test_an_input_that_was_not_written_is_taken_for_any_and_another_is_not(tmp_path: Path) -> None:
    file = tmp_path / "file"
    recorder = Recorder(Fake({"wc": b"n"}), file)
    recorder.run(["wc", "short"], input=b"password")
    recorder.run(["wc", "long"], input=b"recipe " * 100)
    replay = Replay(file)
    assert replay.run(["wc", "short"], input=b"another").text == "n"
    assert replay.run(["wc", "long"], input=b"recipe " * 100).text == "n"
    for words, data in (("long", b"other " * 100), ("long", b""), ("short", b"")):
        with pytest.raises(NotRecorded, match="no answer to: wc"):
            replay.run(["wc", words], input=data)


def test_secrets_alone() -> None:
    secrets = Secrets(["ab", "abc", ""])
    assert secrets.clean(b"xabcx ab") == b"x***x ***"
    lines = [(0.0, b"a"), *((1.0, line) for line in PRIVATE.splitlines()), (2.0, b"b")]
    assert [line for _, line in secrets.clean_lines(lines)] == [b"a", b"***", b"b"]


# Files that are none


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


# What it answers


def test_what_was_not_recorded_says_so(tmp_path: Path) -> None:
    replay = Replay(write(tmp_path / "file"))
    for ask in (
        lambda: replay.run(["a"]),
        lambda: list(replay.stream(["a"])),
        lambda: replay.get("a"),
        lambda: replay.jump("n", user="u", host_key=KEY_LINE),
    ):
        with pytest.raises(NotRecorded, match="recorded site") as caught:
            ask()
        assert "Next:" in str(caught.value)
    assert "root@lab:22, recorded 2026-01-02, open" in repr(replay)


def test_faults_happen_again(tmp_path: Path) -> None:
    file = tmp_path / "file"
    answers: dict[str, bytes | Exception] = {
        "a": ServerFrozen("it froze", hint="wait", result=Result(("a",), -1, b"partial")),
        "s": ServerUnreachable("gone"),
        "f": RemoteFileError("no", reason="denied"),
        "h": HostKeyChanged("other"),
    }

    def faults(transport: Transport) -> None:
        with pytest.raises(ServerFrozen, match="it froze\nNext: wait") as frozen:
            transport.run(["a"])
        assert frozen.value.result.stdout == b"partial"
        with pytest.raises(ServerUnreachable, match="gone"):
            list(transport.stream(["s"]))
        with pytest.raises(RemoteFileError) as denied:
            transport.get("f")
        assert denied.value.reason == "denied"
        with pytest.raises(HostKeyChanged, match="other"):
            transport.jump("h", user="u", host_key=KEY_LINE)

    faults(Recorder(Fake(answers), file))
    faults(Replay(file))


def test_a_node_with_another_key(tmp_path: Path) -> None:
    entries = [
        Exchange("jump", ("n", "22", "u"), host_key=KEY_LINE),
        Exchange("run", ("a",), via=">u@n:22", stdout=b"1"),
    ]
    replay = Replay(write(tmp_path / "file", *entries))
    with pytest.raises(HostKeyChanged):
        replay.jump("n", user="u", host_key=KEY_LINE + "x")
    assert replay.jump("n", user="u", host_key=KEY_LINE + " comment").run(["a"]).stdout == b"1"


def test_a_command_that_was_cut_off_in_the_recording(tmp_path: Path) -> None:
    entries = [
        Exchange("run", ("a",), end="left", seconds=0.1, stdout=b"part"),
        Exchange("stream", ("a",), end="left", seconds=0.1, lines=((0.0, b"x"),)),
    ]
    replay = Replay(write(tmp_path / "file", *entries))
    with pytest.raises(NotRecorded, match="cut off"):
        replay.run(["a"])
    lines = replay.stream(["a"])
    assert next(lines) == b"x"
    with pytest.raises(NotRecorded, match="cut off"):
        next(lines)
    cancel = threading.Event()
    threading.Timer(0.4, cancel.set).start()
    with pytest.raises(Cancelled) as caught:
        replay.run(["a"], cancel=cancel)
    assert caught.value.result.stdout == b"part"


def test_closing_wakes_those_who_wait(tmp_path: Path) -> None:
    replay = Replay(write(tmp_path / "file", Exchange("run", ("a",), seconds=300.0)))
    threading.Timer(0.2, replay.close).start()
    with pytest.raises(ServerUnreachable, match="closed"):
        replay.run(["a"])


# Its clock


def test_the_clock() -> None:
    with pytest.raises(ValueError, match="speed"):
        Clock(0.0)
    clock = Clock(speed=100.0)
    began = time.monotonic()
    assert clock.wait(clock.now() + 20.0)  # 0.2 s of ours
    assert time.monotonic() - began < 15
    assert Clock(math.inf).wait(1e9)
    stop = threading.Event()
    stop.set()
    assert not Clock(math.inf).wait(1e9, None, stop)


def test_times_are_the_sites(tmp_path: Path) -> None:
    entries = [
        Exchange("run", ("slow",), seconds=3600.0, stdout=b"x"),
        Exchange("stream", ("log",), seconds=3600.0, lines=((1800.0, b"a"), (3599.0, b"b")), code=1, stderr=b"bad"),
    ]
    replay = Replay(write(tmp_path / "file", *entries), speed=math.inf)
    assert replay.run(["slow"], timeout=3601).seconds == 3600.0
    lines = replay.stream(["log"])
    assert [next(lines), next(lines)] == [b"a", b"b"]
    with pytest.raises(CommandFailed, match="bad"):
        next(lines)


def power_recording(file: Path) -> Path:
    return write(
        file,
        Exchange("run", ("status",), at=0.0, stdout=b"off"),
        Exchange("run", ("status",), at=5.0, stdout=b"off"),
        Exchange("run", ("on",), at=10.0, changes=True),
        Exchange("run", ("status",), at=11.0, stdout=b"booting"),
        Exchange("run", ("status",), at=40.0, stdout=b"up"),
        Exchange("run", ("down",), at=50.0, changes=True),
        Exchange("run", ("status",), at=51.0, stdout=b"off again"),
    )


class Hand(Clock):
    """A clock that is set by hand."""

    time = 0.0

    def now(self) -> float:
        return self.time

    def wait(self, until: float, *stops: threading.Event | None) -> bool:
        return True


def test_answers_follow_what_was_done_here_and_the_clock(tmp_path: Path) -> None:
    replay = Replay(power_recording(tmp_path / "file"))
    clock = replay._tape.clock = Hand()

    def at(seconds: float, *words: str) -> str:
        clock.time = seconds
        return replay.run(words).text

    assert at(0.0, "status") == "off"
    assert at(1000.0, "status") == "off"  # nobody switched it on
    at(1000.0, "on")
    assert at(1000.1, "status") == "booting"
    assert at(1029.0, "status") == "booting"
    assert at(1030.0, "status") == "up"
    assert at(9000.0, "status") == "up"
    at(9000.0, "down")
    assert at(9000.1, "status") == "off again"
    at(9100.0, "on")
    assert at(9101.0, "status") == "booting"
    assert at(9130.0, "status") == "up"


def test_without_waiting_only_what_was_done_counts(tmp_path: Path) -> None:
    replay = Replay(power_recording(tmp_path / "file"), speed=math.inf)
    assert replay.run(["status"]).text == "off"
    replay.run(["on"])
    assert replay.run(["status"]).text == "up"


def test_the_recorder_marks_changes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    recorder = Recorder(Fake({"node": b"", "x": b""}), file, changes=lambda argv: "power" in argv)
    recorder.run(["node", "power"])
    recorder.run(["node", "list"])
    list(recorder.stream(["x", "power"]))
    marks = [json.loads(line).get("changes", False) for line in file.read_text().splitlines()[1:]]
    assert marks == [True, False, True]
