"""The proofs of a run: kept in its folder, and held against its records, boot by boot.

A proof speaks of one boot of each node. What the kernel enforces holds from the boot's start to its end; what was
written over the image is known up to the moment of the look. So the rows of a boot are covered when some proof of that
very boot shows what was enforced, and one that was taken after its last row shows that nothing had changed by then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sidus_lab.experiments.description import now
from sidus_lab.experiments.journal import RunError
from sidus_lab.sidus.claims import LEVELS, NEEDED
from sidus_lab.sidus.judge import prove
from sidus_lab.sidus.proof import NodeProof, Proof
from sidus_lab.sidusctl import files

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Taken:
    """One proof of a run, the moment (``before``, ``after``, ...), and when it was taken (UTC, ISO 8601)."""

    moment: str
    when: str
    proof: Proof


@dataclass(frozen=True)
class Gap:
    """Why some rows of a node are not covered by a proof: the kind of reason, and in words."""

    kind: Literal["boot-not-recorded", "boot-not-proven", "other-image", "not-looked-after"]
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Proofs:
    """All proofs of a run, in the order in which they were taken; `failed` says when and why one could not be taken."""

    taken: tuple[Taken, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def before(self) -> Proof | None:
        """The one from before the first execution, or None."""
        return self.taken[0].proof if self.taken and self.taken[0].moment.startswith("before") else None

    @property
    def after(self) -> Proof | None:
        """The last one from after an execution, or None."""
        last = [taken.proof for taken in self.taken if taken.moment.startswith("after")]
        return last[-1] if last else None

    @property
    def hardware(self) -> dict[str, dict[str, object]]:
        """What `explain_records` asks of each node's hardware."""
        return {name: facts for taken in self.taken for name, facts in taken.proof.hardware.items()}

    def __repr__(self) -> str:
        lines = [f"  {each.moment}, {each.when}: {each.proof.verdict}" for each in self.taken]
        lines += [f"  not taken, {when}: {why}" for when, why in self.failed]
        return "\n".join([f"{len(self.taken)} proofs", *lines])

    def gaps(self, records: pd.DataFrame) -> dict[str, list[Gap]]:
        """Return, for each node with rows that no proof covers, why not.

        Only rows that were measured count: an execution that was lost has nothing to prove.
        """
        found: dict[str, list[Gap]] = {}
        good = records[records["status"] == "ok"]
        for (node, boot), rows in good.groupby(["node", "boot"], dropna=False):
            gap = self._gap(str(node), "" if boot != boot else str(boot), rows)
            if gap is not None:
                found.setdefault(str(node), []).append(gap)
        return found

    def _gap(self, node: str, boot: str, rows: pd.DataFrame) -> Gap | None:
        if not boot:
            return Gap("boot-not-recorded", "its records do not say in which boot they were measured")
        seen = self._of(node, boot)
        if not seen:
            others = {each.facts.boot[:8] for taken in self.taken for each in taken.proof.nodes if each.name == node}
            known = f"; those that were belong to boot {', '.join(sorted(others))}" if others else ""
            return Gap("boot-not-proven", f"no proof was taken in its boot {boot[:8]}{known}")
        roots = {each.facts.enforced for _, each in seen}
        wrong = sorted(str(value) for value in set(rows["root_hash"].dropna()) - roots)
        if wrong:
            shown = ", ".join(sorted(root[:12] or "nothing" for root in roots))
            return Gap("other-image", f"its records name the image {wrong[0][:12]}, and its proofs {shown}")
        if max(when for when, _ in seen) < max(rows["when"]):
            return Gap("not-looked-after", f"nobody looked at it after its last execution in boot {boot[:8]}")
        return None

    def _of(self, node: str, boot: str) -> list[tuple[str, NodeProof]]:
        """The proofs of one boot of one node, each with its time."""
        return [
            (taken.when, each)
            for taken in self.taken
            for each in taken.proof.nodes
            if each.name == node and each.facts.boot == boot
        ]

    def summary(self, records: pd.DataFrame) -> dict[str, object] | None:
        """Return what the verdict on these records is made from (as `Proof.summary`), or None where there is no proof.

        A level holds for a node when each proof of each boot that it measured in shows it. ``same`` needs every row
        covered; ``gaps`` says per node which kinds of reason there are why not.
        """
        if not self.taken:
            return None
        good = records[records["status"] == "ok"]
        boots = [(str(n), str(b)) for n, b in good[["node", "boot"]].dropna().drop_duplicates().itertuples(index=False)]
        seen = {place: proofs for place in boots if (proofs := [each for _, each in self._of(*place)])}
        summaries: list[Mapping[str, Any]] = [taken.proof.summary() for taken in self.taken]
        levels: dict[str, dict[str, bool | None]] = {level: {} for level in LEVELS}
        for level in LEVELS:
            for taken, plain in zip(self.taken, summaries, strict=True):
                for each in taken.proof.nodes:
                    if (each.name, each.facts.boot) in seen and isinstance(of := plain["levels"].get(level), Mapping):
                        levels[level][each.name] = _weaker(levels[level].get(each.name, True), of.get(each.name))
        gaps = self.gaps(records)
        for node in gaps:
            levels["clean"].pop(node, None)  # not looked at, which is not the same as changed
        different = _different(seen)
        covered = list(dict.fromkeys(node for node, _ in boots if node in levels["enforced"]))
        proven = all(levels[level].get(node) for level in NEEDED for node in covered)
        general = {name: value for name, value in summaries[-1].items() if name not in ("boots", "roots", "missing")}
        return {
            **general,
            "same": bool(covered) and proven and not gaps and not different,
            "nodes": covered,
            "levels": {level: of for level, of in levels.items() if of},
            "different": different,
            "gaps": {node: sorted({gap.kind for gap in found}) for node, found in gaps.items()},
        }


def _weaker(one: bool | None, other: bool | None) -> bool | None:
    """What two looks show together: False where one failed, None where one was not taken, else True."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _different(seen: Mapping[tuple[str, str], Sequence[NodeProof]]) -> list[str]:
    """Name what of the software differs between nodes, or between boots of one node."""
    facts = []
    for (node, boot), proofs in seen.items():
        facts.append(replace(proofs[-1].facts, name=f"{node}/{boot}"))
    told: Mapping[str, Any] = prove(facts, {each.name: each.asked for each in facts}).summary()
    return list(told["different"])


def store(folder: Path, moment: str, proof: Proof | None, error: str = "") -> Path:
    """Write a proof, or why there is none, as ``proof-<moment>.json`` of a run folder: whole, never over another."""
    stored = {"moment": moment, "when": now(), **({"failed": error} if proof is None else {})}
    plain = {**(proof.to_dict() if proof is not None else {}), "stored": stored}
    number, path = 1, folder / f"proof-{moment}.json"
    while path.exists():
        number += 1
        path = folder / f"proof-{moment}-{number}.json"
    files.write(path, (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode())
    return path


def read(folder: Path) -> Proofs:
    """Return the proofs of a run folder, in the order in which they were taken. Raises `RunError` for a damaged one."""
    taken, failed = [], []
    for path in sorted(folder.glob("proof-*.json")):
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            stored = plain["stored"]
            if "failed" in stored:
                failed.append((str(stored["when"]), str(stored["failed"])))
            else:
                taken.append(Taken(str(stored["moment"]), str(stored["when"]), Proof.from_dict(plain)))
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(f"{path} is not a stored proof: {error}.", hint="put it back, or move it away") from None
    return Proofs(tuple(sorted(taken, key=lambda each: each.when)), tuple(sorted(failed)))
