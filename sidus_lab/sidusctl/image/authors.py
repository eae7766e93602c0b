"""Who makes a version, and where: what the server itself knows of it, without asking anybody."""

from __future__ import annotations

import os
import pwd
import socket


def account() -> str:
    """The account that is logged in; behind sudo, the one that called it. Its number where it has no name."""
    behind = os.environ.get("SUDO_USER", "")
    if behind and os.geteuid() == 0:
        return _plain(behind)
    try:
        return _plain(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return str(os.geteuid())


def host() -> str:
    """The name of this machine."""
    return _plain(socket.gethostname())


def _plain(text: str) -> str:
    """A name as one word: it is shown in lists, and the environment is anybody's to set."""
    return "".join(sign for sign in text if sign.isprintable())[:64]
