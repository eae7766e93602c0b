"""Asks for a proof: nodes and server at the same time, with one question that only the boots of this moment answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus import answers
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.judge import prove
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.witness import Witness

_log = logging.getLogger(__name__)


def ask(
    server: Server,
    folded: str,
    assigned: Mapping[str, str],
    inspect: Callable[[str], Each[NodeFacts]],
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
        Asks all nodes with the nonce that it is given.

    Raises `SidusError` when the server does not answer.
    """
    if not assigned:
        return prove([], {})
    nonce = server.new_nonce()
    with ThreadPoolExecutor(max_workers=1) as pool:
        said = pool.submit(witnesses, server, folded, nonce)
        found = inspect(nonce)
        seen = said.result()
    missing = {name: str(error) for name, error in found.failed.items()}
    proof = prove(list(found.ok.values()), assigned, missing, seen)
    if not server.recorded:  # a recording can note nothing, and nobody rolls it back
        _note(server, proof)
    return proof


def _note(server: Server, proof: Proof) -> None:
    """Let the server note what was proved, for `Nodes.rollback`. The proof stands without it."""
    roots: dict[str, list[str]] = {}
    for node in proof.nodes:
        if node.proven:
            roots.setdefault(node.facts.enforced, []).append(node.name)
    for root_hash, names in roots.items():
        try:
            server.call("node", "note-proof", fold(names), root_hash)
        except SidusError as error:  # a recording of before, or a server with a full disk
            _log.warning("The server could not note this proof, so rollback will not lead here: %s", error.message)


def witnesses(server: Server, folded: str, nonce: str) -> dict[str, Witness]:
    """Ask the server what it saw of the boots of nodes, and what they must answer to a nonce. Raises `SidusError`."""
    return answers.witnesses(server.call("node", "witness", folded, data=f"{nonce}\n".encode()))
