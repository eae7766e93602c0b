"""One session of a run: the proof, the executions, the proof again, and the tables made from the journal."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled, SidusError
from sidus_lab.experiments import description, evidence, host, journal, origins, records
from sidus_lab.experiments.engines import KINDS as ENGINES
from sidus_lab.experiments.journal import FolderLock, Journal
from sidus_lab.experiments.ledger import Ledger
from sidus_lab.experiments.machine import Machine, Provable, provable
from sidus_lab.experiments.session import Plan, Session
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidusctl import files

if TYPE_CHECKING:
    from sidus_lab.experiments.runs import Run


@dataclass(frozen=True)
class Task:
    """What a session works on: the run, its machines by name, and the same as a set that can be proven, if it can."""

    run: Run
    machines: Mapping[str, Machine]
    together: Provable | None
    patience: float


def carry_out(control: Control, task: Task, lock: FolderLock) -> Run:
    """Do the work of a run, in the action's thread, which owns the lock from here on."""
    run = task.run
    try:
        began, load, state = description.now(), host.load(), "failed"
        launch: dict[str, Any] = {}
        description.note(run.folder, lambda about: about.update(state="running"))
        try:
            if _needs_proof(task):
                _prove(control, task, "before")
            with Journal(run.folder / "records.jsonl") as book, Ledger(run.folder) as ledger:
                session = Session(
                    control,
                    book,
                    ledger,
                    task.machines,
                    _plan(task),
                    ENGINES[run.engine],
                    lambda machine, moment: _look(control, run, machine, moment),
                )
                nodes = task.together
                used = nodes.used(f"run {run.id}") if isinstance(nodes, Nodes) else contextlib.nullcontext()
                try:
                    with used:
                        session.work()
                finally:
                    launch = {name: {"engine": run.engine, **said} for name, said in session.launch.items()}
            control.check()
            if _needs_proof(task):
                _prove(control, task, "after")
            state = "done"
        except Cancelled:
            state = "cancelled"
            raise
        finally:
            _finish(run, {"started": began, "load": [load]}, state, launch)
    finally:
        lock.release()
    return run


def _plan(task: Task) -> Plan:
    """Say what is left to do, and in which boots what was measured before."""
    run, rows = task.run, task.run.rows()
    boots: dict[str, dict[str, int]] = {}
    measured: Sequence[Mapping[str, Any]] = rows
    for row in measured:
        if row["status"] == "ok" and row["boot"]:
            boots.setdefault(row["node"], {}).setdefault(row["boot"], row.get("boot_index", 0))
    return Plan(
        run=run.id,
        workload=run.workload,
        factors=run.design.factors,
        todo={name: left for name, left in run.missing_after(rows).items() if name in task.machines},
        attempts=journal.attempts(rows),
        boots=boots,
        patience=task.patience,
    )


def _needs_proof(task: Task) -> bool:
    """Whether something is to be measured, or was measured and nobody has looked at the nodes since."""
    if task.together is None:
        return False
    return any(task.run.missing().values()) or bool(task.run.proofs.gaps(task.run.records()))


def _look(control: Control, run: Run, machine: Machine, moment: str) -> None:
    """Take a proof of one node, at the end or the start of one of its boots, and keep it."""
    alone = provable([machine])
    if alone is not None:
        _take(control, run, alone, moment)


def _prove(control: Control, task: Task, moment: str) -> None:
    """Take a proof and keep it; where none can be taken the measuring goes on, and the verdict says it."""
    assert task.together is not None
    control.progress(None, f"reading what the nodes run, {moment} the executions")
    path = task.run.folder
    if _take(control, task.run, task.together, moment) and not (path / origins.NAME).exists():
        with contextlib.suppress(SidusError):  # without it the report cannot name the recipe, and nothing else is lost
            origins.store(path, task.together.origin())
        if isinstance(task.together, Nodes):
            with contextlib.suppress(SidusError):  # a recorded site cannot hold anything
                task.together.hold(f"run {task.run.id}")


def _take(control: Control, run: Run, nodes: Provable, moment: str) -> bool:
    """Take a proof and keep it, or keep why there is none; return whether there is one."""
    try:
        evidence.store(run.folder, moment, nodes.prove())
    except Cancelled:
        raise
    except SidusError as error:
        control.log(f"no proof {moment} the executions: {error.message}")
        evidence.store(run.folder, moment, None, error.message)
        return False
    return True


def _folded(launch: Mapping[str, Any]) -> dict[str, Any]:
    """Say what programs were started with: once where it is the same on all nodes, else by node."""
    said = list(launch.values())
    if said and all(each == said[0] for each in said):
        return dict(said[0])
    return {"by node": dict(launch)}


def _finish(run: Run, begun: Mapping[str, Any], state: str, launch: Mapping[str, Any]) -> None:
    """Make the tables anew from the journal, and note how it ended, and on which host, and how busy that was."""
    table = run.records()
    files.write(run.folder / "records.parquet", records.to_parquet(table))
    files.write(run.folder / "records.csv", records.to_csv(table))
    nodes: dict[str, dict[str, list[str]]] = {name: {} for name in run.nodes}
    for column in ("root_hash", "hardware", "settings", "boot"):
        for name, values in table.groupby("node")[column]:
            nodes[str(name)][column] = [str(value) for value in values.dropna().unique()]
    loads = {"host": host.about(), "load": [*begun["load"], host.load()]}
    session = {**begun, **loads, "ended": description.now(), "state": state, "launch": _folded(launch)}
    tally = {str(status): int(count) for status, count in table["status"].value_counts().items()}

    def change(about: dict[str, Any]) -> None:
        about["sessions"].append(session)
        about.update(state=state, nodes=nodes, records=tally)

    description.note(run.folder, change)
