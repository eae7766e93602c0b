"""Host keys: read, looked up in real known_hosts files, judged and put on record."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sidus_lab.errors import ConnectError, HostKeyChanged, HostKeyUnknown
from sidus_lab.ssh import hostkeys
from sidus_lab.ssh.hostkeys import HostKey, OnRecord, parse_line
from tests.ssh.sshd import make_key, public_line


@pytest.fixture
def key(tmp_path: Path) -> HostKey:
    return parse_line(public_line(make_key(tmp_path / "key")))


@pytest.fixture
def other(tmp_path: Path) -> HostKey:
    return parse_line(public_line(make_key(tmp_path / "other", "ecdsa")))


def test_a_line_is_read_as_openssh_wrote_it(tmp_path: Path) -> None:
    file = make_key(tmp_path / "key")
    found = parse_line(f"{public_line(file)} a comment\n")
    assert found.line == public_line(file)
    said = subprocess.run(["ssh-keygen", "-l", "-f", f"{file}.pub"], capture_output=True, text=True, check=True)
    assert found.fingerprint == said.stdout.split()[1]
    assert hostkeys.fingerprint(found.line) == found.fingerprint


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 ?", "ssh-ed25519 AAAA"])
def test_what_is_no_key_line(line: str) -> None:
    with pytest.raises(ValueError, match="public key line"):
        parse_line(line)


def test_a_type_that_its_content_belies_is_refused(key: HostKey) -> None:
    with pytest.raises(ValueError, match="disagree"):
        parse_line(key.line.replace("ssh-ed25519", "ssh-rsa"))


def test_files_are_looked_up_by_host_and_port(tmp_path: Path, key: HostKey, other: HostKey) -> None:
    file = tmp_path / "known"
    file.write_text(f"[lab]:2222 {key.line}\nlab {other.line}\n@revoked * {key.line}\nlab rubbish\n")
    at_port = hostkeys.look_up("[lab]:2222", [tmp_path / "missing", file])
    assert at_port.keys == (key,)
    assert at_port.revoked == (key,)
    assert hostkeys.look_up("lab", [file]).keys == (other,)
    assert hostkeys.look_up("elsewhere", [file]).keys == ()
    assert hostkeys.look_up("lab", []).source == "no known_hosts file"


def test_the_three_verdicts(key: HostKey, other: HostKey) -> None:
    hostkeys.verify(key, OnRecord((other, key)), "lab")
    with pytest.raises(HostKeyUnknown, match=key.fingerprint.replace("+", r"\+")):
        hostkeys.verify(key, OnRecord((), source="a file"), "lab")
    with pytest.raises(HostKeyChanged, match="not the one on record"):
        hostkeys.verify(key, OnRecord((other,)), "lab")
    with pytest.raises(HostKeyChanged, match="revoked"):  # also when it stands among the good ones
        hostkeys.verify(key, OnRecord((key,), (key,)), "lab")


def test_a_fingerprint_is_one_of_sha256(key: HostKey) -> None:
    assert hostkeys.checked_fingerprint(f" {key.fingerprint}=\n") == key.fingerprint
    for text in ("", "MD5:aa:bb", key.fingerprint[:-1], key.fingerprint + "x"):
        with pytest.raises(ConnectError, match="Not a SHA-256 fingerprint"):
            hostkeys.checked_fingerprint(text)


def test_a_key_goes_on_record_once_and_on_a_line_of_its_own(tmp_path: Path, key: HostKey, other: HostKey) -> None:
    file = tmp_path / "new" / "known"
    hostkeys.put_on_record("lab", key, file)
    hostkeys.put_on_record("lab", key, file)
    assert file.read_text() == f"lab {key.line}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.write_text(f"lab {key.line}")  # somebody's editor left the last line open
    hostkeys.put_on_record("lab", other, file)
    assert file.read_text() == f"lab {key.line}\nlab {other.line}\n"
