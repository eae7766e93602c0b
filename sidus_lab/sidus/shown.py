"""A proof as text and as HTML: each level with what became of it, why, and who shows it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidus_lab import html, palette
from sidus_lab.sidus import say
from sidus_lab.sidus.claims import LEVELS, Claim

if TYPE_CHECKING:
    from sidus_lab.sidus.proof import Proof

WIDTH = 110  # characters of a line of plain text
CELL = 46  # of a claim in a column of a table of text
MARKS = {"holds": "passed", "fails": "failed", "not-looked-at": "not looked at"}
"""State of a claim -> the palette's word for its mark and colour."""


def text(proof: Proof) -> str:
    """Give a proof as plain text."""
    rows = [["", *(node.name for node in proof.nodes)]]
    for level in LEVELS:
        cells = [_wrapped_cell(node.claim(level)) for node in proof.nodes]
        for line in range(max(map(len, cells), default=0)):
            name = say.level(level) if line == 0 else ""
            rows.append([name, *(cell[line] if line < len(cell) else "" for cell in cells)])
    rows.append([say.text("kernel"), *(node.facts.release for node in proof.nodes)])
    rows.append([say.text("hardware"), *(node.facts.hardware.cpu for node in proof.nodes)])
    rows.append([say.text("hardware-print"), *(node.facts.hardware.fingerprint for node in proof.nodes)])
    rows.append([say.text("settings-print"), *(node.facts.settings.fingerprint for node in proof.nodes)])
    lines = [proof.verdict, "", *(_columns(rows) if proof.nodes else ())]
    if proof.equal:
        lines += ["", *_wrapped(f"{say.text('equal')}:     ", say.fields(proof.equal))]
    if proof.different:
        lines += [""]
        for d in proof.different:
            values = "; ".join(f"{name} {value or '-'}" for name, value in d.values.items())
            lines += _wrapped(f"{say.text('different')}: ", f"{say.kind(d.kind)}: {say.field(d.field)}: {values}")
    lines += [f"{say.text('alarm')}:     {line}" for line in _alarms(proof)]
    for name, reason in proof.missing.items():
        lines.append(f"{say.text('missing')}:   {name}: {(reason.splitlines() or [''])[0]}")
    if proof.nodes:
        lines += ["", *_wrapped(f"{say.text('limits')}: ", proof.limits)]
    return "\n".join(lines)


def mimebundle(proof: Proof) -> dict[str, object]:
    """Give a proof for a notebook."""
    differs = any(difference.kind == "software" for difference in proof.different)
    state = html.state("same" if proof.same else "differs" if differs else "not told", "")
    heads = [node.name for node in proof.nodes]
    rows: list[list[object]] = []
    for level in LEVELS:
        claims = [node.claim(level) for node in proof.nodes]
        witnesses = sorted({say.witness(claim) for claim in claims})
        cells = [html.state(MARKS[claim.state], say.claim(claim)) for claim in claims]
        rows.append([say.level(level), *cells, ", ".join(witnesses)])
    rows.append([say.text("kernel"), *(node.facts.release for node in proof.nodes), ""])
    rows.append([say.text("hardware"), *(node.facts.hardware.cpu for node in proof.nodes), ""])
    head = ["", *heads, say.text("witness")]
    parts: list[object] = [html.join([state, ": ", proof.verdict]), html.table(rows, head)]
    alarms = _alarms(proof)
    if alarms:
        parts.append(html.table([[line] for line in alarms], [say.text("alarm")]))
    if proof.equal:
        label = f"{say.text('equal-on-all')}: {len(proof.equal)} {say.text('fields')}"
        parts.append(html.details(label, say.fields(proof.equal)))
    if proof.different:
        different = [
            [say.kind(d.kind), say.field(d.field), *(d.values.get(name, "") for name in heads)] for d in proof.different
        ]
        parts.append(html.table(different, ["", say.text("different"), *heads]))
    if proof.missing:
        missing = [[name, reason] for name, reason in proof.missing.items()]
        parts.append(html.table(missing, [say.text("unasked"), say.text("why")]))
    if proof.nodes:
        parts.append(html.details(say.text("limits"), f"{proof.limits} {say.text('same-means')}"))
    return html.mimebundle(str(proof), *parts)


def _alarms(proof: Proof) -> list[str]:
    return [f"{node.name}: {say.alarm(alarm)}" for node in proof.nodes if node.witness for alarm in node.witness.alarms]


def _wrapped_cell(claim: Claim) -> list[str]:
    """Give a claim as lines of a column; "not looked at" stands in words, since its mark alone could be overlooked."""
    said = say.claim(claim)
    full = said if claim.holds else f"{say.state(claim)}: {said}"
    lines = textwrap.wrap(f"{palette.state(MARKS[claim.state]).shape} {full}", CELL, subsequent_indent="  ")
    return lines or [""]


def _wrapped(label: str, said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH, initial_indent=label, subsequent_indent=" " * min(len(label), 11))


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
