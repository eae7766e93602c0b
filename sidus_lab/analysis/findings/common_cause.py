"""Changes read together: what moved at the same time, and what stood still, says where the cause sits.

A change in all places (nodes, file systems) at once points to something that they share, in one of them to something
there, in one application everywhere to what it alone has. The pattern does not tell hardware from software: both can be
shared, and both can be in one place. Work done is looked at before speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import Cause
from sidus_lab.analysis.numbers.changes import Change, change_points
from sidus_lab.errors import DataError
from sidus_lab.words import names

Series = tuple[str, str]
"""A group (node, file system) and an application."""

#: Work counts as changed beyond this ratio; the work of one benchmark is the same to the byte from run to run.
SAME_WORK = 1.01


@dataclass(frozen=True)
class Seen:
    """One change of one series: it lies after `last` (start of the last run before) and not after `first`."""

    series: Series
    change: Change
    last: pd.Timestamp
    first: pd.Timestamp
    work: tuple[float, float] | None

    @property
    def same_work(self) -> bool | None:
        """Whether the work done stayed the same; None when it was not recorded."""
        if self.work is None:
            return None
        low, high = sorted(self.work)
        return high <= SAME_WORK * low


@dataclass(frozen=True)
class CommonChange:
    """Changes of several series that one moment explains: it lies between `after` and `before`.

    `still` are the series that were measured on both sides and did not change, `also` those that changed in the same
    window but perhaps at another moment, `unwatched` those with too few runs to tell.
    """

    after: pd.Timestamp
    before: pd.Timestamp
    seen: tuple[Seen, ...]
    still: tuple[Series, ...]
    also: tuple[Series, ...]
    unwatched: tuple[Series, ...]

    @property
    def ratio(self) -> float:
        """The geometric mean of the ratios of the levels after and before."""
        return float(np.exp(np.mean([np.log(item.change.ratio) for item in self.seen])))

    @property
    def groups(self) -> list[str]:
        """The groups that changed."""
        return sorted({item.series[0] for item in self.seen})

    @property
    def applications(self) -> list[str]:
        """The applications that changed."""
        return sorted({item.series[1] for item in self.seen})

    @property
    def cause(self) -> Cause:
        """Where the cause sits by the pattern alone; ``unknown`` where the pattern does not tell."""
        changed = {item.series for item in self.seen}
        watched = changed | set(self.still) | set(self.also)  # what moved at another moment did not move now
        groups, applications = {g for g, _ in watched}, {a for _, a in watched}
        if len({item.change.ratio > 1 for item in self.seen}) > 1 or len(groups) < 2:
            return "unknown"
        of_these = {s for s in watched if s[1] in self.applications}
        if changed == of_these:  # everywhere where these applications were watched
            if len({g for g, _ in changed}) < 2:
                return "unknown"
            if len(applications) == len(self.applications):
                return "shared"
            return "code" if len(self.applications) == 1 else "unknown"
        here = {s for s in watched if s[0] in self.groups}
        return "place" if len(self.groups) == 1 and changed == here else "unknown"


def common_changes(
    frame: pd.DataFrame,
    *,
    value: str,
    time: str,
    group: str,
    application: str | None = None,
    work: str | None = None,
    least: float = 1.1,
    slack: pd.Timedelta | None = None,
    **options: float,
) -> tuple[CommonChange, ...]:
    """Return the changes of all series (one for each group and application), those of one moment together, in order.

    Parameters
    ----------
    frame : one row per run, in any order; rows without `value` or `time` are left out.
    value : column of a positive number (speed or duration).
    time : column of time stamps; they are compared in UTC, and those without a zone are taken as UTC.
    group : column of the node or file system; application, work : columns, where there are such.
    least : smallest ratio of levels that counts as a change.
    slack : how far apart the windows of two changes may lie and still be one; by default twice the median time
        between the runs of a series, since a change can be seen a run too early or too late.
    options : passed to `change_points`.

    Raises `DataError` for missing columns, text where numbers belong, unreadable times, values not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=20, tz="UTC")
    >>> speed = [1.0, 1.01, 0.99, 1.0, 1.02] * 2 + [2.0, 2.02, 1.98, 2.0, 2.04] * 2
    >>> runs = pd.concat(pd.DataFrame({"when": days, "node": name, "speed": speed}) for name in "ab")
    >>> [change.groups for change in sl.analysis.common_changes(runs, value="speed", time="when", group="node")]
    [['a', 'b']]
    """
    table = _table(frame, value, time, group, application, work)
    series = {(str(g), str(a)): part for (g, a), part in table.groupby(["group", "application"], sort=True)}
    steps = [part["time"].diff().median() for part in series.values() if len(part) > 1]
    gap = slack if slack is not None else pd.Timedelta(2 * pd.Series(steps).median() if steps else 0)
    found = sorted(
        (item for key, part in series.items() for item in _seen(key, part, least, options)),
        key=lambda item: (item.first, item.last, item.series),
    )
    clusters: list[list[Seen]] = []
    for item in found:
        here = next((c for c in clusters if all(_together(item, other, gap) for other in c)), None)
        if here is None:
            clusters.append([item])
        else:
            here.append(item)
    common = [_common(cluster, found, series, gap, int(options.get("min_size", 5))) for cluster in clusters]
    return tuple(sorted(common, key=lambda change: (change.before, change.after)))


def _together(one: Seen, other: Seen, gap: pd.Timedelta) -> bool:
    """Return whether two changes of different series fall into one moment.

    Their windows must overlap by a quarter of what they cover together: a window of a month (an outage) overlaps with
    everything that happened in it, which says little. A run that does other work is another kind of change than a run
    that takes longer for the same.
    """
    if one.series == other.series or one.same_work != other.same_work:
        return False
    overlap = min(one.first, other.first) - max(one.last, other.last) + 2 * gap
    covered = max(one.first, other.first) - min(one.last, other.last) + 2 * gap
    return overlap > covered / 4


def _table(
    frame: pd.DataFrame, value: str, time: str, group: str, application: str | None, work: str | None
) -> pd.DataFrame:
    """Return the columns needed under plain names, in order of time."""
    wanted = [value, time, group, *(c for c in (application, work) if c)]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise DataError(
            f"The data have no column {names(missing)}.", hint="columns: " + names(list(map(str, frame.columns)), 12)
        )
    try:
        when = pd.to_datetime(frame[time], utc=True)
        numbers = pd.to_numeric(frame[value]).astype(float)
        done = pd.to_numeric(frame[work]).astype(float) if work else pd.Series(np.nan, index=frame.index)
    except (TypeError, ValueError) as error:
        raise DataError(f"The columns {value!r} and {time!r} must hold numbers and times: {error}.") from error
    table = pd.DataFrame({"time": when, "value": numbers, "work": done})
    table["group"] = frame[group].astype(str).where(frame[group].notna())
    table["application"] = frame[application].astype(str) if application else ""
    table = table[np.isfinite(table["value"])].dropna(subset=["time", "group"])
    if (table["value"] <= 0).any():
        raise DataError(f"The column {value!r} has values that are not above 0, so levels have no ratio.")
    if table.empty:
        raise DataError(f"No row has both {value!r} and {time!r}.")
    ordered: pd.DataFrame = table.sort_values("time", kind="stable", ignore_index=True)
    return ordered


def _seen(key: Series, part: pd.DataFrame, least: float, options: dict[str, float]) -> list[Seen]:
    """Return the changes of one series that are large enough."""
    times, done = part["time"].tolist(), part["work"].to_numpy()
    result = []
    for change in change_points(part["value"].to_numpy(), log=True, **options):  # type: ignore[arg-type]
        if max(change.ratio, 1 / change.ratio) < least:
            continue
        at, (left, right) = change.index, change.sizes
        both = (
            np.nanmedian(d) if np.isfinite(d).any() else np.nan for d in (done[at - left : at], done[at : at + right])
        )
        before, after = both
        work = (float(before), float(after)) if np.isfinite(before) and np.isfinite(after) else None
        result.append(Seen(key, change, times[at - 1], times[at], work))
    return result


def _common(
    cluster: list[Seen], found: list[Seen], series: dict[Series, pd.DataFrame], gap: pd.Timedelta, min_size: int
) -> CommonChange:
    """Return one common change with the series that stood still meanwhile."""
    after, before = max(item.last for item in cluster), min(item.first for item in cluster)
    after, before = min(after, before), max(after, before)
    # A series stands still when it was measured on both sides and has no change in the window.
    start, end = min(item.last for item in cluster), max(item.first for item in cluster)
    changed = {item.series for item in cluster}
    moved = {item.series for item in found if item.last - gap < end and start < item.first + gap} - changed
    still: list[Series] = []
    unwatched: list[Series] = []
    for key in series.keys() - changed - moved:
        times = series[key]["time"]
        enough = min(int((times <= after).sum()), int((times >= before).sum())) >= min_size
        (still if enough else unwatched).append(key)
    return CommonChange(
        after, before, tuple(cluster), tuple(sorted(still)), tuple(sorted(moved)), tuple(sorted(unwatched))
    )
