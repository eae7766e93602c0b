"""What a recording answers, and when."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path

import pytest

from sidus_lab.errors import (
    Cancelled,
    CommandFailed,
    HostKeyChanged,
    NotRecorded,
    RemoteFileError,
    ServerFrozen,
    ServerUnreachable,
)
from sidus_lab.recording import Recorder, Replay
from sidus_lab.recording.player import Clock
from sidus_lab.recording.tape import Exchange
from sidus_lab.transport import Result, Transport
from tests.recording.standins import KEY_LINE, Fake, write


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
