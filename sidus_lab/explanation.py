"""The analysis' front door: from a frame to a verdict with a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from sidus_lab import words
from sidus_lab.analysis import explain_records as analysis
from sidus_lab.analysis.explain_table import explain_frame
from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings import belonging
from sidus_lab.analysis.sentence import Drawing, Verdict
from sidus_lab.errors import DataError

__all__ = ["Verdict", "explain", "explain_records"]


class Shown(Protocol):
    """What a proof gives to the analysis. `sidus.Proof` is one."""

    def summary(self) -> dict[str, object]:
        """Say which nodes and boots it covers, which level holds where, and what of the software differs."""

    @property
    def hardware(self) -> dict[str, dict[str, object]]:
        """Say of each node whether it is virtual, and its idle states."""


def explain(
    frame: pd.DataFrame,
    *,
    response: str | None = None,
    node: str = "node",
    within: str | None = None,
    kind: str | None = None,
    image: str | None = None,
    code: str | None = None,
    boot: str | None = None,
    session: str | None = None,
    when: str | None = None,
    order: str | None = None,
    factors: Sequence[str] = (),
    proof: Mapping[str, object] | Shown | None = None,
    hardware: Mapping[str, Mapping[str, object]] | None = None,
    level: float = 0.95,
    language: str | None = None,
) -> Verdict:
    """Say where the differences in a table of runs come from: hardware, software, code, a setting, or chance.

    Records of an experiment (contract "A record") need no `response`: software, bits and time of every operation are
    explained, with `factors` as the settings. For any other tidy table, name the `response`, the `node` it was
    measured on, and what else is known: `within` (repetition), `kind` (of hardware, such as the CPU model), `image`,
    `code`; `boot` and `session` (what was started anew), `when` (times) and `order` (running numbers). Columns that
    carry the last four names are read without being named.

    Returns a `Verdict`: `.answer`, `.sentences`, `.findings`, `.table`, `.checks`, `.figure()`, `.to_dict()`. Raises
    DataError, in a sentence or two, where the table cannot carry an answer, and for an argument that is of no use in
    this call. `language` (``en``, ``fr``) is that of the verdict; else the one that `sl.language` chose.
    Methods: `analysis.explain_table.explain_frame`, `analysis.explain_records.explain_records`.

    >>> runs = sl.datasets.load("published/dyestuff", quiet=True)
    >>> verdict = sl.explain(runs, response="yield", node="batch")
    >>> verdict.sentences[0].about, verdict.sentences[0].passed
    ('nodes', True)
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"A data frame is needed, not {type(frame).__name__}.", hint="Make one with pandas.DataFrame(...)."
        )
    if isinstance(factors, str):
        raise DataError(f"The factors are one text: {factors!r}.", hint=f"Write factors=[{factors!r}].")
    with words.spoken_in(language):
        if response is not None:
            _refuse({"hardware": hardware}, "a table with a response", "hardware is read for records only")
            verdict = explain_frame(
                frame,
                response=response,
                node=node,
                within=within,
                kind=kind,
                image=image,
                code=code,
                boot=boot,
                session=session,
                when=when,
                order=order,
                factors=factors,
                proof=proof if proof is None or isinstance(proof, Mapping) else proof.summary(),
                level=level,
            )
            return replace(verdict, draw=_draw_frame)
        if {"operation", "status", "duration", "result_hash"} <= set(map(str, frame.columns)):
            named = {"within": within, "kind": kind, "image": image, "code": code, "boot": boot, "session": session}
            named |= {"when": when, "order": order, "node": None if node == "node" else node}
            _refuse(named, "records", "records have columns of fixed names; with response=... they are read as a table")
            return explain_records(frame, factors=factors, proof=proof, hardware=hardware, level=level)
    raise DataError(
        "Which column is to be explained?",
        hint=f"Name it: explain(frame, response=...). Columns: {', '.join(map(str, frame.columns[:12]))}.",
    )


def _refuse(given: Mapping[str, object], what: str, hint: str) -> None:
    """Raise DataError for the first argument that is not None: it would be dropped in silence."""
    for name, value in given.items():
        if value is not None:
            raise DataError(f"The argument {name}={value!r} is of no use for {what}.", hint=f"Leave it out: {hint}.")


def explain_records(
    records: pd.DataFrame,
    *,
    factors: Sequence[str] = (),
    proof: Mapping[str, object] | Shown | None = None,
    hardware: Mapping[str, Mapping[str, object]] | None = None,
    level: float = 0.95,
    language: str | None = None,
) -> Verdict:
    """Say where the differences in a set of records come from; as `analysis.verdict.explain_records`, with a figure.

    `proof` is a `Proof` or its plain data; one that belongs to other nodes, boots or images than these records is
    refused. `run.explain()` gives a run's own proofs. `language` (``en``, ``fr``) is that of the verdict; else the one
    that `sl.language` chose. Raises DataError then, and when a column is missing, durations
    are text, or no row can be used.

    >>> verdict = sl.explain_records(sl.Run(folder).records())
    >>> [sentence.about for sentence in verdict.sentences][:2]
    ['software', 'bits']
    """
    if proof is not None and not isinstance(proof, Mapping):
        hardware = proof.hardware if hardware is None else hardware
        proof = proof.summary()
    if proof is not None:
        belonging.require(records, proof)
    with words.spoken_in(language):
        verdict = analysis.explain_records(records, factors=factors, proof=proof, hardware=hardware, level=level)
    return replace(verdict, draw=_draw_records)


def _draw_records(verdict: Verdict) -> Drawing:
    """Which nodes share bits; where no result was recorded, the durations node by node."""
    from sidus_lab import figures  # plotly is loaded only when something is drawn

    data: Mapping[str, Any] = verdict.data
    rows, factors = data["records"], data["factors"]
    drawn: Drawing
    if rows["result_hash"].notna().any():
        drawn = figures.bit_agreement(rows, setting=factors)
    else:
        drawn = figures.strips(rows, value="duration", by="node", color=factors[0] if factors else None, unit="s")
    return drawn


def _draw_frame(verdict: Verdict) -> Drawing:
    """What the claim about nodes rests on: the order of time and the boots where they are known, odd nodes marked.

    Images, or codes, side by side; without either, and without an order, the measurements node by node.
    """
    from sidus_lab import figures

    data: Mapping[str, Any] = verdict.data
    roles, unit = data["roles"], data["unit"]
    rows, value, order = data["rows"], data["response"], roles.order or roles.when
    drawn: Drawing
    if order is None or data["color"]:
        drawn = figures.strips(rows, value=value, by=roles.node, color=data["color"], unit=unit)
    else:
        odd = {str(node) for each in verdict.findings if each.claim is Claim.NODES_APART for node in each.nodes}
        boot = roles.boot or "boot"
        drawn = figures.order_strips(rows, value=value, node=roles.node, boot=boot, order=order, odd=odd, unit=unit)
    return drawn
