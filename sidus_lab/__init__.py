"""One operating system on any number of machines, proven; and where differences in time and bits come from.

What a notebook needs is here, and loaded when it is first used::

    import sidus_lab as sl

    lab = sl.connect("sidus.example.org")       # a site, over SSH
    nodes = lab.nodes("node[1-4]")
    nodes.prove()                               # the same bits on all of them?
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sidus_lab import display as _display
from sidus_lab.version import __version__ as __version__

if TYPE_CHECKING:
    from sidus_lab import datasets, embedded, figures, panels
    from sidus_lab.errors import SidusError
    from sidus_lab.experiments.design import Design
    from sidus_lab.experiments.runs import Run, run
    from sidus_lab.experiments.workloads import Workload, numpy_workload
    from sidus_lab.explanation import explain, explain_records
    from sidus_lab.sidus import Lab, connect, replay
    from sidus_lab.ssh import trust
    from sidus_lab.study import Study

_WHERE = {
    "Design": "experiments.design",
    "Lab": "sidus",
    "Run": "experiments.runs",
    "SidusError": "errors",
    "Study": "study",
    "Workload": "experiments.workloads",
    "connect": "sidus",
    "explain": "explanation",
    "explain_records": "explanation",
    "numpy_workload": "experiments.workloads",
    "replay": "sidus",
    "run": "experiments.runs",
    "trust": "ssh",
}
_ROOMS = ("datasets", "embedded", "figures", "panels")

__all__ = [
    "Design",
    "Lab",
    "Run",
    "SidusError",
    "Study",
    "Workload",
    "connect",
    "datasets",
    "embedded",
    "explain",
    "explain_records",
    "figures",
    "numpy_workload",
    "panels",
    "replay",
    "run",
    "trust",
]


def _show_action(action: Any) -> dict[str, Any]:
    from sidus_lab.panels import ActionPanel

    return ActionPanel(action)._repr_mimebundle_()


_display.register("action", _show_action)


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: the import itself stays fast."""
    if name in _ROOMS:
        return importlib.import_module(f"sidus_lab.{name}")
    if name in _WHERE:
        return getattr(importlib.import_module(f"sidus_lab.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'sidus_lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
