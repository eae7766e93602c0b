"""Which keys are tried for a login, in which order, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import paramiko
import pytest

from sidus_lab.ssh import login
from sidus_lab.ssh.login import Keyring
from tests.ssh.sshd import make_key, public_line


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_keys_without_a_comment_load_whatever_their_padding(tmp_path: Path, kind: str) -> None:
    for number in range(3 if kind == "rsa" else 12):
        file = make_key(tmp_path / str(number), kind)
        key = login._load(file)
        assert isinstance(key, paramiko.PKey), key
        assert f"{key.get_name()} {key.get_base64()}" == public_line(file)


def test_files_are_tried_in_order_and_each_key_once(tmp_path: Path) -> None:
    first, second = make_key(tmp_path / "first"), make_key(tmp_path / "second", "ecdsa")
    again = tmp_path / "again"
    again.write_bytes(first.read_bytes())
    notes: list[str] = []
    keyring = Keyring((first, tmp_path / "missing", again, second), agent=False)
    assert [label for label, _ in login._candidates(keyring, notes)] == [str(first), str(second)]
    assert notes == []  # a file that the configuration names and that is not there is no news


def test_what_cannot_be_used_is_noted(tmp_path: Path) -> None:
    locked, odd = make_key(tmp_path / "locked", passphrase="secret words"), tmp_path / "odd"
    odd.write_text("no key at all\n")
    notes: list[str] = []
    assert list(login._candidates(Keyring((locked, odd), agent=False), notes)) == []
    assert notes[0] == f"{locked} is locked by a passphrase"
    assert notes[1].startswith(f"{odd} is not a private key that can be used")


def test_an_agent_that_does_not_answer_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nobody"))
    file = make_key(tmp_path / "key")
    assert [label for label, _ in login._candidates(Keyring((file,)), [])] == [str(file)]


def test_a_long_list_is_cut() -> None:
    assert login._listed(["a", "b", "c"]) == "a, b, c"
    assert login._listed("abcde") == "a, b, c and 2 more"
