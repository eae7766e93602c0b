"""Who makes a version, and where."""

from __future__ import annotations

import os
import pwd
import socket

import pytest

from sidus_lab.sidusctl.image import authors


def test_the_account_that_is_logged_in_and_behind_sudo_the_one_that_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "jane\n")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert authors.account() == "jane"
    monkeypatch.delenv("SUDO_USER")
    assert authors.account() == "root"
    monkeypatch.setenv("SUDO_USER", "jane")  # an ordinary user's word for it counts for nothing
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_001)
    assert authors.account() == "4000001"
    assert pwd.getpwuid(0).pw_name == "root"


def test_the_name_of_this_machine() -> None:
    assert authors.host() == socket.gethostname()[:64]
