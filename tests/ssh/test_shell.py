"""What the login shell is asked to do, and where an output begins."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from sidus_lab.ssh import shell


def test_command_line_quotes_everything() -> None:
    line = shell.command_line(("a b", "$x", "é"), {"N": "v w"}, "mark").decode()
    assert shlex.split(line)[-6:] == ["mark", "1", "N=v w", "a b", "$x", "é"]


def test_what_it_asks_for_does_it() -> None:
    """A real shell runs the line: the words arrive as they were given, and so does the code at the end."""
    line = shell.command_line(("sh", "-c", 'printf "%s" "$N-$1"; exit 7', "x", "a 'b'\n$c"), {"N": "v w"}, "mark")
    done = subprocess.run(["/bin/sh", "-c", line.decode()], capture_output=True, check=False)
    assert done.returncode == 7
    after = shell.AfterMark("mark")
    assert after(done.stdout) == b"v w-a 'b'\n$c"
    assert after.group is not None


def test_ending_a_group_that_has_gone_is_no_error() -> None:
    gone = subprocess.Popen(["true"], start_new_session=True)
    gone.wait()
    assert subprocess.run(["/bin/sh", "-c", shell.kill_line(gone.pid).decode()], check=False).returncode == 0


def test_a_group_is_ended() -> None:
    asleep = subprocess.Popen(["sleep", "60"], start_new_session=True)
    # The line waits until nothing of the group is left, and this parent has to take its end.
    killer = subprocess.Popen(["/bin/sh", "-c", shell.kill_line(asleep.pid).decode()])
    assert asleep.wait(timeout=30) == -15
    assert killer.wait(timeout=30) == 0


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_mark_is_found_however_the_chunks_fall(size: int) -> None:
    whole = b"Welcome!\n\nmark 42\nfirst\n\nmark 43\nlast"
    after = shell.AfterMark("mark")
    passed = b"".join(after(whole[at : at + size]) for at in range(0, len(whole), size))
    assert (after.group, after.before) == (42, b"Welcome!\n")
    assert passed == b"first\n\nmark 43\nlast"  # a second mark is the program's own output


def test_nothing_passes_before_the_mark() -> None:
    after = shell.AfterMark("mark")
    assert after(b"a greeting\nmarks 1\n") == b""
    assert after.group is None
    assert after.before == b"a greeting\nmarks 1\n"
