"""What is known of the software of the nodes: exactly what the proof shows, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sidus_lab.analysis.finding import Cause, Claim, Finding, Software
from sidus_lab.analysis.findings.records import Records

LEVELS = ("asked", "enforced", "scrubbed", "clean")

Why = Literal[
    "proven",  # nothing is missing
    "different",  # the proof names differences
    "versions",  # without a proof, the records name several images
    "no-proof",
    "recorded",  # without a proof, the records name one image
    "other-records",  # the proof says the same, the records name several images
    "strangers",  # the records name nodes that the proof does not cover
    "not-enforced",
    "changed",  # files differ from the image since boot
    "not-looked",  # whether files were changed since boot was not looked at
    "not-covered",  # some rows were measured in boots that no proof covers
    "not-shown",  # the proof itself does not say that they are the same
]


@dataclass(frozen=True)
class Reached:
    """How far one level of the proof is reached: the nodes where it is not, and those where it was not looked at."""

    missed: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether it holds on every node."""
        return not self.missed and not self.unseen


@dataclass(frozen=True, kw_only=True)
class SoftwareFinding(Finding):
    """Whether the nodes run the same software, and `why` that may be said or not.

    `covered` are the nodes that the proof speaks of, `strangers` those of the records that it does not, `levels` how
    far each level of the proof is reached, `different` what the proof names as different, `versions` the nodes by root
    hash where the records name several, `gaps` by kind of reason the nodes with rows that no proof covers.
    """

    state: Software
    why: Why
    covered: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    levels: Mapping[str, Reached] = field(default_factory=dict)
    different: tuple[str, ...] = ()
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def found(records: Records, proof: Mapping[str, object] | None) -> SoftwareFinding:
    """What is known of the software of the nodes of the records.

    `proof` is plain data: ``same`` (bool), ``nodes`` (names it covers), ``levels`` (``asked``, ``enforced``,
    ``scrubbed``, ``clean`` or ``drift``: each True, False or None for all nodes, or a mapping of node to one of these;
    None or absent: not looked at, which never counts as passed), ``different`` (names of what differs in the software),
    ``gaps`` (node -> kinds of reason why rows of it are not covered: ``boot-not-recorded``, ``boot-not-proven``,
    ``other-image``, ``not-looked-after``).
    """
    versions = _versions(records)
    if proof is None:
        if len(set(versions.values())) > 1:
            return _finding(records, "different", "versions", versions=versions)
        known = {node for nodes in versions.values() for node in nodes} == set(records.nodes)
        return _finding(records, "unknown", "recorded" if known else "no-proof", versions=versions)
    shown: Mapping[str, Any] = proof
    covered = tuple(str(node) for node in shown.get("nodes", ()))
    given = dict(shown.get("levels") or {})
    given.setdefault("clean", given.get("drift"))
    levels = {level: reached(given.get(level), covered) for level in LEVELS}
    different = tuple(str(item) for item in shown.get("different", ()))
    strangers = tuple(node for node in records.nodes if node not in covered)
    more: dict[str, Any] = {"covered": covered, "levels": levels, "different": different, "strangers": strangers}
    more["gaps"] = _gaps(shown.get("gaps") or {})

    def because(state: Software, why: Why) -> SoftwareFinding:
        return _finding(records, state, why, versions=versions, **more)

    if different and not strangers:
        return because("different", "different")
    if more["gaps"]:
        return because("unknown", "not-covered")
    if strangers:
        return because("unknown", "strangers")
    if proof.get("same") is not True:
        return because("unknown", "not-shown")
    if len(versions) > 1:
        return because("unknown", "other-records")
    if not levels["enforced"].everywhere:
        return because("unknown", "not-enforced")
    if levels["clean"].missed:
        return because("unknown", "changed")
    if levels["clean"].unseen:
        return because("unknown", "not-looked")
    return because("same", "proven")


def _gaps(gaps: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The nodes by kind of reason."""
    kinds = sorted({kind for found in gaps.values() for kind in found})
    return {kind: tuple(node for node, found in gaps.items() if kind in found) for kind in kinds}


def reached(value: object, nodes: Sequence[str]) -> Reached:
    """How far a level of the proof is reached on the nodes, from its plain form."""
    by_node = {node: value.get(node) if isinstance(value, Mapping) else value for node in nodes}
    return Reached(
        tuple(node for node, holds in by_node.items() if holds is not None and not holds),
        tuple(node for node, holds in by_node.items() if holds is None),
    )


def _versions(records: Records) -> dict[str, tuple[str, ...]]:
    """The nodes by the root hash that their rows name; a node whose rows name several stands at each."""
    if "root_hash" not in records.rows.columns:
        return {}
    named = records.rows[["root_hash", "node"]].dropna()
    named = named[named["root_hash"].astype(str) != ""]
    return {
        str(value): tuple(sorted(part["node"].astype(str).unique()))
        for value, part in named.groupby("root_hash", sort=True)
    }


def _finding(records: Records, state: Software, why: Why, **more: Any) -> SoftwareFinding:
    claims = {"same": Claim.SOFTWARE_SAME, "different": Claim.SOFTWARE_DIFFERS, "unknown": Claim.SOFTWARE_UNPROVEN}
    causes: dict[str, Cause] = {"same": "none", "different": "software", "unknown": "unknown"}
    return SoftwareFinding(
        about="software",
        claim=claims[state],
        cause=causes[state],
        held=state != "unknown",
        rows=len(records.rows),
        nodes=tuple(records.nodes),
        state=state,
        why=why,
        **more,
    )
