"""One operating system on any number of machines, proven; and where differences in time and bits come from.

What a notebook needs is here, and loaded when it is first used::

    import sidus_lab as sl

    lab = sl.connect("sidus.example.org")       # a site, over SSH
    nodes = lab.nodes("node[1-4]")
    nodes.prove()                               # the same bits on all of them?

    run = sl.run(sl.Design({"OMP_NUM_THREADS": ["default", "1"]}), sl.numpy_workload(), nodes, "my-run").result()
    sl.Study(run).explain()                     # and if they differ: why?
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidus_lab import display as _display
from sidus_lab import faces as _faces
from sidus_lab.version import __version__ as __version__

if TYPE_CHECKING:
    from sidus_lab import analysis, datasets, embedded, figures, panels
    from sidus_lab.actions import Action
    from sidus_lab.analysis.sentence import Sentence, Verdict
    from sidus_lab.drill import Drill
    from sidus_lab.errors import (
        AuthenticationFailed,
        Cancelled,
        CommandFailed,
        CommandTimeout,
        ConnectError,
        DataError,
        HostKeyChanged,
        HostKeyUnknown,
        NodesFailed,
        NotRecorded,
        RemoteFileError,
        ServerError,
        ServerFrozen,
        ServerUnreachable,
        SidusError,
    )
    from sidus_lab.experiments.design import Design
    from sidus_lab.experiments.factors import DesignError, Factor
    from sidus_lab.experiments.journal import RunError
    from sidus_lab.experiments.runs import Run, run
    from sidus_lab.experiments.workloads import Workload, numpy_workload
    from sidus_lab.explanation import explain, explain_records
    from sidus_lab.sidus.entrance import connect, replay
    from sidus_lab.sidus.entrance import recorded_site as recorded
    from sidus_lab.sidus.images import Image
    from sidus_lab.sidus.lab import Lab
    from sidus_lab.sidus.node import Node
    from sidus_lab.sidus.nodes import Nodes
    from sidus_lab.sidus.power import ByHand, Ipmi, PowerCommand, Redfish, WakeOnLan
    from sidus_lab.sidus.proof import Proof
    from sidus_lab.sidus.under_way import NodesBusy
    from sidus_lab.sidus.versions import Published, Version
    from sidus_lab.ssh import trust
    from sidus_lab.study import Study
    from sidus_lab.words import language

_ERRORS = (
    "AuthenticationFailed",
    "Cancelled",
    "CommandFailed",
    "CommandTimeout",
    "ConnectError",
    "DataError",
    "HostKeyChanged",
    "HostKeyUnknown",
    "NodesFailed",
    "NotRecorded",
    "RemoteFileError",
    "ServerError",
    "ServerFrozen",
    "ServerUnreachable",
    "SidusError",
)
_HOMES = {
    "sidus_lab.actions": ("Action",),
    "sidus_lab.analysis.sentence": ("Sentence", "Verdict"),
    "sidus_lab.drill": ("Drill",),
    "sidus_lab.errors": _ERRORS,
    "sidus_lab.experiments.design": ("Design",),
    "sidus_lab.experiments.factors": ("DesignError", "Factor"),
    "sidus_lab.experiments.journal": ("RunError",),
    "sidus_lab.experiments.runs": ("Run", "run"),
    "sidus_lab.experiments.workloads": ("Workload", "numpy_workload"),
    "sidus_lab.explanation": ("explain", "explain_records"),
    "sidus_lab.sidus.entrance": ("connect", "recorded_site = recorded", "replay"),
    "sidus_lab.sidus.images": ("Image",),
    "sidus_lab.sidus.lab": ("Lab",),
    "sidus_lab.sidus.node": ("Node",),
    "sidus_lab.sidus.nodes": ("Nodes",),
    "sidus_lab.sidus.power": ("ByHand", "Ipmi", "PowerCommand", "Redfish", "WakeOnLan"),
    "sidus_lab.sidus.proof": ("Proof",),
    "sidus_lab.sidus.under_way": ("NodesBusy",),
    "sidus_lab.sidus.versions": ("Published", "Version"),
    "sidus_lab.ssh": ("trust",),
    "sidus_lab.study": ("Study",),
    "sidus_lab.words": ("language",),
}

__all__ = [
    "Action",
    "AuthenticationFailed",
    "ByHand",
    "Cancelled",
    "CommandFailed",
    "CommandTimeout",
    "ConnectError",
    "DataError",
    "Design",
    "DesignError",
    "Drill",
    "Factor",
    "HostKeyChanged",
    "HostKeyUnknown",
    "Image",
    "Ipmi",
    "Lab",
    "Node",
    "Nodes",
    "NodesBusy",
    "NodesFailed",
    "NotRecorded",
    "PowerCommand",
    "Proof",
    "Published",
    "Redfish",
    "RemoteFileError",
    "Run",
    "RunError",
    "Sentence",
    "ServerError",
    "ServerFrozen",
    "ServerUnreachable",
    "SidusError",
    "Study",
    "Verdict",
    "Version",
    "WakeOnLan",
    "Workload",
    "analysis",
    "connect",
    "datasets",
    "embedded",
    "explain",
    "explain_records",
    "figures",
    "language",
    "numpy_workload",
    "panels",
    "recorded",
    "replay",
    "run",
    "trust",
]

__getattr__, __dir__ = _faces.face(__name__, _HOMES, ("analysis", "datasets", "embedded", "figures", "panels"))


def _show_action(action: Any) -> dict[str, Any]:
    from sidus_lab.panels import ActionPanel

    return ActionPanel(action)._repr_mimebundle_()


_display.register("action", _show_action)
