"""What is noted of the host."""

from __future__ import annotations

import os
import socket

import pytest

from sidus_lab.experiments import host


def test_it_says_what_it_is_and_not_who() -> None:
    found = host.about()
    assert found["processors"] == os.cpu_count()
    assert socket.gethostname() not in " ".join(map(str, found.values()))


def test_the_load_may_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = host.load()
    assert loaded is not None
    assert loaded >= 0

    def none() -> tuple[float, float, float]:
        raise OSError

    monkeypatch.setattr(os, "getloadavg", none)
    assert host.load() is None
