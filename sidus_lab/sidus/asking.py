"""Asks for a proof: nodes and server at the same time, with one question that only the boots of this moment answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from sidus_lab.errors import SidusError
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.judge import prove
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.witness import Witness, witness_from_dict


class Server(Protocol):
    """What is needed of the server."""

    def call(self, *words: str, data: bytes = b"") -> Any: ...


def ask(
    server: Server,
    folded: str,
    assigned: Mapping[str, str],
    inspect: Callable[[str], Mapping[str, NodeFacts | SidusError]],
) -> Proof:
    """Ask nodes what they run and the server what it saw of their boots, and judge both.

    Parameters
    ----------
    server : Server
    folded : str
        The nodes' names, folded.
    assigned : mapping
        Node -> the root hash assigned to it.
    inspect : callable
        Asks all nodes with the nonce that it is given; a node that could not be asked has its error as its value.

    Raises `SidusError` when the server does not answer.
    """
    nonce = secrets.token_hex(16)
    with ThreadPoolExecutor(max_workers=1) as pool:
        said = pool.submit(witnesses, server, folded, nonce)
        found = inspect(nonce)
        seen = said.result()
    facts = [value for value in found.values() if isinstance(value, NodeFacts)]
    missing = {name: str(value) for name, value in found.items() if isinstance(value, SidusError)}
    return prove(facts, assigned, missing, seen)


def witnesses(server: Server, folded: str, nonce: str) -> dict[str, Witness]:
    """Ask the server what it saw of the boots of nodes, and what they must answer to a nonce."""
    rows = server.call("node", "witness", folded, data=f"{nonce}\n".encode())["nodes"]
    try:
        return {str(row["name"]): witness_from_dict(row) for row in rows}
    except (KeyError, TypeError, ValueError) as error:
        raise SidusError(
            f"The server's answer about boots lacks {error}.", hint="is an older sidusctl at work?"
        ) from None
