"""From a table of runs to sentences that can be trusted: arrays or frames in, values out, no files and no network.

What a notebook needs is here, and loaded when it is first used: ``sl.analysis.one_way(...)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sidus_lab import faces as _faces

if TYPE_CHECKING:
    from sidus_lab.analysis.explain_changes import read_changes
    from sidus_lab.analysis.explain_setting import setting_effect
    from sidus_lab.analysis.findings.common_cause import common_changes
    from sidus_lab.analysis.numbers import planning
    from sidus_lab.analysis.numbers.changes import change_points, warm_up
    from sidus_lab.analysis.numbers.closeness import compare_results
    from sidus_lab.analysis.numbers.comparison import compare, compare_many, equivalent
    from sidus_lab.analysis.numbers.components import components as variance_components
    from sidus_lab.analysis.numbers.contrast import paired
    from sidus_lab.analysis.numbers.noise import aa_floor
    from sidus_lab.analysis.numbers.repetitions import best_split, confirm
    from sidus_lab.analysis.numbers.variance import one_way

_HERE = "sidus_lab.analysis"
_HOMES = {
    f"{_HERE}.explain_changes": ("read_changes",),
    f"{_HERE}.explain_setting": ("setting_effect",),
    f"{_HERE}.findings.common_cause": ("common_changes",),
    f"{_HERE}.numbers": ("planning",),
    f"{_HERE}.numbers.changes": ("change_points", "warm_up"),
    f"{_HERE}.numbers.closeness": ("compare_results",),
    f"{_HERE}.numbers.comparison": ("compare", "compare_many", "equivalent"),
    f"{_HERE}.numbers.components": ("components = variance_components",),
    f"{_HERE}.numbers.contrast": ("paired",),
    f"{_HERE}.numbers.noise": ("aa_floor",),
    f"{_HERE}.numbers.repetitions": ("best_split", "confirm"),
    f"{_HERE}.numbers.variance": ("one_way",),
}

__all__ = [
    "aa_floor",
    "best_split",
    "change_points",
    "common_changes",
    "compare",
    "compare_many",
    "compare_results",
    "confirm",
    "equivalent",
    "one_way",
    "paired",
    "planning",
    "read_changes",
    "setting_effect",
    "variance_components",
    "warm_up",
]

__getattr__, __dir__ = _faces.face(__name__, _HOMES)
