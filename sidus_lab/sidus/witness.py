"""What the server can say of a node's boot: its power, what was ordered, what the boot itself reported. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Alarm:
    """Something in the web server's log that a boot in order does not leave there.

    Attributes
    ----------
    what : str
        ``forged``: a report without this boot's word; ``doubled``: the same report once more; ``fetched-again``: the
        node's own files, its host key among them, went out more than once; ``booted-again``: the same word came from
        a second boot.
    count : int
    addresses : tuple of str
        Who sent the requests, as the web server saw it.
    """

    what: str
    times: int
    addresses: tuple[str, ...]


def alarm_from_dict(plain: Mapping[str, object]) -> Alarm:
    """Read one alarm, as `sidusctl` or `Witness.to_dict` gives it. Raises KeyError or TypeError otherwise."""
    stored: Mapping[str, Any] = plain
    return Alarm(str(stored["what"]), int(stored["times"]), tuple(map(str, stored["addresses"])))


@dataclass(frozen=True)
class Witness:
    """What the server says of one node, asked together with the node itself.

    Attributes
    ----------
    power : str
        ``on``, ``off`` or ``unknown``, by its BMC.
    by_hand : bool
        Whether it is switched by hand: then nobody can be asked whether it is on.
    ordered : float
        When this boot was ordered from the server, seconds since 1970; 0 when it never was.
    boot : str
        The kernel's boot id as the ordered boot reported it; empty when it did not report.
    answer : str
        What that boot must answer to the question's nonce.
    command_line : str
        What the assignment puts on the kernel's command line.
    own : str
        SHA-256 of the node's own files as the server hands them out, listed as in `own_digest`.
    published, found : mapping
        SHA-256 of ``vmlinuz`` and ``initrd`` as the manifest names them, and of the files that lie there now.
    build_id : str
        The GNU build id inside the published kernel; empty when it could not be read.
    alarms : tuple of Alarm
    """

    power: str
    ordered: float
    boot: str
    answer: str
    command_line: str
    own: str
    published: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    build_id: str = ""
    by_hand: bool = False
    alarms: tuple[Alarm, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "power": self.power,
            "kind": "by-hand" if self.by_hand else "remote",
            "ordered": self.ordered,
            "boot": self.boot,
            "answer": self.answer,
            "command_line": self.command_line,
            "own": self.own,
            "published": dict(self.published),
            "found": dict(self.found),
            "build_id": self.build_id,
            "alarms": [{"what": a.what, "times": a.times, "addresses": list(a.addresses)} for a in self.alarms],
        }


def witness_from_dict(plain: Mapping[str, object]) -> Witness:
    """Read one row of ``sidusctl node witness``, or what `to_dict` gave. Raises KeyError or TypeError otherwise."""
    stored: Mapping[str, Any] = plain
    return Witness(
        power=str(stored["power"]),
        by_hand=stored["kind"] == "by-hand",
        ordered=float(stored["ordered"] or 0.0),
        boot=str(stored["boot"]),
        answer=str(stored["answer"]),
        command_line=str(stored["command_line"]),
        own=str(stored["own"]),
        published=dict(stored["published"]),
        found=dict(stored["found"]),
        build_id=str(stored["build_id"]),
        alarms=tuple(alarm_from_dict(alarm) for alarm in stored["alarms"]),
    )
