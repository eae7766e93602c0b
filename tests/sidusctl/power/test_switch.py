"""Many machines at once: each has its own answer, in the order asked for."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.power import kinds, switch
from tests.sidusctl.power.test_kinds import FileKind


def _nodes(paths: list[str], kind: str = "file") -> list[shapes.Node]:
    rest = {"mac": "", "address": "", "ssh_port": 22, "host_key": "", "assignment": None, "power_on": None}
    return [
        {"name": f"n{number}", "power": {"kind": kind, "path": path}, **rest}  # type: ignore[typeddict-item]
        for number, path in enumerate(paths)
    ]


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "file", FileKind())


def test_one_without_a_secret_and_one_that_breaks_hold_up_nobody(tmp_path: object) -> None:
    nodes = _nodes([f"{tmp_path}/a", f"{tmp_path}/b", f"{tmp_path}/no/such/folder", f"{tmp_path}/d"])

    def secret(name: str) -> str:
        if name == "n1":
            raise FileNotFoundError(2, "No such file")
        return "word"

    noted: list[str] = []
    rows = switch.power(nodes, "on", secret, noted.extend)
    assert [row["name"] for row in rows] == ["n0", "n1", "n2", "n3"]
    assert [row["power"] for row in rows] == ["on", "unknown", "unknown", "on"]
    assert "no word on the server" in str(rows[1]["error"])
    assert "cannot be reached: No such file" in str(rows[2]["error"])
    assert noted == ["n0", "n2", "n3"]


def test_two_hundred_at_once(tmp_path: object) -> None:
    nodes = _nodes([f"{tmp_path}/{number}" for number in range(200)])
    assert {row["power"] for row in switch.power(nodes, "on", lambda _: "word")} == {"on"}
    assert {row["power"] for row in switch.power(nodes, "cycle", lambda _: "word")} == {"on"}
    assert {row["power"] for row in switch.power(nodes, "off", lambda _: "word")} == {"off"}


def test_nobody_to_switch() -> None:
    assert switch.power([], "on", lambda _: "word") == []


def test_a_kind_that_is_not_there_is_the_error_of_all() -> None:
    with pytest.raises(CtlError, match="no kind of power"):
        switch.power(_nodes(["/x"], "steam"), "status", lambda _: "word")
