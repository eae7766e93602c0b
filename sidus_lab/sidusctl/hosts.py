"""Places in a network, as a command line gives them: checked before they are kept."""

from __future__ import annotations

import ipaddress
import re

from .errors import CtlError

EVERY = "0.0.0.0"  # noqa: S104 - the kernel's word for all addresses, to compare with
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")


def check_host(what: str, host: object) -> str:
    """An IP address or a host name, unchanged; `what` names it in the error.

    Raises CtlError ``bad-address``.
    """
    if not isinstance(host, str) or not is_host(host):
        raise CtlError(
            "bad-address", "{!r} cannot be the {} of a node.".format(host, what), hint="an IP address or a host name"
        )
    return host


def is_host(text: str) -> bool:
    """Whether this is an IP address or a host name."""
    return is_address(text) or bool(_HOST.match(text))


def is_address(text: str) -> bool:
    """Whether this is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def check_port(what: str, port: int) -> int:
    """A port, unchanged; `what` names it in the error.

    Raises CtlError ``bad-port``.
    """
    if not 0 < int(port) < 65536:
        raise CtlError("bad-port", "{} cannot be the {} of a node.".format(port, what), hint="1 to 65535")
    return port
