"""Results written by hand, a letter a repeat: which claims about bits may have a tick, and which cause may be named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

FACTOR = "OPENBLAS_CORETYPE"
WHERE = re.compile(r"(?P<node>\w+)(@(?P<boot>\w+))?(#(?P<image>\w+))?(%(?P<code>\w+))?(?P<levels>(\+[\w=]+)*)")

CLAIMS = frozenset(("same", "forced", "fewer", "induced", "exonerated", "not-obeyed", "unstable", "cured", "differ"))
"""What a sentence about bits can claim: the same on all nodes; a setting makes them agree, or removes part of the
difference, or makes one; it is not the cause; it was not obeyed; a node disagrees with itself; a setting makes it
stable; the nodes differ."""


@dataclass(frozen=True)
class BitCase:
    """One table of results.

    `may` are the claims that may have a tick, `causes` the causes that may be named with one, `must` a claim or cause
    of which one has to be there, `unless` nodes that excuse a claim that is not allowed when the sentence names them.
    """

    name: str
    results: Mapping[str, str]
    may: frozenset[str]
    causes: frozenset[str]
    must: frozenset[str] = frozenset()
    unless: tuple[str, ...] = ()
    hardware: Mapping[str, str] = field(default_factory=dict)
    proof: str = "full"

    @property
    def factors(self) -> list[str]:
        """The factors of this table: the one of `FACTOR`, or those that are named."""
        named = {part.split("=")[0] for where in self.results for part in where.split("+")[1:] if "=" in part}
        if named:
            return sorted(named)
        return [FACTOR] if any("+" in where for where in self.results) else []

    def frame(self) -> pd.DataFrame:
        """The records: one row a letter; ``-`` is a run without a result, ``!`` one that failed."""
        rows: list[dict[str, Any]] = []
        for where, letters in self.results.items():
            found = WHERE.fullmatch(where)
            assert found is not None, where
            levels = dict.fromkeys(self.factors, "default")
            for part in found["levels"].split("+")[1:]:
                factor, _, level = part.rpartition("=")
                levels[factor or FACTOR] = level
            for repetition, letter in enumerate(letters):
                rows.append(
                    {
                        "run": "r1",
                        "node": found["node"],
                        "boot": found["boot"] or f"{found['node']}-b1",
                        "phase": "main",
                        "aa": "",
                        "block": repetition,
                        "order": len(rows),
                        "repetition": repetition,
                        "operation": "solve",
                        **levels,
                        "root_hash": found["image"] or "ab" * 32,
                        "hardware": self.hardware.get(found["node"], "one-kind"),
                        "code_hash": found["code"] or "c0de",
                        "duration": 1.0,
                        "work": 1e9,
                        "work_unit": "flop",
                        "result_hash": None if letter in "-!" else letter * 8,
                        "status": "failed" if letter == "!" else "ok",
                        "message": "",
                    }
                )
        return pd.DataFrame(rows)

    def ask(self) -> dict[str, Any]:
        """The arguments of `explain_records`."""
        nodes = sorted({where.split("@")[0].split("#")[0].split("%")[0].split("+")[0] for where in self.results})
        levels = {"asked": True, "enforced": True, "scrubbed": True, "clean": True}
        shown: dict[str, Any] | None = {"same": True, "nodes": nodes, "levels": levels, "different": []}
        if self.proof == "none":
            shown = None
        elif self.proof == "different":
            shown = {"same": False, "nodes": nodes, "levels": levels, "different": ["root hash"]}
        elif self.proof == "partial":
            shown = {"same": True, "nodes": nodes[:-1], "levels": levels, "different": []}
        return {"factors": self.factors, "proof": shown}


def bit_case(
    name: str,
    results: Mapping[str, str],
    may: str = "",
    causes: str = "",
    must: str = "",
    *,
    unless: Sequence[str] = (),
    hardware: Mapping[str, str] | None = None,
    proof: str = "full",
) -> BitCase:
    """A case from words with blanks between them; that nodes differ where they do is always allowed."""
    claims, named, needed = (frozenset(text.split()) for text in (may, causes, must))
    return BitCase(name, results, claims | {"differ"}, named, needed, tuple(unless), dict(hardware or {}), proof)


Maker = Callable[[], Iterator[BitCase]]
MAKERS: list[Maker] = []


def cases(make: Maker) -> Maker:
    """Enter a function that gives cases."""
    MAKERS.append(make)
    return make


def all_cases() -> list[BitCase]:
    """Every case, in the order of the files."""
    return [case for make in MAKERS for case in make()]


def claims(text: str) -> set[str]:
    """What a sentence about bits claims, from its words (for engines that give no finding)."""
    rules = {
        "same": r"the same bits on|nodes agree\.$",
        "forced": r"agree once|agree with .* the cause is",
        "induced": r"differ once",
        "exonerated": r"is not the cause",
        "unstable": r"different results in \d+ repeats|not stable",
        "cured": r"is stable once",
    }
    return {claim for claim, pattern in rules.items() if re.search(pattern, text)}
