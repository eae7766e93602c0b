"""Who has a port already: asked of the kernel's tables, so that nothing is started that could not listen."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

from .. import hosts
from .service import Port

_LISTENS = {"tcp": "0A", "udp": "07"}


class Holder(NamedTuple):
    """A process that has a port; `pid` 0 where nobody may see whose it is."""

    port: Port
    pid: int
    words: Sequence[str]

    def __str__(self) -> str:
        name = os.path.basename(self.words[0]) if self.words else "a process"
        return "{} (process {})".format(name, self.pid) if self.pid else "another program"


def holders(ports: Sequence[Port], proc: Path = Path("/proc")) -> List[Holder]:
    """The processes that have any of these ports, on their address or on all."""
    found: Dict[str, Port] = {}
    for port in ports:
        for inode, address in _sockets(proc, port):
            if address in (hosts.EVERY, port.address) or port.address == hosts.EVERY:
                found[inode] = port
    owners = _owners(proc, set(found)) if found else {}
    rows = [Holder(port, owners.get(inode, 0), words_of(owners.get(inode, 0), proc)) for inode, port in found.items()]
    return list({(row.port, row.pid): row for row in rows}.values())


def _sockets(proc: Path, port: Port) -> "List[tuple[str, str]]":
    rows = []
    for table, everywhere in ((port.kind, False), (port.kind + "6", True)):
        try:
            lines = (proc / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            address, number = fields[1].split(":")
            if int(number, 16) != port.number or fields[3] != _LISTENS[port.kind]:
                continue
            if everywhere:  # a socket for IPv6 takes IPv4 as well when it is bound to no address
                if set(address) == {"0"}:
                    rows.append((fields[9], hosts.EVERY))
                continue
            # The kernel writes the address as it lies in memory.
            rows.append((fields[9], str(ipaddress.IPv4Address(bytes.fromhex(address)[::-1]))))
    return rows


def _owners(proc: Path, inodes: "set[str]") -> Dict[str, int]:
    found: Dict[str, int] = {}
    wanted = {"socket:[{}]".format(inode): inode for inode in inodes}
    for pid in sorted(int(entry) for entry in os.listdir(proc) if entry.isdigit()):
        try:
            for handle in os.scandir(proc / str(pid) / "fd"):
                inode = wanted.get(os.readlink(handle.path))
                if inode is not None:
                    found.setdefault(inode, pid)  # the first has it, those that it started share it
        except OSError:
            continue  # it ended, or belongs to somebody else
    return found


def words_of(pid: int, proc: Path = Path("/proc")) -> List[str]:
    """The words of a process's command; none where it is gone or nobody may see them."""
    try:
        text = (proc / str(pid) / "cmdline").read_bytes() if pid else b""
    except OSError:
        return []
    return [os.fsdecode(word) for word in text.split(b"\0") if word]


def configuration_of(words: Sequence[str]) -> Optional[Path]:
    """The configuration that a service of some site was started with; None for any other program.

    nginx writes a title over its words, so they are read as one text.
    """
    found = re.search(r"(/\S+/serve/(?:dnsmasq|nginx)\.conf)(?:\s|$)", " ".join(words))
    return Path(found.group(1)) if found else None
