"""The verdict on a set of records: sentences about software, bits, time and limits, each with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sidus_lab.analysis import say
from sidus_lab.analysis.columns import check_level
from sidus_lab.analysis.findings import bits as find_bits
from sidus_lab.analysis.findings import clocks, limits
from sidus_lab.analysis.findings import software as find_software
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.contradictions import mended
from sidus_lab.analysis.findings.records import Records, checked, setting_name
from sidus_lab.analysis.findings.timing import NodeTimes, Times, times
from sidus_lab.analysis.headings import heading
from sidus_lab.analysis.sentence import Cause, Sentence, Verdict

__all__ = ["Cause", "Sentence", "Verdict", "explain_records"]


def explain_records(
    records: pd.DataFrame,
    *,
    factors: Sequence[str] = (),
    proof: Mapping[str, object] | None = None,
    hardware: Mapping[str, Mapping[str, object]] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Say where the differences in a set of records come from.

    `records` has one row per measured execution (contract "A record"; durations in seconds), `factors` names the
    columns of settings, whose level ``default`` means unset. `proof` is plain data on the software: ``same``,
    ``nodes``, ``levels``, ``different``. `hardware` maps a node to what its fingerprint says: ``virtual`` (bool) and
    ``idle_states`` (their names or number), ``usual_clock`` (bool) and ``clock_source``. The result depends on the
    data alone; no random numbers are drawn.

    Raises DataError when a column is missing, durations are text, or no row can be used.
    """
    check_level(level)
    checked_records = checked(records, factors)
    software = find_software.found(checked_records, proof)
    found = find_bits.found(checked_records, software.state)
    numbers = times(checked_records, found, software.state, level=level)
    about_limits = limits.design(
        checked_records,
        numbers.tested,
        tests=numbers.tests,
        floor_known=any(item.floor.known for item in numbers.nodes) or not numbers.nodes,
        hardware=hardware,
    )
    about_rows = limits.rows(checked_records)
    about_time = clocks.doubted(numbers.findings, hardware)
    findings = mended([software, *found, *about_time, *checked_records.odd, *about_rows, *about_limits])
    sentences = [say.sentence(finding) for finding in findings]
    return Verdict(
        tuple(sentences),
        _table(found, numbers),
        title=heading("verdict"),
        data=_data(checked_records, found, numbers),
        simulated=checked_records.simulated,
        answer=say.answer(findings),
    )


def _table(found: Sequence[BitsFinding], numbers: Times) -> pd.DataFrame:
    """One row for each operation and setting."""
    timed = {(item.operation, item.setting): item for item in numbers.nodes}
    rows = []
    for finding in found:
        settings = [item.setting for item in finding.settings]
        settings += [s for operation, s in timed if operation == finding.subject and s not in settings]
        for setting in settings:
            row: dict[str, object] = {"operation": finding.subject, "setting": say.of("settings").setting_name(setting)}
            item = timed.get((finding.subject, setting))
            row |= {"nodes": len(item.means) if item else 0, "rows": item.rows if item else 0}
            row |= say.of("bits").table_row(finding, setting)
            row |= _timed(item) if item else {}
            rows.append(row)
    return pd.DataFrame(rows)


def _timed(item: NodeTimes) -> dict[str, object]:
    """The columns about time for one operation at one setting."""
    interval = item.parts.icc.interval if item.parts else None
    return {
        "median s": item.median,
        "share between nodes": item.parts.icc.value if item.parts else float("nan"),
        "low": interval.low if interval else float("nan"),
        "high": interval.high if interval else float("nan"),
        "slowest by": item.slowest_by,
        "A/A floor": item.floor.relative,
    }


def _data(records: Records, found: Sequence[BitsFinding], numbers: Times) -> dict[str, Any]:
    """The frames that figures of this verdict are drawn from."""
    components = [
        {
            "response": item.operation,
            "setting": setting_name(item.setting),
            "component": part.name,
            "share": part.share,
            "low": low,
            "high": high,
        }
        for item in numbers.nodes
        if item.parts is not None and (ends := item.parts.icc.interval) is not None
        for part, low, high in (
            (item.parts.node, ends.low, ends.high),
            (item.parts.repeat, 1 - ends.high, 1 - ends.low),
        )
    ]
    groups = [
        {"operation": finding.subject, "setting": setting_name(item.setting), "node": node, "group": index}
        for finding in found
        for item in finding.settings
        for index, nodes in enumerate(item.groups)
        for node in nodes
    ]
    return {
        "factors": list(records.factors),
        "records": records.rows,
        "components": pd.DataFrame(components),
        "groups": pd.DataFrame(groups),
    }
