"""Rival explanations: what else in a table may have made the effect of a setting, an image, a code, or the nodes."""

from __future__ import annotations

import pandas as pd

from sidus_lab.analysis.finding import Doubted
from sidus_lab.analysis.findings.balance import confounded, lost_runs, order_doubts
from sidus_lab.analysis.findings.claims import SettingFinding
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.findings.roles import Roles
from sidus_lab.analysis.findings.swapped import level_doubts
from sidus_lab.analysis.findings.usable import Usable
from sidus_lab.analysis.numbers.adjusted import without
from sidus_lab.analysis.numbers.slopes import Flags


def of_setting(
    found: Usable, main: pd.DataFrame, roles: Roles, about: SettingFinding, lay: Layout, upper: Flags
) -> list[Doubted]:
    """What else may have made the effect of one level of a setting: order, another factor, runs that failed.

    `main` are the rows of the main phase, `lay` and `upper` those of the two levels and which are at the upper one.
    """
    pair = [about.baseline, about.level]
    # A setting that changes from boot to boot only has its boots put in order, on each node.
    block = lay.boot if roles.boot else lay.session
    doubts = order_doubts(upper, lay.node, block, lay.place, lay.ordered)
    rows = main[main[about.factor].astype(str).isin(pair)]
    others = [name for name in (*roles.factors, roles.image, roles.code) if name and name != about.factor]
    doubts += confounded(rows[about.factor].astype(str), {name: rows[name].astype(str) for name in others})
    fates = found.fates(about.factor)
    fates = fates[fates["level"].isin(pair)]
    return doubts + lost_runs(fates["lost"].to_numpy(dtype=bool), (fates["level"] == pair[1]).to_numpy(dtype=bool))


def of_causes(found: Usable, base: pd.DataFrame, roles: Roles, lay: Layout) -> dict[str, list[Doubted]]:
    """What else may have made the effect of image and code, by role; `base` are the rows at baseline, `lay` theirs."""
    doubts = {}
    for role, column in (("image", roles.image), ("code", roles.code)):
        if column and base[column].nunique() > 1:
            levels = base[column].astype(str)
            names = [name for name in (roles.image, roles.code, *roles.factors) if name and name != column]
            others = {name: base[name].astype(str) for name in names}
            single = pd.Series(lay.boot).groupby(levels.to_numpy()).nunique().sum()
            by_boot = bool(single == lay.boot.max() + 1)
            doubts[role] = level_doubts(lay, levels, others, by_boot, found.fates(column))
    return doubts


def without_causes(base: pd.DataFrame, roles: Roles, lay: Layout) -> Layout:
    """The rows at baseline, what image and code do on the same nodes taken out."""
    causes = [base[name].astype(str) for name in (roles.image, roles.code) if name]
    return lay.with_values(without(lay.y, lay.node, causes)) if causes else lay
