"""Logging in with keys: files and the user's agent, in OpenSSH's order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sidus_lab.errors import AuthenticationFailed
from sidus_lab.ssh.hostkeys import HostKey
from sidus_lab.ssh.settings import Settings


@dataclass(frozen=True)
class Keyring:
    """The keys to try: private key files, and the agent's keys or only those that match the files."""

    files: tuple[Path, ...]
    agent: bool = True
    only_files: bool = False

    @staticmethod
    def of(settings: Settings) -> Keyring:
        """Give the keys that the user's configuration names."""
        return Keyring(settings.identities, settings.agent, settings.only_identities)


def log_in(link: paramiko.Transport, user: str, keyring: Keyring, where: str) -> None:
    """Try the keys one after the other.

    Raises `AuthenticationFailed`, and paramiko's own errors when the connection ends.
    """
    tried: list[str] = []
    notes: list[str] = []
    for label, key in _candidates(keyring, notes):
        tried.append(label)
        try:
            more = link.auth_publickey(user, key)
        except paramiko.BadAuthenticationType as error:
            notes.append(f"the server takes no keys from {user}, only {', '.join(error.allowed_types)}")
            break
        except paramiko.AuthenticationException:
            if link.is_active():
                continue
            notes.append("the server ended the connection after these tries")
            break
        if not more:
            return
        notes.append(f"the server accepted the key and wants more, which sidus_lab cannot give: {', '.join(more)}")
        break
    with_keys = f"with {_listed(tried)}" if tried else "without a key"
    hint = "put your public key there (ssh-copy-id), or give identity=Path(...) of a key that may log in"
    locked = [note for note in notes if "passphrase" in note]
    if locked:
        hint = f"unlock the key for this session: ssh-add {locked[0].split()[0]}"
    elif not tried:
        hint = "make a key with ssh-keygen -t ed25519 and put it on the server with ssh-copy-id"
    raise AuthenticationFailed(f"{where} does not let {user} in {with_keys}.", detail="\n".join(notes), hint=hint)


def _candidates(keyring: Keyring, notes: list[str]) -> Iterator[tuple[str, paramiko.PKey]]:
    """Yield the agent's keys that match the files, its other keys, then the files, each key once."""
    wanted = {blob for file in keyring.files if (blob := _public_blob(file)) is not None}
    seen: set[bytes] = set()
    if keyring.agent:
        # An agent that does not answer is as good as none; OpenSSH thinks so too.
        with suppress(paramiko.SSHException, OSError), closing(paramiko.Agent()) as agent:
            held = sorted(agent.get_keys(), key=lambda key: key.asbytes() not in wanted)
            for key in held:
                if key.asbytes() in wanted or not keyring.only_files:
                    seen.add(key.asbytes())
                    yield f"the agent's key {HostKey('', key.asbytes()).fingerprint}", key
    for file in keyring.files:
        blob = _public_blob(file)
        if blob is not None and blob in seen:
            continue
        key_or_note = _load(file)
        if isinstance(key_or_note, str):
            notes.append(key_or_note)
        elif key_or_note is not None and key_or_note.asbytes() not in seen:
            seen.add(key_or_note.asbytes())
            yield str(file), key_or_note


def _load(file: Path) -> paramiko.PKey | str | None:
    """Give the private key, a note that says why it cannot be used, or None when there is no such file."""
    try:
        try:
            return paramiko.PKey.from_path(file)
        except paramiko.PasswordRequiredException:
            raise
        except paramiko.SSHException:
            return _load_without_padding(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    except (TypeError, paramiko.PasswordRequiredException):  # what cryptography and paramiko raise for locked keys
        return f"{file} is locked by a passphrase"
    except Exception as error:  # the libraries have no common error for a file that is no key
        return f"{file} is not a private key that can be used: {type(error).__name__}"


def _load_without_padding(file: Path) -> paramiko.PKey:
    """Load a key that paramiko 5.1 takes for damaged: one without a comment, whose content needs no padding.

    That is every other ECDSA key made with ``ssh-keygen -C ''``; in the older file format paramiko reads it.
    """
    key = serialization.load_ssh_private_key(file.read_bytes(), None)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    kind = paramiko.RSAKey if isinstance(key, rsa.RSAPrivateKey) else paramiko.ECDSAKey
    return kind.from_private_key(io.StringIO(pem.decode()))


def _public_blob(file: Path) -> bytes | None:
    with suppress(OSError, ValueError, UnicodeDecodeError):
        return paramiko.pkey.PublicBlob.from_file(f"{file}.pub").key_blob
    return None


def _listed(labels: Iterable[str]) -> str:
    labels = list(labels)
    return ", ".join(labels[:3]) + (f" and {len(labels) - 3} more" if len(labels) > 3 else "")
