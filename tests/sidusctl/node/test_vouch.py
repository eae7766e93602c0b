"""The word of a boot: the shell's sums are ours, and a mark says what it is of."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import sidus_lab.sidusctl
from sidus_lab.sidusctl.node import vouch

BOOT = Path(sidus_lab.sidusctl.__file__).parent / "image" / "boot"
SHELLS = [["sh"], *([["busybox", "sh"]] if shutil.which("busybox") else [])]
WORD = "ab" * 32


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize("message", ["node1 ready up=3.1&boot=x", "", "a  b", "%s\\n$(id)'\""])
def test_the_boot_script_makes_the_same_mark(shell: list[str], message: str) -> None:
    script = '. "$1"; WORD=$2; sidus_mark "$3"'
    words = [*shell, "-c", script, "sh", str(BOOT / "report"), WORD, message]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == vouch.mark(WORD, message)


def test_a_mark_is_of_one_word_and_one_message() -> None:
    marks = {
        vouch.of_report(WORD, "node1", "ready", "up=1"),
        vouch.of_report("cd" * 32, "node1", "ready", "up=1"),
        vouch.of_report(WORD, "node2", "ready", "up=1"),
        vouch.of_report(WORD, "node1", "ready", "up=2"),
        vouch.of_answer(WORD, "00", "b1"),
        vouch.of_answer(WORD, "01", "b1"),
        vouch.of_answer(WORD, "00", "b2"),
        vouch.mark(WORD, "own files"),
    }
    assert len(marks) == 8
    assert WORD not in "".join(marks)


def test_words_are_new_each_time() -> None:
    assert len({vouch.new_word() for _ in range(100)}) == 100


def test_the_name_of_the_own_files_does_not_tell_the_word() -> None:
    assert len(vouch.of_files(WORD)) == 32
    assert vouch.of_files(WORD) not in WORD
