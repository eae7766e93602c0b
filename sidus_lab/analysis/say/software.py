"""What may be said about the software of the nodes: exactly what the proof shows, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sidus_lab.analysis.findings.records import Records
from sidus_lab.analysis.sentence import Sentence
from sidus_lab.words import count, names

Software = Literal["same", "different", "unknown"]
CHECK = "equal root hash, kernel and command line on all nodes, the root hash enforced by each node's kernel"


def say(records: Records, proof: Mapping[str, Any] | None) -> tuple[Sentence, Software]:
    """One sentence about the software, and the state that later sentences may build on.

    `proof` is plain data: ``same`` (bool), ``nodes`` (names it covers), ``levels`` (``asked``, ``enforced``,
    ``scrubbed``, ``clean``: each a bool for all nodes or a mapping of node to bool; absent means not looked at),
    ``different`` (names of what differs in the software).
    """
    hashes = records.labels("root_hash")
    known = {value for value in hashes.values() if value}
    if proof is None:
        return _without_proof(records, hashes, known)
    covered = [str(node) for node in proof.get("nodes", ())]
    levels = {
        level: _nodes_without(proof.get("levels", {}), level, covered)
        for level in ("asked", "enforced", "scrubbed", "clean")
    }
    if not proof.get("same", False):
        return _not_same(records, covered, [str(item) for item in proof.get("different", ())], levels)
    if len(known) > 1:
        text = (
            f"The proof says that the nodes run the same software, but the records name {len(known)} different root "
            "hashes: the proof does not belong to these records."
        )
        return _sentence(records, text, passed=False), "unknown"
    strangers = sorted(set(records.nodes) - set(covered))
    if strangers:
        text = (
            f"The software is proven the same on {count(len(covered), 'node')}, but nothing is shown for "
            f"{names(strangers)}, which the records name too."
        )
        return _sentence(records, text, passed=False), "unknown"
    return _same(records, covered, levels)


def _same(
    records: Records, covered: Sequence[str], levels: Mapping[str, Sequence[str] | None]
) -> tuple[Sentence, Software]:
    """The nodes carry equal hashes: how far that is enforced, read and untouched."""
    enforced, scrubbed, clean = levels["enforced"], levels["scrubbed"], levels["clean"]
    if enforced is None or enforced:
        where = "" if not enforced else f" on {names(list(enforced))}"
        text = (
            f"The {count(len(covered), 'node')} were told to boot the same image, but that the kernel enforces it is "
            f"not shown{where}: this is what was asked for, not a proof."
        )
        return _sentence(records, text, passed=False), "unknown"
    parts = [
        (
            f"The software is proven the same on {_all(len(covered))}: each kernel refuses any block that does not "
            "belong to this image, and root hash, kernel and command line are equal"
        )
    ]
    if scrubbed is None:
        parts.append("; that every block was read and verified is not shown, so only blocks that were used are proven")
    elif scrubbed:
        parts.append(f"; on {names(list(scrubbed))} only the blocks that were used are verified, not every block")
    else:
        parts.append("; every block was read and verified")
    if clean is None:
        parts.append(". What the nodes wrote over the image since boot was not looked at")
    elif clean:
        text = "".join(parts) + f". But files of the system differ from the image since boot on {names(list(clean))}."
        return _sentence(records, text, passed=False), "unknown"
    else:
        parts.append(". No file of the system differs from the image since boot")
    return _sentence(records, "".join(parts) + ".", cause="none"), "same"


def _not_same(
    records: Records, covered: Sequence[str], different: list[str], levels: Mapping[str, Sequence[str] | None]
) -> tuple[Sentence, Software]:
    """The proof does not say "same": either it shows a difference, or it shows too little."""
    if different:
        text = f"The nodes do not run the same software: they differ in {names(different)}."
        return _sentence(records, text, cause="software"), "different"
    words = {"asked": "told to boot the image", "enforced": "enforced by the kernel", "clean": "unchanged since boot"}
    gaps = [
        f"not shown to be {word} on {names(list(nodes))}" for level, word in words.items() if (nodes := levels[level])
    ]
    why = f": it is {'; '.join(gaps)}" if gaps else f" on {names(list(covered))}"
    return _sentence(records, f"That the software is the same is not proven{why}.", passed=False), "unknown"


def _without_proof(records: Records, hashes: Mapping[str, str], known: set[str]) -> tuple[Sentence, Software]:
    if len(known) > 1:
        groups = [f"{value[:12]} on {names([n for n, h in hashes.items() if h == value])}" for value in sorted(known)]
        text = f"The nodes booted different versions: {'; '.join(groups)}."
        return _sentence(records, text, cause="software"), "different"
    if known and all(hashes.values()):
        text = (
            "No proof was given. The records name one root hash for all nodes, which says what was recorded, not "
            "what each kernel enforced."
        )
    else:
        text = "No proof was given: the software may differ between the nodes."
    return _sentence(records, text, passed=False), "unknown"


def _sentence(records: Records, text: str, *, cause: Any = "unknown", passed: bool = True) -> Sentence:
    return Sentence("software", text, cause=cause, check=CHECK, passed=passed, rows=len(records.rows))


def _all(number: int) -> str:
    return "both nodes" if number == 2 else f"all {number} nodes" if number > 2 else "the one node"


def _nodes_without(levels: Mapping[str, Any], level: str, nodes: Sequence[str]) -> list[str] | None:
    """The nodes where a level of the proof is not reached; None where it was not looked at."""
    value = levels.get(level)
    if value is None:
        return None
    if isinstance(value, Mapping):
        return [node for node in nodes if not value.get(node)]
    return [] if value else list(nodes)
