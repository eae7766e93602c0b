"""Where the embedded lab lives on this machine: one folder, and what is in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import SidusError

MARK = "SIDUS_LAB_EMBEDDED"  # environment variable that every process of the lab carries, with its home as value
# What the configurations of sshd, ssh and nginx would take apart even inside quotes.
_NOT_IN_PATHS = '"\\$%'


@dataclass(frozen=True)
class Home:
    """The folder of one embedded lab. Everything that the lab writes is below it."""

    root: Path

    def __post_init__(self) -> None:
        for sign in str(self.root):
            if sign in _NOT_IN_PATHS or not sign.isprintable():
                raise SidusError(
                    f"{str(self.root)!r} cannot be the home of an embedded lab: its path holds the sign {sign!r}.",
                    hint="give it another one: SIDUS_LAB_HOME=~/sidus-lab",
                )

    @property
    def site(self) -> Path:
        """The SIDUS site itself, laid out as on a real server. Images stay here between two labs."""
        return self.root / "site"

    @property
    def run(self) -> Path:
        """Configuration, logs and process ids of the services."""
        return self.root / "run"

    @property
    def keys(self) -> Path:
        """The user's key, sshd's host key, and the BMC passwords."""
        return self.root / "keys"

    @property
    def state(self) -> Path:
        """What is up, and who started it."""
        return self.root / "state.json"

    @property
    def ssh_config(self) -> Path:
        """An OpenSSH client configuration that names the lab's server."""
        return self.root / "ssh_config"

    @property
    def mark(self) -> dict[str, str]:
        """The environment that marks a process as one of this lab."""
        return {MARK: str(self.root)}


def default_home() -> Home:
    """Give ``$SIDUS_LAB_HOME``, else ``$XDG_DATA_HOME/sidus-lab``, else ``~/.local/share/sidus-lab``.

    >>> sl.embedded.default_home().site.name
    'site'
    """
    given = os.environ.get("SIDUS_LAB_HOME")
    if given:
        return Home(Path(given).expanduser().absolute())
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home((Path(data).expanduser() / "sidus-lab").absolute())
