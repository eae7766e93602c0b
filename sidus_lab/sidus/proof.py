"""The proof: what is shown of a set of nodes, level by level, and what of it is equal. A value that can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus import facts as node_facts
from sidus_lab.sidus import say, shown
from sidus_lab.sidus.claims import LEVELS, NEEDED, Claim
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.witness import Witness, witness_from_dict

FORMAT = 2  # of a stored proof; 1 had no witnesses, and took for no drift what nobody had looked at

Kind = Literal["software", "hardware", "setting"]


@dataclass(frozen=True)
class NodeProof:
    """The levels of the proof for one node, in the order of `LEVELS`, and what they were judged from."""

    facts: NodeFacts
    claims: tuple[Claim, ...]
    witness: Witness | None = None

    def __post_init__(self) -> None:
        if tuple(claim.level for claim in self.claims) != LEVELS:
            raise ValueError("a node's proof has one claim for each level, in their order")

    def claim(self, level: str) -> Claim:
        """Give the claim of a level."""
        return next(claim for claim in self.claims if claim.level == level)

    @property
    def name(self) -> str:
        """The node's name."""
        return self.facts.name

    @property
    def proven(self) -> bool:
        """Whether every level holds without which nothing is proven (`claims.NEEDED`), and no TPM says otherwise."""
        needed = all(claim.holds for claim in self.claims if claim.level in NEEDED)
        return needed and self.claim("measured").looked is not False


@dataclass(frozen=True)
class Difference:
    """A field in which the nodes differ, with each node's value, and what kind of cause it would be."""

    field: str
    values: Mapping[str, str]
    kind: Kind


@dataclass(frozen=True)
class Proof:
    """What is proven of a set of nodes at one moment.

    It guards against mistakes, decay and users without root. Who could still fool it: root on a node, and somebody in
    the boot network; `limits` says it in full.

    Attributes
    ----------
    nodes : tuple of NodeProof
    equal : tuple of str
        Fields with the same value on all nodes (of two nodes or more).
    different : tuple of Difference
        Fields that differ: software first, then hardware, then settings.
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
        return bool(self.nodes) and not self.missing and all(n.proven for n in self.nodes) and not self._of("software")

    @property
    def root_hash(self) -> str:
        """The root hash that all nodes enforce; empty when they do not agree."""
        found = {node.facts.enforced for node in self.nodes}
        return found.pop() if len(found) == 1 else ""

    @property
    def hardware(self) -> dict[str, dict[str, object]]:
        """What `explain_records` asks of each node's machine.

        ``virtual`` (bool), ``idle_states`` (names of those that are not switched off), ``clock_source`` and whether it
        is a usual one (``usual_clock``), ``fingerprint``, and ``settings``, the fingerprint of what is set.
        """
        return {
            node.name: {
                "virtual": bool(node.facts.hardware.virtual),
                "idle_states": [state.name for state in node.facts.settings.idle_states if not state.disabled],
                "clock_source": node.facts.settings.clock_source,
                "usual_clock": node.facts.settings.usual_clock,
                "fingerprint": node.facts.hardware.fingerprint,
                "settings": node.facts.settings.fingerprint,
            }
            for node in self.nodes
        }

    @property
    def limits(self) -> str:
        """Who could still fool this proof, in plain words."""
        return say.text("fooled")

    @property
    def verdict(self) -> str:
        """One sentence."""
        names = fold([node.name for node in self.nodes])
        values = {"names": names, "root": self.root_hash[:12]}
        if not self.nodes:
            return say.verdict("nobody", {})
        if self.missing:
            return say.verdict("missing", {"missing": fold(list(self.missing))})
        broken = [node.name for node in self.nodes if not node.proven]
        if broken:
            return say.verdict("broken", {"names": fold(broken)})
        if not self.same:
            return say.verdict("different", {**values, "fields": say.fields(self._of("software"))})
        one = "one" if len(self.nodes) == 1 else "same"
        whole = all(node.claim("scrubbed").holds for node in self.nodes)
        return say.verdict(f"{one}-scrubbed" if whole else one, values)

    def summary(self) -> dict[str, object]:
        """Give what the verdict is made from.

        ``levels`` maps each level to ``{node: True, False or None}``; None: not looked at. ``different`` names what of
        the software differs, ``settings`` what of the settings; ``boots`` and ``roots`` say which boot and root hash it
        speaks of.
        """
        return {
            "same": self.same,
            "nodes": [node.name for node in self.nodes],
            "levels": {level: {node.name: node.claim(level).looked for node in self.nodes} for level in LEVELS},
            "different": self._of("software"),
            "settings": self._of("setting"),
            "boots": {node.name: [node.facts.boot] for node in self.nodes},
            "roots": {node.name: node.facts.enforced for node in self.nodes},
            "missing": dict(self.missing),
        }

    def _of(self, kind: Kind) -> list[str]:
        return [difference.field for difference in self.different if difference.kind == kind]

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data, for ``proof.json``; `from_dict` reads it back whole.

        The sentences in it (``verdict``, ``text``, ``limits``, ``levels``, ``alarms``) are for those who read the
        file; they are made anew.
        """
        return {
            "format": FORMAT,
            "same": self.same,
            "verdict": self.verdict,
            "limits": self.limits,
            "levels": {level: {"name": say.level(level), "about": say.about(level)} for level in LEVELS},
            "root_hash": self.root_hash,
            "equal": list(self.equal),
            "different": [{"field": d.field, "kind": d.kind, "values": dict(d.values)} for d in self.different],
            "missing": dict(self.missing),
            "nodes": [
                {
                    **node_facts.as_dict(node.facts),
                    "proven": node.proven,
                    "claims": {c.level: {**c.to_dict(), "text": say.claim(c)} for c in node.claims},
                    "witness": node.witness.to_dict() if node.witness else None,
                    "alarms": [say.alarm(alarm) for alarm in node.witness.alarms] if node.witness else [],
                }
                for node in self.nodes
            ],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, object]) -> Proof:
        """Read what `to_dict` gave, such as the content of ``proof.json``. Raises `SidusError` for anything else."""
        stored: Mapping[str, Any] = plain
        found = stored.get("format", 1)
        if found != FORMAT:
            older = isinstance(found, int) and found < FORMAT
            raise SidusError(
                f"A stored proof of the format {found!r} cannot be read here.",
                hint="prove the nodes again: it says less than a proof must" if older else "use a newer sidus_lab",
            )
        try:
            nodes = []
            for node in stored["nodes"]:
                claims = tuple(Claim.from_dict(level, node["claims"][level]) for level in LEVELS)
                server = witness_from_dict(node["witness"]) if node["witness"] else None
                nodes.append(NodeProof(node_facts.from_dict(node), claims, server))
            different = tuple(Difference(d["field"], d["values"], d["kind"]) for d in stored["different"])
            return cls(tuple(nodes), tuple(stored["equal"]), different, dict(stored["missing"]))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise SidusError(
                f"This is not a stored proof: {error} is missing or wrong.", hint="prove the nodes again"
            ) from None

    def __str__(self) -> str:
        return shown.text(self)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return shown.mimebundle(self)
