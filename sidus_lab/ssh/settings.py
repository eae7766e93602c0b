"""Where and how to connect: OpenSSH itself is asked (``ssh -G``), so that the user's configuration counts in full."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import ConnectError

_LIMIT = 15.0  # seconds for `ssh -G`; a `Match exec` in the configuration may run programs


@dataclass(frozen=True)
class Settings:
    """How to reach one host.

    `key_name` is the name under which known_hosts files list it; `identities` are private key files, some of which may
    not exist; `jumps` are the hosts in between, nearest first.
    """

    alias: str
    host: str
    port: int
    user: str
    key_name: str
    known_hosts: tuple[Path, ...]
    identities: tuple[Path, ...]
    only_identities: bool
    agent: bool
    jumps: tuple[str, ...]
    timeout: float | None

    @property
    def name(self) -> str:
        """``user@host:port``."""
        return f"{self.user}@{self.host}:{self.port}"


def resolve(
    host: str,
    *,
    port: int | None = None,
    user: str | None = None,
    identity: Path | None = None,
    known_hosts: Path | None = None,
    config: Path | None = None,
) -> Settings:
    """Ask ``ssh -G`` for everything that is not given.

    `host` is anything ssh takes: a name, an alias, ``user@name`` or ``ssh://user@name:port``. Raises `ConnectError`
    when ssh is missing or does not accept the host or its configuration.
    """
    if not host or host.startswith("-") or any(c.isspace() or not c.isprintable() for c in host):
        raise ConnectError(f"Not a host name: {host!r}.", hint="give a name, an address, or an alias of ~/.ssh/config")
    command = ["ssh", "-G"]
    command += ["-F", str(config)] if config is not None else []
    command += ["-p", str(port)] if port is not None else []
    command += ["-l", user] if user is not None else []
    try:
        asked = subprocess.run(
            [*command, "--", host], stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT, check=False
        )
    except FileNotFoundError:
        raise ConnectError("The program ssh is missing.", hint="sudo apt-get install openssh-client") from None
    except subprocess.TimeoutExpired:
        raise ConnectError(
            f"ssh -G {host} did not answer within {_LIMIT:.0f} s.", hint="look for a Match exec in ~/.ssh/config"
        ) from None
    if asked.returncode != 0:
        raise ConnectError(
            f"ssh does not accept its configuration for {host}.",
            detail=asked.stderr.decode(errors="replace"),
            hint=f"run this by hand: {shlex.join([*command, host])}",
        )
    return parse(host, asked.stdout.decode(errors="surrogateescape"), identity=identity, known_hosts=known_hosts)


def parse(alias: str, text: str, *, identity: Path | None = None, known_hosts: Path | None = None) -> Settings:
    """Read the answer of ``ssh -G``: one option a line, some of them several times. Raises `ConnectError`."""
    options: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _, value = line.partition(" ")
        options.setdefault(word.lower(), []).append(value.strip())

    def one(word: str, default: str = "") -> str:
        return options.get(word, [default])[0]

    if one("proxycommand", "none") != "none":
        raise ConnectError(
            f"The ssh configuration of {alias} has a ProxyCommand, which sidus_lab does not run.",
            hint="use ProxyJump instead",
        )
    host, port, user = one("hostname", alias), int(one("port", "22")), one("user")
    alias_name = one("hostkeyalias", "none")
    name = host if alias_name == "none" else alias_name
    files = _paths(one("userknownhostsfile")) + _paths(one("globalknownhostsfile"))
    tokens = {"%d": str(_home()), "%h": host, "%r": user, "%u": pwd.getpwuid(os.getuid()).pw_name, "%n": alias}
    timeout = one("connecttimeout", "none")
    jumps = one("proxyjump", "none")
    return Settings(
        alias=alias,
        host=host,
        port=port,
        user=user,
        key_name=name if port == 22 or alias_name != "none" else f"[{name}]:{port}",
        known_hosts=tuple(files) if known_hosts is None else (known_hosts.expanduser(),),
        identities=(
            tuple(_path(value, tokens) for value in options.get("identityfile", []) if value != "none")
            if identity is None
            else (identity.expanduser(),)
        ),
        only_identities=identity is not None or one("identitiesonly") == "yes",
        agent=one("identityagent") != "none",
        jumps=() if jumps == "none" else tuple(hop.strip() for hop in jumps.split(",")),
        timeout=float(timeout) if timeout.isdigit() and int(timeout) > 0 else None,
    )


def jump_settings(hop: str, config: Path | None) -> Settings:
    """Give the settings of one host of a ProxyJump, ``[user@]host[:port]`` or a URL."""
    if hop.startswith("ssh://"):
        return resolve(hop, config=config)
    user, _, place = hop.rpartition("@")
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.startswith("[")):
        host, port = place, ""  # no port, or an IPv6 address without one
    return resolve(host.strip("[]"), user=user or None, port=int(port) if port else None, config=config)


def _home() -> Path:
    return Path(pwd.getpwuid(os.getuid()).pw_dir)  # OpenSSH does not look at $HOME either


def _path(value: str, tokens: dict[str, str]) -> Path:
    value = value.strip('"')
    if value.startswith("~/"):
        value = f"{_home()}/{value[2:]}"
    for token, text in tokens.items():
        value = value.replace(token, text)
    return Path(value)


def _paths(value: str) -> list[Path]:
    try:
        words = shlex.split(value)
    except ValueError:
        words = value.split()
    return [_path(word, {}) for word in words if word not in ("none", "/dev/null")]
