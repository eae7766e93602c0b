"""The verdict on one response of any tidy table: which part is the node, its kind, the image, the code, or chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from sidus_lab.analysis.finding import Software
from sidus_lab.analysis.findings import attribution, limits
from sidus_lab.analysis.findings import software as find_software
from sidus_lab.analysis.findings.outlook import outlook
from sidus_lab.analysis.findings.records import BASELINE, Records
from sidus_lab.analysis.numbers.cells import cells
from sidus_lab.analysis.numbers.clock import drift, read_stamps
from sidus_lab.analysis.numbers.components import Components, components
from sidus_lab.analysis.numbers.contrast import Contrast, paired
from sidus_lab.analysis.numbers.noise import Floor, aa_floor, holm
from sidus_lab.analysis.numbers.splitplot import least_squares
from sidus_lab.analysis.numbers.variance import OneWay, one_way
from sidus_lab.analysis.say import frame as say
from sidus_lab.analysis.say import sentence
from sidus_lab.analysis.say import swap as say_swap
from sidus_lab.analysis.sentence import Sentence, Verdict
from sidus_lab.errors import DataError

LEVELS = 60  # a repetition column with more levels than this is a counter, not a factor


@dataclass
class _Rows:
    """The usable rows, and why the others are not."""

    rows: pd.DataFrame
    reasons: dict[str, int] = field(default_factory=dict)
    total: int = 0


def explain_frame(
    frame: pd.DataFrame,
    *,
    response: str,
    node: str = "node",
    within: str | None = None,
    kind: str | None = None,
    image: str | None = None,
    code: str | None = None,
    boot: str | None = None,
    when: str | None = None,
    factors: Sequence[str] = (),
    proof: Mapping[str, Any] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Say how much of the variation of `response` is the node and how much chance, and what more the table can tell.

    `frame` has one row per measurement (n rows). `node` names the machine, `within` the repetition number, `kind` the
    kind of hardware of a node (its CPU model), `image` and `code` what was booted and run (then each is tested as a
    cause, with `boot` as the unit). `factors` name settings: each level is compared with ``default`` (or the first
    level) within the nodes, and the nodes are compared at that baseline. Rows of phase ``aa`` (columns phase, aa) set
    the noise floor. `proof` is plain data as in `explain_records`. Units come from ``frame.attrs["units"]``. Nothing
    is random: the same data give the same verdict.

    Raises DataError for columns that are missing, text where numbers belong, and a table without a usable row.
    """
    found = _usable(frame, response, node, [name for name in (within, kind, image, code, boot, *factors) if name], when)
    rows = found.rows
    main = rows[rows["phase"].astype(str) != "aa"] if "phase" in rows.columns else rows
    if not len(main):
        raise DataError("Every row belongs to the A/A phase: there is nothing to explain.")
    changes = _settings(main, response, node, boot, factors, level)
    main = _at_baseline(main, factors)
    unit = str(frame.attrs.get("units", {}).get(response, ""))
    subject = say.Subject(response, unit, node, len(main))
    floor = _floor(rows, response, node)
    about_software, software = _software(main, node, proof)
    sentences = [about_software] if about_software else []
    stamps = read_stamps(main, when, node) if when else None
    parts: OneWay | None = None
    p_values = [math.nan] * 4
    kinds = _kinds(main, response, node, kind, level)
    nodes = main[node].astype(str).nunique()
    values = main[response].to_numpy()
    if nodes == 1:
        spread = float(values.std(ddof=1)) if len(values) > 1 else math.nan
        sentences.append(say.one_node(subject, str(main[node].iloc[0]), spread, float(values.mean())))
    elif nodes == len(main):
        sentences.append(say.one_repeat(subject, nodes, float(values.std(ddof=1))))
    else:
        parts = one_way(values, main[node], level=level)
        trend = _trend(main, response, node, within)
        slope = drift(main[response], stamps.hours, main[node]) if stamps else None
        tests = [parts.p_value, trend[0], kinds.p_values[kind] if kinds and kind else math.nan]
        tests += [slope.p_value if slope else math.nan, *(change.p_value for _, change in changes)]
        p_values = holm(tests)
        means = main.groupby(node, observed=True)[response].mean()
        gap = _gap(means)
        sentences.append(say.shares(subject, parts, p_values[0], floor, gap, software))
        odd = _apart(means, parts)
        if odd:
            sentences.append(say.apart(subject, odd))
        if within and not math.isnan(trend[0]):
            sentences.append(say.repeats(subject, within, p_values[1], trend[1], trend[2]))
        if slope and not math.isnan(slope.p_value):
            sentences.append(say.drifts(subject, slope, p_values[3]))
        if kinds and kind:
            sentences.append(say.kinds(subject, kind, kinds, p_values[2]))
        elif kind:
            sentences.append(say.no_kinds(subject, kind, int(main[kind].nunique()), nodes))
    for (name, change), p_value in zip(changes, p_values[4:] or [c.p_value for _, c in changes], strict=True):
        sentences.append(say.setting(subject, name, change, p_value, floor))
    effects = pd.DataFrame()
    if (image or code) and nodes > 1:
        swap = attribution.swap(
            main, response, node=node, image=image, code=code, boot=boot, floor=floor.relative if floor.known else None
        )
        sentences += say_swap.swap(subject, swap)
        effects = swap.to_frame()
    sentences += say.dropped(subject, found.reasons, found.total)
    if stamps and when:
        sentences += say.stamps(subject, when, stamps)
    known = outlook([(response, parts)] if parts is not None else [], tests=len(changes) + 1)
    if known is not None:
        sentences.append(sentence(limits.about_outlook(known, unit, len(main))))
    return Verdict(
        tuple(sentences),
        _table(main, response, node),
        title=f"Verdict on {response}" + (f" ({unit})" if unit else ""),
        data={
            "rows": main,
            "response": response,
            "node": node,
            "unit": unit,
            "color": image or code,
            "components": kinds or parts,
            "effects": effects,
        },
        simulated=bool(frame.attrs.get("simulated", False)),
    )


def _usable(frame: pd.DataFrame, response: str, node: str, others: list[str], when: str | None) -> _Rows:
    """The rows that can be used; every reason for leaving one out is counted."""
    stamp = [when] if when else []
    missing = [name for name in (response, node, *others, *stamp) if name not in frame.columns]
    if missing:
        raise DataError(
            f"There is no column {', '.join(map(repr, missing))}.",
            hint=f"Columns found: {', '.join(map(str, frame.columns[:12]))}.",
        )
    if not len(frame):
        raise DataError("The table has no rows.")
    found = _Rows(frame, {}, len(frame))
    # Without anything that tells repeats apart, equal rows may be honest repeats; then they all count.
    if len(frame.columns) > 2:
        again = found.rows.duplicated()
        found.reasons["are exact copies of others and were counted once"] = int(again.sum())
        found.rows = found.rows[~again] if again.any() else found.rows
    if "status" in found.rows.columns:
        bad = found.rows["status"].astype(str) != "ok"
        found.reasons["did not end well (status other than ok) and were left out"] = int(bad.sum())
        found.rows = found.rows[~bad]
    column = found.rows[response]
    values = column if pd.api.types.is_numeric_dtype(column) else pd.to_numeric(column, errors="coerce")
    if values.isna().all() and column.notna().any():
        raise DataError(
            f"The column {response!r} holds text where numbers belong.", hint="Convert it with pandas.to_numeric."
        )
    text = values.isna() & column.notna()
    found.reasons[f"have text in {response} and were left out"] = int(text.sum())
    unknown = column.isna() | np.isinf(values)
    found.reasons[f"have no finite {response} and were left out"] = int(unknown.sum())
    nameless = found.rows[[node, *others]].isna().any(axis=1) & ~unknown & ~text
    found.reasons[f"lack {' or '.join([node, *others])} and were left out"] = int(nameless.sum())
    keep = ~(text | unknown | nameless)
    found.rows = found.rows[keep].assign(**{response: values[keep].astype(float)})
    if not len(found.rows):
        said = "; ".join(f"{number} {reason}" for reason, number in found.reasons.items() if number)
        raise DataError(f"No row can be used: {said}.")
    return found


def _baseline(rows: pd.DataFrame, factor: str) -> str:
    levels = sorted(rows[factor].astype(str).unique())
    return BASELINE if BASELINE in levels else levels[0]


def _at_baseline(rows: pd.DataFrame, factors: Sequence[str]) -> pd.DataFrame:
    """The rows with every setting at its baseline; all rows where that combination was never run."""
    keep = pd.Series(True, index=rows.index)
    for factor in factors:
        keep &= rows[factor].astype(str) == _baseline(rows, factor)
    return rows[keep] if keep.any() else rows


def _settings(
    rows: pd.DataFrame, response: str, node: str, boot: str | None, factors: Sequence[str], level: float
) -> list[tuple[str, Contrast]]:
    """Each level of each setting against its baseline, within nodes and boots."""
    table = pd.DataFrame({"node": rows[node].astype(str), "block": rows[boot] if boot else 0, response: rows[response]})
    scale: Literal["log", "linear"] = "log" if (rows[response] > 0).all() else "linear"
    found = []
    for factor in factors:
        levels, base = rows[factor].astype(str), _baseline(rows, factor)
        for other in sorted(set(levels) - {base}):
            change = paired(table[levels == base], table[levels == other], response=response, scale=scale, level=level)
            found.append((f"{factor}={other} against {base}", change))
    return found


def _floor(rows: pd.DataFrame, response: str, node: str) -> Floor:
    if not {"phase", "aa"} <= set(rows.columns):
        return Floor(math.nan, 0, 0, {})
    aa = rows[rows["phase"].astype(str) == "aa"]
    return aa_floor(aa.rename(columns={node: "node"}), response=response)


def _software(rows: pd.DataFrame, node: str, proof: Mapping[str, Any] | None) -> tuple[Sentence | None, Software]:
    """The sentence about software where a proof was given; without one nothing is claimed and nothing said."""
    if proof is None:
        return None, "unknown"
    renamed = rows.rename(columns={node: "node"}).assign(node=rows[node].astype(str))
    found = find_software.found(Records(renamed, (), len(rows), {}, 0, 0), proof)
    return sentence(found), found.state


def _kinds(rows: pd.DataFrame, response: str, node: str, kind: str | None, level: float) -> Components | None:
    """Components with the kind of hardware above the node, where there are several kinds and several nodes of one."""
    if kind is None:
        return None
    pairs = rows[[node, kind]].drop_duplicates()
    sizes = pairs[kind].value_counts()
    if len(sizes) < 2 or sizes.max() < 2 or pairs[node].duplicated().any() or len(pairs) == len(rows):
        return None
    try:
        return components(rows, response, random=[kind, node], level=level)
    except DataError:
        return None  # nothing beyond the plain shares can be said; those are said anyway


def _trend(rows: pd.DataFrame, response: str, node: str, within: str | None) -> tuple[float, str, float]:
    """Does the repetition number matter beside the nodes: p-value, the level furthest off, and how far (relative)."""
    unknown = (math.nan, "", math.nan)
    if within is None or not 2 <= rows[within].nunique() <= LEVELS:
        return unknown
    table = cells(rows, response, [node], [within])
    number, level = table.random[0], table.fixed[0]
    weights = table.counts

    def centre(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        sums = np.bincount(number.codes, weights=weights * values) / np.bincount(number.codes, weights=weights)
        return np.asarray(values - sums[number.codes])

    y = centre(table.means)
    design = np.column_stack([centre((level.codes == i).astype(float)) for i in range(1, level.levels)])
    root = np.sqrt(weights)
    solution, rank = least_squares(design * root[:, None], y * root)
    left = (y - design @ solution) * root
    error = float(left @ left) + table.within_ss
    df = table.rows - number.levels - rank
    explained = float((y * root) @ (y * root)) - float(left @ left)
    if df < 1 or rank < 1 or error <= 0 or not table.centre:
        return unknown
    p_value = float(special.fdtrc(rank, df, max(explained, 0.0) / rank / (error / df)))
    effects = np.concatenate([[0.0], solution])
    effects -= effects.mean()
    furthest = int(np.argmax(np.abs(effects)))
    return p_value, level.labels[furthest], float(effects[furthest]) / table.centre


def _gap(means: pd.Series[float]) -> float:
    """How far the highest node mean lies above the lowest, as a share of the lowest."""
    low, high = float(means.min()), float(means.max())
    return high / low - 1 if low > 0 else math.inf


def _apart(means: pd.Series[float], parts: OneWay) -> list[tuple[str, float]]:
    """Nodes that equal nodes would hardly show (1 in 100 tables), in robust standard deviations; at most five."""
    if len(means) < 8:
        return []
    median = float(means.median())
    # The spread cannot be smaller than what the repeats alone give a mean, or equal nodes would make any node odd.
    spread = max(1.4826 * float((means - median).abs().median()), math.sqrt(parts.within * parts.groups / parts.values))
    if not spread > 0 or not median:
        return []
    far = ((means - median) / spread).abs()
    # The median deviation of few nodes is itself uncertain (about as much as a third as many would be): hence
    # Student's t.
    limit = float(special.stdtrit(len(means) / 3, 1 - 0.005 / len(means)))
    odd = far[far > limit].sort_values(ascending=False).head(5)
    return [(str(name), float(means[name]) / median - 1) for name in odd.index]


def _table(rows: pd.DataFrame, response: str, node: str) -> pd.DataFrame:
    """One row per node: repeats, mean, standard deviation."""
    table = rows.groupby(node, observed=True)[response].agg(["size", "mean", "std"]).reset_index()
    return table.set_axis(["node", "repeats", "mean", "sd"], axis=1)
