"""The text of consoles: short, plain, and safe; and the contract of all that can show one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.embedded import Embedded
from sidus_lab.errors import SidusError
from sidus_lab.sidus import consoles
from sidus_lab.sidus.consoles import ConsoleFiles, Consoles
from sidus_lab.sidus.inventory import InventoryEntry, PowerWay
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.node import Node


def test_terminal_sequences_go() -> None:
    assert consoles.plain("[\x1b[0;32m  OK  \x1b[0m] up\x1b]0;title\x07\x1b(B!") == "[  OK  ] up!"


def test_line_ends_of_a_serial_console() -> None:
    assert consoles.plain("one\r\r\ntwo\r\nthree") == "one\ntwo\nthree"


def test_only_what_stands_after_a_return_is_shown() -> None:
    assert consoles.plain("10 %\r50 %\r100 %\n") == "100 %\n"


def test_tail_is_bounded() -> None:
    text = "\n".join(str(number) for number in range(1000)) + "\n" + "x" * 10_000 + "\n\n"
    shown = consoles.tail(text, lines=5, width=50)
    assert shown.splitlines()[:-1] == ["996", "997", "998", "999"]
    assert len(shown.splitlines()[-1]) == 50


@given(st.text())
def test_nothing_that_a_terminal_or_a_page_would_act_on_is_left(text: str) -> None:
    shown = consoles.tail(text)
    assert all(char == "\n" or char >= " " for char in shown)
    assert "\x1b" not in shown


def test_reads_the_end_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    assert consoles.read_tail(path) == ""
    path.write_bytes(b"a" * consoles.BYTES + b"\xff the end")
    shown = consoles.read_tail(path)
    assert shown.endswith("\ufffd the end")
    assert len(shown) <= consoles.BYTES


class Written:
    """A second kind, for the contract: what a console wrote is known beforehand."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def read(self, node: str) -> str:
        return self._texts.get(node, "")


def files(folder: Path, texts: dict[str, str]) -> Consoles:
    for name, text in texts.items():
        (folder / name).mkdir()
        (folder / name / "console.log").write_text(text)
    return ConsoleFiles(folder)


@pytest.mark.parametrize("kind", ["files", "written"])
def test_contract(kind: str, tmp_path: Path) -> None:
    texts = {"node1": "boot\n\x1b[31mlogin:\x1b[0m", "node2": ""}
    each = files(tmp_path, texts) if kind == "files" else Written(texts)
    assert each.read("node1") == texts["node1"]
    assert each.read("node2") == ""
    assert each.read("node3") == ""  # it wrote nothing yet


def node(shown: Consoles | None) -> Node:
    entry = InventoryEntry("node1", "52:54:00:00:00:01", "192.0.2.1", 22, "", PowerWay("ipmi"))
    return Node(None, entry, None, shown)  # type: ignore[arg-type]  # a console asks no server


def test_the_tail_of_a_node() -> None:
    shown = Written({"node1": "".join(f"line {n}\r\n" for n in range(500)) + "\x1b[1mlogin:"})
    assert node(shown).console(2) == "line 499\nlogin:"
    assert len(node(shown).console().splitlines()) == consoles.LINES


def test_a_site_without_consoles_says_what_to_do() -> None:
    with pytest.raises(SidusError, match="The console of node1 cannot be read from here") as caught:
        node(None).console()
    assert "status()" in caught.value.hint


def test_the_embedded_lab_gives_its_consoles(site: Embedded, bare: Lab) -> None:
    path = site.console("node1")
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("SeaBIOS\r\niPXE\r\n")
    try:
        assert bare.node("node1").console() == "SeaBIOS\niPXE"
        assert isinstance(bare.consoles, ConsoleFiles)
    finally:
        path.unlink() if before is None else path.write_bytes(before)
