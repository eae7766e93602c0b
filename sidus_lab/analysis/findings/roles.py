"""Which column of a table plays which part, and which rows are the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sidus_lab.analysis.columns import natural
from sidus_lab.analysis.findings.layout import Codes, named
from sidus_lab.analysis.findings.records import BASELINE


@dataclass(frozen=True)
class Roles:
    """Which column of a table plays which part; None where there is none."""

    node: str
    within: str | None = None
    kind: str | None = None
    image: str | None = None
    code: str | None = None
    boot: str | None = None
    session: str | None = None
    when: str | None = None
    order: str | None = None
    factors: tuple[str, ...] = ()

    def found_in(self, frame: pd.DataFrame, response: str) -> Roles:
        """With the columns that carry the name of a part in a record, where none was named and none is taken."""
        taken = {response, self.node, self.within, self.kind, self.image, self.code, *self.factors}
        parts = {name: getattr(self, name) for name in ("boot", "session", "when", "order")}
        read = {name: given if name in taken else named(frame, given, name) for name, given in parts.items()}
        return replace(self, boot=read["boot"], session=read["session"], when=read["when"], order=read["order"])

    @property
    def labels(self) -> list[str]:
        """The columns that hold names."""
        known = (self.node, self.kind, self.image, self.code, self.boot, self.session, *self.factors)
        return [name for name in known if name]

    def groups(self, rows: pd.DataFrame) -> Codes:
        """Node, setting, image and code together, as codes: what may differ without any drift."""
        names = [self.node, *self.factors, *(name for name in (self.image, self.code) if name)]
        return rows.groupby([rows[name].astype(str) for name in names], sort=True).ngroup().to_numpy().astype(np.intp)


def baseline(rows: pd.DataFrame, factor: str) -> str:
    """The level that the others of a setting are compared with: ``default``, else the first."""
    levels = sorted(rows[factor].astype(str).unique(), key=natural)
    return BASELINE if BASELINE in levels else levels[0]


def at_baseline(rows: pd.DataFrame, factors: Sequence[str]) -> pd.DataFrame:
    """The rows with every setting at its baseline; all rows where that combination was never run."""
    keep = pd.Series(True, index=rows.index)
    for factor in factors:
        keep &= rows[factor].astype(str) == baseline(rows, factor)
    return rows[keep] if keep.any() else rows
