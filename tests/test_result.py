"""What a command did, as a value."""

from __future__ import annotations

from sidus_lab.result import Result


def test_result_is_a_value() -> None:
    result = Result(("ls",), 0, "nœud\n".encode(), b"\xff", 0.5)
    assert result.ok
    assert result.text == "nœud\n"
    assert result.errors == "�"
    assert result == Result(("ls",), 0, "nœud\n".encode(), b"\xff", 0.5)
    assert "nœud" not in repr(result)  # output can be megabytes
