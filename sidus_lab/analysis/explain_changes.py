"""The verdict on changes over a long time: what moved together, where that points to, and whether it is speed."""

from __future__ import annotations

import pandas as pd

from sidus_lab.analysis import say
from sidus_lab.analysis.findings import changed
from sidus_lab.analysis.findings.common_cause import common_changes
from sidus_lab.analysis.headings import heading
from sidus_lab.analysis.sentence import Verdict


def read_changes(
    frame: pd.DataFrame,
    *,
    value: str,
    time: str,
    group: str,
    application: str | None = None,
    work: str | None = None,
    least: float = 1.1,
    **options: float,
) -> Verdict:
    """Return the common changes as a verdict: a sentence on the cause of each, and one on speed where work is known.

    Parameters as for `common_changes`, whose errors it raises. ``verdict.data["changes"]`` holds the changes.

    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=20, tz="UTC")
    >>> speed = [1.0, 1.01, 0.99, 1.0, 1.02] * 2 + [2.0, 2.02, 1.98, 2.0, 2.04] * 2
    >>> runs = pd.concat(pd.DataFrame({"when": days, "node": name, "speed": speed}) for name in "ab")
    >>> len(sl.analysis.read_changes(runs, value="speed", time="when", group="node").sentences) > 0
    True
    """
    changes = common_changes(
        frame,
        value=value,
        time=time,
        group=group,
        application=application,
        work=work,
        least=least,
        **options,  # type: ignore[arg-type]
    )
    found = changed.found(changes, value=value, place=group, rows=len(frame), least=least)
    work_of = {True: "yes", False: "no", None: "not known"}
    table = pd.DataFrame(
        [
            {
                "after": f"{change.after:%Y-%m-%d %H:%M}",
                "before": f"{change.before:%Y-%m-%d %H:%M}",
                group: ", ".join(change.groups),
                "application": ", ".join(change.applications),
                "ratio": change.ratio,
                "same work": work_of[changed.same_work(change)],
                "cause": change.cause,
            }
            for change in changes
        ]
    )
    simulated = bool(frame.attrs.get("simulated", False))
    sentences = tuple(say.sentence(finding) for finding in found)
    return Verdict(sentences, table, title=heading("changes", value), data={"changes": changes}, simulated=simulated)
