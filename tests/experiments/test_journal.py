"""The journal: whole rows only, whatever happened to the process or the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.experiments import journal
from sidus_lab.experiments.journal import FolderLock, Journal, RunError


def row(order: int, attempt: int = 1, node: str = "n", **more: Any) -> dict[str, Any]:
    return {"node": node, "order": order, "attempt": attempt, **more}


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    with Journal(path) as book:
        book.append([row(0), row(0, operation="two")])
        assert journal.read(path)[0] == [row(0), row(0, operation="two")]
        book.append([row(1, text="a\nb é")])
    assert [r["order"] for r in journal.read(path)[0]] == [0, 0, 1]
    assert journal.read(path)[1] == path.stat().st_size


@pytest.mark.parametrize("torn", [b'{"node": "n", "ord', b'{"node": "n"}', b"\0\0\0\0\n", b"[]\n", b'"x"'])
def test_a_torn_last_line_is_dropped_and_cut_off(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "records.jsonl"
    with Journal(path) as book:
        book.append([row(0)])
    with path.open("ab") as file:
        file.write(torn)
    assert journal.read(path)[0] == [row(0)]
    with Journal(path) as book:
        book.append([row(1)])
    assert journal.read(path)[0] == [row(0), row(1)]


def test_every_length_of_a_torn_file_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    with Journal(path) as book:
        book.append([row(i, text="x" * i) for i in range(3)])
    data = path.read_bytes()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        assert len(journal.read(path)[0]) == data[:length].count(b"\n")


def test_a_bad_line_in_the_middle_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"node": 1}\noops\n{"node": 2}\n')
    with pytest.raises(RunError, match=r"Line 2 of .* is not a record"):
        journal.read(path)


def test_the_last_attempt_counts() -> None:
    rows = [row(1, 1, s="lost"), row(0, 1, s="ok"), row(1, 2, s="ok"), row(1, 2, s="ok 2"), row(0, 1, "m", s="ok")]
    assert [(r["node"], r["order"], r["s"]) for r in journal.current(rows)] == [
        ("m", 0, "ok"),
        ("n", 0, "ok"),
        ("n", 1, "ok"),
        ("n", 1, "ok 2"),
    ]
    assert journal.attempts(rows) == {("n", 1): 2, ("n", 0): 1, ("m", 0): 1}


FULL = """
import resource, sys
from pathlib import Path
from sidus_lab.experiments.journal import Journal, RunError
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
with Journal(Path(sys.argv[1])) as book:
    book.append([{"node": "n", "order": 0, "attempt": 1}])
    try:
        book.append([{"node": "n", "order": 1, "attempt": 1, "text": "x" * 500}])
    except RunError as error:
        print(error)
    book.append([{"node": "n", "order": 2, "attempt": 1}])
"""


def test_a_full_disk_leaves_no_torn_row(tmp_path: Path) -> None:
    """A limit on the size of files does to `write` what a full disk does: it takes a part, then refuses."""
    path = tmp_path / "records.jsonl"
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout
    assert "resume" in done.stdout
    assert [r["order"] for r in journal.read(path)[0]] == [0, 2]


def test_the_lock_is_for_one(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.acquire()
    with pytest.raises(RunError, match="under way already"):
        second.acquire()
    code = (
        "import sys; from pathlib import Path; from sidus_lab.experiments.journal import FolderLock, RunError\n"
        "try: FolderLock(Path(sys.argv[1])).acquire()\nexcept RunError: sys.exit(3)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)]).returncode == 3
    first.release()
    first.release()
    second.acquire()
    second.release()
