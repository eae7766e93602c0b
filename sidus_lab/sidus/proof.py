"""The proof: what is shown of a set of nodes, level by level, and what of it is equal; as text and as HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sidus_lab import html, palette
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus import facts as node_facts
from sidus_lab.sidus.facts import NodeFacts, as_dict

FORMAT = 1  # of a stored proof; one without a number was written before there was one, and is read as 1
WIDTH = 110  # characters of a line of plain text


@dataclass(frozen=True)
class Claim:
    """One level of the proof for one node: whether it holds, and in words why or why not."""

    holds: bool
    text: str


@dataclass(frozen=True)
class NodeProof:
    """The levels of the proof for one node."""

    facts: NodeFacts
    asked: Claim
    enforced: Claim
    scrubbed: Claim
    drift: Claim

    @property
    def name(self) -> str:
        """The node's name."""
        return self.facts.name

    @property
    def proven(self) -> bool:
        """Whether the kernel enforces the root hash that was assigned, and nothing of the system was changed since."""
        return self.asked.holds and self.enforced.holds and self.drift.holds


@dataclass(frozen=True)
class Difference:
    """A field in which the nodes differ, with each node's value in words."""

    field: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """What is proven of a set of nodes at one moment.

    It guards against mistakes and decay: a wrong image, a flipped bit, a file changed by hand. It does not guard
    against a node whose kernel lies on purpose; that takes measured boot by a TPM.

    Attributes
    ----------
    nodes : tuple of NodeProof
    equal : tuple of str
        Fields with the same value on all nodes (of two nodes or more).
    different : tuple of Difference
        Fields that differ, software first.
    missing : mapping
        Nodes that could not be asked, with the reason.

    Examples
    --------
    >>> proof = sl.Study(folder).proof
    >>> proof.same
    True
    >>> sl.Proof.from_dict(proof.to_dict()) == proof
    True
    """

    nodes: tuple[NodeProof, ...]
    equal: tuple[str, ...]
    different: tuple[Difference, ...]
    missing: Mapping[str, str]

    @property
    def same(self) -> bool:
        """Whether all nodes were asked and all are proven to run the same software."""
        software = any(difference.field in SOFTWARE for difference in self.different)
        return bool(self.nodes) and not self.missing and all(n.proven for n in self.nodes) and not software

    @property
    def root_hash(self) -> str:
        """The root hash that all nodes enforce; empty when they do not agree."""
        found = {node.facts.enforced for node in self.nodes}
        return found.pop() if len(found) == 1 else ""

    @property
    def hardware(self) -> dict[str, dict[str, Any]]:
        """What `explain_records` asks of each node: whether it is virtual, and the names of its idle states."""
        return {
            node.name: {
                "virtual": bool(node.facts.hardware.virtual),
                "idle_states": [state.name for state in node.facts.hardware.c_states],
            }
            for node in self.nodes
        }

    @property
    def verdict(self) -> str:
        """One sentence."""
        names = fold([node.name for node in self.nodes])
        if not self.nodes:
            return "No node could be asked."
        if self.missing:
            return f"Not proven for all: {fold(list(self.missing))} could not be asked."
        broken = [node.name for node in self.nodes if not node.proven]
        if broken:
            return f"Not proven: {fold(broken)}. The table says why."
        if not self.same:
            differ = ", ".join(d.field for d in self.different if d.field in SOFTWARE)
            return f"Each of {names} is proven, but they are not the same: {differ} differ."
        whole = all(node.scrubbed.holds for node in self.nodes)
        blocks = "every block of it was read and verified" if whole else "verified whenever a block is read"
        if len(self.nodes) == 1:
            return f"{names} runs the image {self.root_hash[:12]}: {blocks}."
        return f"{names} run the same software, image {self.root_hash[:12]}: {blocks}."

    def summary(self) -> dict[str, Any]:
        """Give what the verdict is made from: which nodes, which level holds on which, what of the software differs."""
        levels = {level: dict[str, bool]() for level in ("asked", "enforced", "scrubbed", "clean")}
        for node in self.nodes:
            for level, claim in zip(levels, _claims(node), strict=True):
                levels[level][node.name] = claim.holds
        return {
            "same": self.same,
            "nodes": [node.name for node in self.nodes],
            "levels": levels,
            "different": [d.field for d in self.different if d.field in SOFTWARE],
            "boots": {node.name: [node.facts.boot] for node in self.nodes},
            "roots": {node.name: node.facts.enforced for node in self.nodes},
            "missing": dict(self.missing),
        }

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data: ``proof.json``."""
        return {
            "format": FORMAT,
            "same": self.same,
            "verdict": self.verdict,
            "root_hash": self.root_hash,
            "equal": list(self.equal),
            "different": [{"field": d.field, "values": dict(d.values)} for d in self.different],
            "missing": dict(self.missing),
            "nodes": [
                {
                    **as_dict(node.facts),
                    "proven": node.proven,
                    "claims": {
                        level: {"holds": claim.holds, "text": claim.text}
                        for level, claim in zip(_LEVELS, _claims(node), strict=True)
                    },
                }
                for node in self.nodes
            ],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Proof:
        """Read what `to_dict` gave, such as the content of ``proof.json``. Raises `SidusError` for anything else."""
        if plain.get("format", FORMAT) != FORMAT:
            raise SidusError(
                f"A proof of the format {plain['format']!r} cannot be read here.", hint="use a newer sidus_lab"
            )
        try:
            nodes = []
            for node in plain["nodes"]:
                claims = (Claim(node["claims"][level]["holds"], node["claims"][level]["text"]) for level in _LEVELS)
                nodes.append(NodeProof(node_facts.from_dict(node), *claims))
            different = tuple(Difference(d["field"], d["values"]) for d in plain["different"])
            return cls(tuple(nodes), tuple(plain["equal"]), different, dict(plain["missing"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise SidusError(f"This is not a stored proof: {error} is missing or wrong.") from None

    def __str__(self) -> str:
        rows = [["", *(node.name for node in self.nodes)]]
        for level, claims in zip(_LEVELS, zip(*map(_claims, self.nodes), strict=True), strict=False):
            rows.append([level, *(f"{_mark(claim)} {claim.text}" for claim in claims)])
        rows.append(["kernel", *(node.facts.release for node in self.nodes)])
        rows.append(["hardware", *(n.facts.hardware.cpu for n in self.nodes)])
        rows.append(["fingerprint", *(n.facts.hardware.fingerprint for n in self.nodes)])
        lines = [self.verdict, "", *(_columns(rows) if self.nodes else ())]
        if self.equal:
            lines += ["", *_wrapped("equal:     ", ", ".join(self.equal))]
        if self.different:
            lines += [""]
            for d in self.different:
                lines += _wrapped("different: ", f"{d.field}: " + "; ".join(f"{n} {v}" for n, v in d.values.items()))
        for name, reason in self.missing.items():
            lines.append(f"missing:   {name}: {reason.splitlines()[0]}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        differs = any(difference.field in SOFTWARE for difference in self.different)
        state = html.state("same" if self.same else "differs" if differs else "not told", "")
        heads = [node.name for node in self.nodes]
        rows: list[list[object]] = []
        for level, claims in zip(_LEVELS, zip(*map(_claims, self.nodes), strict=True), strict=False):
            rows.append([level, *(html.state("passed" if c.holds else "not told", c.text) for c in claims)])
        rows.append(["kernel", *(node.facts.release for node in self.nodes)])
        rows.append(["hardware", *(node.facts.hardware.cpu for node in self.nodes)])
        parts: list[object] = [html.join([state, ": ", self.verdict]), html.table(rows, ["", *heads])]
        if self.equal:
            parts.append(html.details(f"equal on all: {len(self.equal)} fields", ", ".join(self.equal)))
        if self.different:
            different = [[d.field, *(d.values.get(name, "") for name in heads)] for d in self.different]
            parts.append(html.table(different, ["different", *heads]))
        if self.missing:
            parts.append(html.table([[n, r] for n, r in self.missing.items()], ["could not be asked", "why"]))
        return html.mimebundle(str(self), *parts)


_LEVELS = ("asked", "enforced", "scrubbed", "drift")
# Fields of which the design says that "same" means equal.
SOFTWARE = ("root hash", "kernel", "kernel build", "command line")


def _claims(node: NodeProof) -> tuple[Claim, Claim, Claim, Claim]:
    return node.asked, node.enforced, node.scrubbed, node.drift


def _mark(claim: Claim) -> str:
    return palette.STATES["passed" if claim.holds else "not told"].shape


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=label, subsequent_indent=" " * len(label))


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
