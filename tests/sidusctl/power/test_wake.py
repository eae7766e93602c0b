"""Wake-on-LAN: the packet as a listener gets it."""

from __future__ import annotations

import socket

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.power import wake
from sidus_lab.sidusctl.power.wake import Wake, WakePower

WAY: WakePower = {"kind": "wake-on-lan", "mac": "52:54:00:00:00:01", "broadcast": "127.0.0.1"}


def test_the_packet_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as card:
        card.bind(("127.0.0.1", 0))
        card.settimeout(30)
        monkeypatch.setattr(wake, "_PORT", card.getsockname()[1])
        assert Wake().on(WAY, "") == "unknown"
        assert card.recv(200) == b"\xff" * 6 + bytes.fromhex("525400000001") * 16


def test_it_can_do_nothing_else() -> None:
    assert Wake().state(WAY, "") == "unknown"
    with pytest.raises(CtlError, match="cannot switch a machine off"):
        Wake().off(WAY, "")
