"""What every transport promises, as checks that take one and an empty folder on its machine.

`CONTRACT` is for ``pytest.mark.parametrize``: the same checks run against a real sshd and against a recording.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sidus_lab.errors import Cancelled, CommandFailed, CommandTimeout, RemoteFileError, ServerUnreachable
from sidus_lab.transport import Result, Transport

Check = Callable[[Transport, str], None]

ODD_WORDS = [
    "",
    " ",
    "a b",
    "$HOME `id` $(id)",
    "'",
    '"',
    "\\n\\",
    "*",
    "~",
    "!x",
    ";exit 3",
    "a\nb\n",
    "\ttab",
    "--",
    "-n",
    "A=B",
    "é ñ 漢字 🖥",
    "\x01\x7f",
    "{1..3}",
    "#",
    "\udcff",
]


def check_result_is_a_value(transport: Transport, folder: str) -> None:
    result = transport.run(["sh", "-c", "echo out; echo err >&2; exit 3"], check=False)
    assert isinstance(result, Result)
    assert (result.code, result.stdout, result.stderr) == (3, b"out\n", b"err\n")
    assert not result.ok
    assert result.argv == ("sh", "-c", "echo out; echo err >&2; exit 3")
    assert result.seconds >= 0


def check_failure_carries_the_result(transport: Transport, folder: str) -> None:
    with pytest.raises(CommandFailed) as caught:
        transport.run(["sh", "-c", "echo partial; echo why >&2; exit 4"])
    assert caught.value.result.code == 4
    assert caught.value.result.text == "partial\n"
    assert "why" in str(caught.value)
    assert transport.name in str(caught.value)


def check_a_program_that_is_not_there(transport: Transport, folder: str) -> None:
    result = transport.run(["no-such-program-here"], check=False)
    assert result.code == 127
    assert "no-such-program-here" in result.errors


def check_a_signal_is_a_code(transport: Transport, folder: str) -> None:
    assert transport.run(["sh", "-c", "kill -9 $$"], check=False).code == 137


def check_words_come_through(transport: Transport, folder: str) -> None:
    result = transport.run(["printf", "%s\\0", *ODD_WORDS])
    assert result.stdout.split(b"\0")[:-1] == [word.encode("utf-8", "surrogateescape") for word in ODD_WORDS]


def check_no_shell_stands_between(transport: Transport, folder: str) -> None:
    assert transport.run(["echo", "a\\nb", "$PATH"]).text == "a\\nb $PATH\n"  # the program, not a shell's echo
    assert transport.run(["A=B"], check=False).code == 127


def check_wrong_words_raise_before_anything_is_sent(transport: Transport, folder: str) -> None:
    with pytest.raises(TypeError):
        transport.run("echo hello")
    with pytest.raises(ValueError, match="command"):
        transport.run([])
    with pytest.raises(ValueError, match="command"):
        transport.stream(["a\0b"])
    with pytest.raises(ValueError, match="variable"):
        transport.run(["true"], env={"a b": "c"})


def check_environment(transport: Transport, folder: str) -> None:
    result = transport.run(["sh", "-c", 'printf "%s|%s" "$ONE" "$TWO"'], env={"ONE": "1 $x 'y'", "TWO": "a\nb=c"})
    assert result.stdout == b"1 $x 'y'|a\nb=c"
    assert transport.run(["sh", "-c", "echo ${ONE-unset}"]).text == "unset\n"


def check_input(transport: Transport, folder: str) -> None:
    data = bytes(range(256)) * 100
    assert transport.run(["cat"], input=data).stdout == data
    assert transport.run(["cat"]).stdout == b""


def check_input_that_nobody_reads(transport: Transport, folder: str) -> None:
    assert transport.run(["head", "-c", "3"], input=b"abc" * 1_000_000).stdout == b"abc"


def check_lines(transport: Transport, folder: str) -> None:
    lines = transport.stream(["printf", "one\\n\\n\\377 three\\nlast"])
    assert list(lines) == [b"one", b"", b"\xff three", b"last"]
    assert list(transport.stream(["true"])) == []
    assert list(transport.stream(["sh", "-c", "echo $A"], env={"A": "x y"})) == [b"x y"]


def check_lines_come_as_they_are_printed(transport: Transport, folder: str) -> None:
    lines = transport.stream(["sh", "-c", "echo first; read -r never || sleep 0.5; echo second"])
    assert next(lines) == b"first"
    began = time.monotonic()
    assert next(lines) == b"second"
    assert time.monotonic() > began
    assert list(lines) == []


def check_lines_then_failure(transport: Transport, folder: str) -> None:
    lines = transport.stream(["sh", "-c", "echo one; echo two; echo bad >&2; exit 5"])
    assert [next(lines), next(lines)] == [b"one", b"two"]
    with pytest.raises(CommandFailed) as caught:
        next(lines)
    assert caught.value.result.code == 5
    assert "bad" in str(caught.value)


def check_a_stream_left_early(transport: Transport, folder: str) -> None:
    lines = transport.stream(["sh", "-c", "while :; do echo tick; sleep 0.1; done"])
    assert next(lines) == b"tick"
    lines.close()  # type: ignore[attr-defined]
    assert transport.run(["echo", "still here"]).text == "still here\n"


def check_cancel(transport: Transport, folder: str) -> None:
    cancel = threading.Event()
    timer = threading.Timer(0.5, cancel.set)
    timer.start()
    with pytest.raises(Cancelled) as caught:
        transport.run(["sh", "-c", "echo begun; sleep 300"], cancel=cancel)
    timer.join()
    assert caught.value.result.code == -1
    assert transport.run(["echo", "usable"]).text == "usable\n"


def check_cancel_a_stream(transport: Transport, folder: str) -> None:
    cancel = threading.Event()
    lines = transport.stream(["sh", "-c", "echo begun; sleep 301"], cancel=cancel)
    assert next(lines) == b"begun"
    cancel.set()
    with pytest.raises(Cancelled):
        next(lines)


def check_cancel_before_the_start(transport: Transport, folder: str) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        transport.run(["sleep", "302"], cancel=cancel)


def check_timeout(transport: Transport, folder: str) -> None:
    with pytest.raises(CommandTimeout) as caught:
        transport.run(["sh", "-c", "echo begun; sleep 303"], timeout=1.0)
    assert caught.value.result.stdout == b"begun\n"
    assert caught.value.result.code == -1
    assert "1 s" in str(caught.value)


def check_files(transport: Transport, folder: str) -> None:
    path = f"{folder}/new/folders/a file é"
    transport.put(b"one\0\xff", path)
    assert transport.get(path) == b"one\0\xff"
    transport.put(b"", path, mode=0o600)
    assert transport.get(path) == b""
    transport.put(Path(__file__), path)
    assert transport.get(path) == Path(__file__).read_bytes()


def check_files_that_are_not_there(transport: Transport, folder: str) -> None:
    with pytest.raises(RemoteFileError) as caught:
        transport.get(f"{folder}/nothing")
    assert caught.value.reason == "missing"
    with pytest.raises(FileNotFoundError):
        transport.put(Path("/no/such/local/file"), f"{folder}/x")
    with pytest.raises(ValueError, match="path"):
        transport.put(b"", "")


def check_alive_then_closed(transport: Transport, folder: str) -> None:
    assert transport.alive()
    transport.close()
    transport.close()
    assert not transport.alive(0.5)
    for use in (
        lambda: transport.run(["true"]),
        lambda: list(transport.stream(["true"])),
        lambda: transport.put(b"", f"{folder}/x"),
        lambda: transport.get(f"{folder}/x"),
    ):
        with pytest.raises(ServerUnreachable, match="closed") as caught:
            use()
        assert "connect again" in str(caught.value)


def check_it_is_a_transport(transport: Transport, folder: str) -> None:
    assert isinstance(transport, Transport)
    assert "@" in transport.name
    assert transport.name in repr(transport)


CONTRACT: list[Check] = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
