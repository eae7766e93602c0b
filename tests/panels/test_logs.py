"""The tail of a log on a page: short, plain, and safe."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.panels import logs
from sidus_lab.sidus.status import NodeStatus


def test_terminal_sequences_go() -> None:
    assert logs.plain("[\x1b[0;32m  OK  \x1b[0m] up\x1b]0;title\x07\x1b(B!") == "[  OK  ] up!"


def test_line_ends_of_a_serial_console() -> None:
    assert logs.plain("one\r\r\ntwo\r\nthree") == "one\ntwo\nthree"


def test_only_what_stands_after_a_return_is_shown() -> None:
    assert logs.plain("10 %\r50 %\r100 %\n") == "100 %\n"


def test_tail_is_bounded() -> None:
    text = "\n".join(str(number) for number in range(1000)) + "\n" + "x" * 10_000 + "\n\n"
    shown = logs.tail(text, lines=5, width=50)
    assert shown.splitlines()[:-1] == ["996", "997", "998", "999"]
    assert len(shown.splitlines()[-1]) == 50


@given(st.text())
def test_nothing_that_a_terminal_or_a_page_would_act_on_is_left(text: str) -> None:
    shown = logs.tail(text)
    assert all(char == "\n" or char >= " " for char in shown)
    assert "\x1b" not in shown


def test_reads_the_end_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    assert logs.read_tail(path) == ""
    path.write_bytes(b"a" * logs.BYTES + b"\xff the end")
    shown = logs.read_tail(path)
    assert shown.endswith("\ufffd the end")
    assert len(shown) <= logs.BYTES


def test_boot_reports() -> None:
    stages = (("ipxe", 1000.0), ("network", 1012.5))
    status = NodeStatus("node1", "refused", "refused", 1.0, 1.0, "scrub", "on", stages)
    assert logs.boot_reports(status).splitlines() == [
        "00:16:40  +   0.0 s  ipxe",
        "00:16:52  +  12.5 s  network",
        "node1 refused (scrub)",
    ]
    silent = NodeStatus("node1", "off", "", None, None, "", "off", ())
    assert "reported nothing" in logs.boot_reports(silent)
