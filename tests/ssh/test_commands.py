"""Commands over a real sshd: both outputs, many at once, nothing left behind, and what is known when it breaks."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sidus_lab.errors import Cancelled, CommandFailed, CommandTimeout, ConnectError, ServerFrozen, ServerUnreachable
from sidus_lab.ssh import commands
from sidus_lab.ssh.connection import SshTransport
from sidus_lab.ssh.link import STREAMS
from tests.ssh.conftest import Site, make_site

LIMIT = 20.0


def processes_with(words: str) -> list[int]:
    """Give the ids of the processes that have `words` on their command lines."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if words.encode() in file.read_bytes():
                found.append(int(file.parent.name))
    return found


def clean_up(words: str) -> None:
    """Kill the process groups that still have `words` on a command line."""
    for group in {os.getpgid(pid) for pid in processes_with(words)}:
        os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not processes_with(words), "the test cleans up")


def wait_until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, f"it did not come to this: {what}"
        time.sleep(0.02)


def test_six_megabytes_on_both_outputs_and_a_big_input(link: SshTransport) -> None:
    script = "cat > /dev/null & head -c 6000000 /dev/zero & head -c 6000000 /dev/zero >&2; wait"
    result = link.run(["sh", "-c", script], input=bytes(6_000_000), timeout=120)
    assert len(result.stdout) == len(result.stderr) == 6_000_000


def test_input_output_and_errors_at_the_same_time(link: SshTransport) -> None:
    data = bytes(range(256)) * 24_000
    result = link.run(["sh", "-c", "tee /dev/stderr"], input=data, timeout=120)
    assert result.stdout == result.stderr == data


def test_twenty_four_threads_on_one_connection(link: SshTransport) -> None:
    def one(number: int) -> str:
        return link.run(["sh", "-c", f"head -c 100000 /dev/zero >&2; echo {number}"], timeout=120).text

    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(one, range(72))) == [f"{number}\n" for number in range(72)]


def test_commands_streams_files_and_questions_together(link: SshTransport, site: Site) -> None:
    path = str(site.folder / "together")
    link.put(b"x" * 300_000, path)
    jobs: list[Callable[[], object]] = [
        lambda: link.run(["echo", "a"]).text,
        lambda: len(link.get(path)),
        lambda: link.alive(LIMIT),
        lambda: list(link.stream(["seq", "3"])),
    ]
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda number: jobs[number % 4](), range(48)))
    assert results == ["a\n", 300_000, True, [b"1", b"2", b"3"]] * 12


def test_a_server_that_takes_few_sessions_is_waited_for(tmp_path: Path) -> None:
    site = make_site(tmp_path / "few", MaxSessions="2")
    try:
        with site.connect() as link, ThreadPoolExecutor(12) as pool:
            results = list(pool.map(lambda n: link.run(["sh", "-c", f"sleep 0.05; echo {n}"]).text, range(12)))
        assert results == [f"{n}\n" for n in range(12)]
    finally:
        site.sshd.stop()


def test_one_stream_too_many_is_refused_and_commands_still_run(
    link: SshTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidus_lab.ssh.link.STREAM_WAIT", 0.3)
    streams = [link.stream(["sh", "-c", "echo on; sleep 60"]) for _ in range(STREAMS)]
    for lines in streams:
        assert next(lines) == b"on"
    with pytest.raises(ConnectError, match="streams are open"):
        next(link.stream(["true"]))
    assert link.run(["echo", "yes"]).text == "yes\n"
    for lines in streams:
        lines.close()  # type: ignore[attr-defined]
    assert list(link.stream(["echo", "free again"])) == [b"free again"]


def stubborn(mark: str) -> list[str]:
    """A command whose children ignore polite requests."""
    inner = f"trap '' TERM; while :; do sleep 0.2; done # {mark}"
    return ["sh", "-c", f"echo begun; sh -c {shlex.quote(inner)} & wait; sleep 300 # {mark}"]


@pytest.mark.parametrize("how", ["cancel", "timeout", "close the stream", "cancel the stream"])
def test_nothing_is_left_running(link: SshTransport, mark: Callable[[], str], how: str) -> None:
    word = mark()
    cancel = threading.Event()
    if how == "cancel":
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(link.run, stubborn(word), cancel=cancel)
            wait_until(lambda: len(processes_with(word)) >= 3, "the command runs")
            cancel.set()
            with pytest.raises(Cancelled) as caught:
                future.result(LIMIT)
        assert caught.value.result.text == "begun\n"
    elif how == "timeout":
        with pytest.raises(CommandTimeout) as timed:
            link.run(stubborn(word), timeout=1.5)
        assert timed.value.result.text == "begun\n"
    else:
        lines = link.stream(stubborn(word), cancel=cancel)
        assert next(lines) == b"begun"
        assert processes_with(word)
        if how == "close the stream":
            lines.close()  # type: ignore[attr-defined]
        else:
            cancel.set()
            with pytest.raises(Cancelled):
                next(lines)
    assert processes_with(word) == []  # when the call returns, not some time later


def test_closing_the_channel_alone_would_leave_the_process(link: SshTransport, mark: Callable[[], str]) -> None:
    """The fact behind the second channel; should it change one day, the killing can become simpler."""
    word = mark()
    with link._link.at_work(), link._link.session() as channel:
        channel.exec_command(shlex.join(["sh", "-c", f"sleep 300; : {word}"]))
        wait_until(lambda: processes_with(word), "the command runs")
    time.sleep(0.5)
    assert processes_with(word)
    clean_up(word)


def test_ctrl_c_kills_the_remote_command(site: Site, mark: Callable[[], str]) -> None:
    word = mark()
    program = f"""
import signal, sys, threading, _thread
from pathlib import Path
from sidus_lab import ssh
signal.signal(signal.SIGINT, signal.default_int_handler)
link = ssh.connect({site.sshd.address!r}, port={site.sshd.port}, identity=Path({str(site.identity)!r}),
                   known_hosts=Path({str(site.known_hosts)!r}))
print("ready", flush=True)
try:
    link.run(["sh", "-c", "sleep 300 # " + sys.argv[1]])
except KeyboardInterrupt:
    raise SystemExit(42)
"""
    client = subprocess.Popen([sys.executable, "-c", program, word], stdout=subprocess.PIPE)
    try:
        assert client.stdout is not None
        assert client.stdout.readline() == b"ready\n"
        wait_until(lambda: len(processes_with(word)) >= 2, "the command runs")
        time.sleep(0.3)
        client.send_signal(2)
        assert client.wait(LIMIT) == 42
        assert processes_with(word) == []
    finally:
        client.kill()
        client.wait()
        client.stdout.close()  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_frozen_server_is_noticed_within_15_seconds(own_site: Site) -> None:
    with own_site.connect() as link:
        assert link.alive()
        own_site.sshd.freeze()
        assert not link.alive(1.0)
        began = time.monotonic()
        with pytest.raises(ServerFrozen, match="stopped answering"):
            link.run(["sleep", "100"])
        assert time.monotonic() - began < 15
        with pytest.raises(ServerFrozen):  # it stays so: nobody connects again silently
            link.run(["true"])


@pytest.mark.slow
def test_a_server_that_freezes_under_a_running_command(own_site: Site) -> None:
    with own_site.connect() as link:
        lines = link.stream(["sh", "-c", "echo one; sleep 100"])
        assert next(lines) == b"one"
        own_site.sshd.freeze()
        began = time.monotonic()
        with pytest.raises(ServerFrozen) as caught:
            next(lines)
        assert time.monotonic() - began < 15
        assert caught.value.result.stdout == b"one\n"
        assert not link.alive()


@pytest.mark.slow
def test_a_server_that_freezes_while_much_is_sent(own_site: Site) -> None:
    """Even the question whether it lives cannot be sent then."""
    with own_site.connect() as link, ThreadPoolExecutor(2) as pool:
        upload = pool.submit(link.put, bytes(200_000_000), str(own_site.folder / "big"))
        wait_until(lambda: list(own_site.folder.glob("big.*.part")), "the upload runs")
        own_site.sshd.freeze()
        began = time.monotonic()
        with pytest.raises(ServerFrozen):
            upload.result(60)
        assert time.monotonic() - began < 15


def test_a_silent_command_on_a_healthy_server_is_left_alone(
    link: SshTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidus_lab.ssh.link.STEP", 0.05)  # 1.2 s without a byte would now be too long
    assert link.run(["sh", "-c", "sleep 3; echo done"]).text == "done\n"


def test_a_dropped_connection_carries_what_is_known(own_site: Site, mark: Callable[[], str]) -> None:
    word = mark()
    with own_site.connect() as link, ThreadPoolExecutor(1) as pool:
        begun = own_site.folder / "begun"
        script = (
            f"echo some output; echo some error >&2; sleep 0.5; touch {shlex.quote(str(begun))}; sleep 100; : {word}"
        )
        future = pool.submit(link.run, ["sh", "-c", script])
        wait_until(begun.exists, "the command runs")
        own_site.sshd.drop()
        with pytest.raises(ServerUnreachable) as caught:
            future.result(LIMIT)
        assert caught.value.result.stdout == b"some output\n"
        assert caught.value.result.stderr == b"some error\n"
        assert caught.value.result.code == -1
        assert "connect again" in str(caught.value)
        with pytest.raises(ServerUnreachable, match="was lost"):
            link.run(["true"])
        assert "closed" in repr(link)
    assert processes_with(word)  # the command itself goes on: whoever connects again may still want it
    clean_up(word)
    with own_site.connect() as again:
        assert again.run(["echo", "back"]).text == "back\n"


def test_closing_wakes_those_who_wait(site: Site) -> None:
    link = site.connect()
    with ThreadPoolExecutor(1) as pool:
        lines = link.stream(["sh", "-c", "echo on; sleep 5"])
        assert next(lines) == b"on"
        future = pool.submit(next, lines)
        link.close()
        with pytest.raises(ServerUnreachable, match="was closed"):
            future.result(LIMIT)


@pytest.mark.parametrize(
    "greeting", ["echo hello; echo world", "printf 'no newline'", "head -c 300000 /dev/zero", "echo moan >&2"]
)
def test_a_login_shell_that_greets_does_not_spoil_the_output(tmp_path: Path, greeting: str) -> None:
    shell = tmp_path / "shell"
    shell.write_text(f'#!/bin/sh\n{greeting}\neval "$SSH_ORIGINAL_COMMAND"\n')
    shell.chmod(0o755)
    site = make_site(tmp_path / "greets", ForceCommand=str(shell))
    try:
        with site.connect() as link:
            result = link.run(["sh", "-c", "echo result; echo error >&2"])
            assert (result.stdout, result.stderr) == (b"result\n", b"error\n")
            assert list(link.stream(["echo", "result"])) == [b"result"]
    finally:
        site.sshd.stop()


def test_a_login_shell_that_starts_nothing(tmp_path: Path) -> None:
    site = make_site(tmp_path / "nologin", ForceCommand="echo This account is not available.; exit 1")
    try:
        with site.connect() as link, pytest.raises(ConnectError, match="did not start the command") as caught:
            link.run(["true"], check=False)
        assert "This account is not available." in str(caught.value)
    finally:
        site.sshd.stop()


def test_many_lines_are_all_there_and_in_order(link: SshTransport) -> None:
    assert list(link.stream(["seq", "200000"])) == [str(n).encode() for n in range(1, 200_001)]


def test_a_stream_keeps_only_the_end_for_its_error(link: SshTransport) -> None:
    with pytest.raises(CommandFailed, match="last") as caught:
        list(link.stream(["sh", "-c", "seq 300000; echo last >&2; exit 1"]))
    result = caught.value.result
    assert result.stdout.endswith(b"300000\n")
    assert len(result.stdout) < 4 * commands.TAIL
