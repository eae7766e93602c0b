"""What changes over time allow to say: the cause that their pattern points to, and speed where the work is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sidus_lab.analysis.findings.common_cause import SAME_WORK, CommonChange, common_changes
from sidus_lab.analysis.sentence import Sentence, Verdict
from sidus_lab.words import names, number

_POINTS_TO = {
    "software": "all moved at once, so the cause is what they share: software or a service, not one machine's hardware",
    "code": "one code moved everywhere at once and others there did not, so the cause is this code or its input: "
    "software, not the machines",
    "hardware": "all that runs there moved and nothing elsewhere did, so the cause is in that place: hardware",
    "unknown": "this pattern alone does not tell the cause",
}


def read_changes(
    frame: pd.DataFrame,
    *,
    value: str,
    time: str,
    group: str,
    application: str | None = None,
    work: str | None = None,
    **options: float,
) -> Verdict:
    """Return the common changes as a verdict: a sentence on the cause of each, and one on speed where work is known.

    Parameters as for `common_changes`, whose errors it raises. ``verdict.data["changes"]`` holds the changes.
    """
    changes = common_changes(
        frame,
        value=value,
        time=time,
        group=group,
        application=application,
        work=work,
        **options,  # type: ignore[arg-type]
    )
    sentences: list[Sentence] = []
    for change in changes:
        sentences += _sentences(change, value, group)
    if not sentences:
        sentences.append(
            Sentence(
                "time",
                f"No level of {value} changed.",
                cause="none",
                check="change points, permutation test",
                rows=len(frame),
            )
        )
    table = pd.DataFrame(
        [
            {
                "after": f"{c.after:%Y-%m-%d %H:%M}",
                "before": f"{c.before:%Y-%m-%d %H:%M}",
                group: ", ".join(c.groups),
                "application": ", ".join(c.applications),
                "ratio": c.ratio,
                "same work": _same_work(c),
                "cause": c.cause,
            }
            for c in changes
        ]
    )
    simulated = bool(frame.attrs.get("simulated", False))
    return Verdict(tuple(sentences), table, title=f"Changes of {value}", data={"changes": changes}, simulated=simulated)


def _same_work(change: CommonChange) -> str:
    known = [item.same_work for item in change.seen]
    return "not known" if None in known else "yes" if all(known) else "no"


def _sentences(change: CommonChange, value: str, group: str) -> list[Sentence]:
    """Say what moved, what that points to, and whether it may be called a change of speed."""
    rows = sum(sum(item.change.sizes) for item in change.seen)
    what = f"{value} of {names(change.applications)}" if change.applications != [""] else value
    factor = max(change.ratio, 1 / change.ratio)
    moved = f"{'rose' if change.ratio > 1 else 'fell'} {number(factor)}-fold"
    window = f"between {change.after:%Y-%m-%d %H:%M} and {change.before:%Y-%m-%d %H:%M} UTC"
    watched = {s[0] for s in (*change.still, *(item.series for item in change.seen))}
    many = len(change.groups)
    where = f"on all {many}" if many == len(watched) > 1 else f"on {many} of {len(watched)}"
    worst = max(item.change.p_value for item in change.seen)
    first = Sentence(
        about="time",
        subject=what,
        text=f"{what[0].upper()}{what[1:]} {moved} {window} {where} ({group}: {names(change.groups)}), while "
        f"{len(change.still)} other series did not move: {_POINTS_TO[change.cause]}.",
        cause=change.cause,
        estimate=change.ratio,
        check=f"change points, permutation test on each series (largest p-value {number(worst)}); "
        f"{len(change.also)} series moved in the same window but perhaps at another moment, "
        f"{len(change.unwatched)} had too few runs to tell",
        passed=change.cause != "unknown",
        rows=rows,
        unit="ratio",
    )
    same = _same_work(change)
    if same == "not known":
        return [first]
    work = [item.work for item in change.seen if item.work]
    low, high = np.median([w[0] for w in work]), np.median([w[1] for w in work])
    text = (
        f"The work done stayed the same, so this is a change of speed: {number(factor)}-fold."
        if same == "yes"
        else f"The work done changed too (median {number(float(low))} to {number(float(high))}): no claim about speed."
    )
    second = Sentence(
        about="time",
        subject=what,
        text=text,
        cause=change.cause,
        estimate=change.ratio if same == "yes" else None,
        check=f"median work before and after, equal within {100 * (SAME_WORK - 1):.0f} %",
        passed=same == "yes",
        rows=rows,
        unit="ratio",
    )
    return [first, second]
