"""A run: a design carried out on nodes, every record on the disk at once, resumable after anything.

The run folder holds all of it: ``experiment.json`` (design, seed, workload, versions, times), ``workload.py`` (the
program), ``records.jsonl`` (the journal, the truth) and, made from it, ``records.parquet`` and ``records.csv``; on
nodes of a site also ``proof-before.json``, ``proof-after.json`` and ``origin.json`` (recipe and lock of the image).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import actions, html
from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.experiments import description, engines, evidence, journal, ledger, origins, records, workloads
from sidus_lab.experiments.carrying import Task, carry_out
from sidus_lab.experiments.design import Design, Execution
from sidus_lab.experiments.journal import FolderLock, RunError
from sidus_lab.experiments.machine import Machines, Provable, by_name, check_restarts, provable, recorded
from sidus_lab.experiments.session import RESTART_SECONDS
from sidus_lab.experiments.workloads import AnyWorkload
from sidus_lab.sidusctl import files

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.explanation import Verdict

SECONDS = 2.0  # of one execution, for the expected time only
GO_ON = "sl.Run.resume(folder, nodes), or the same run(...) again, does what is missing"
PATIENCE = 30.0  # seconds that a node which is gone may take to come back


class Run:
    """What a run folder holds, under way or ended; nothing is kept in memory. Open one with ``Run(folder)``.

    Raises `RunError` when the folder holds no run.

    >>> run = sl.Run(folder)
    >>> run.done, run.planned
    (12, 12)
    >>> run.records()["status"].unique().tolist()
    ['ok']
    >>> run.explain().about("software")[0].passed
    True
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        about: Mapping[str, Any] = self.about
        plain = about["workload"]
        file = f"workload{plain.get('suffix', '.py')}"
        try:
            code = (self.folder / file).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise RunError(
                f"There is no run in {self.folder}: {file} is missing.", hint="start one with run(...)"
            ) from None
        self.id: str = about["run"]
        self.design = Design.from_dict(about["design"])
        self.engine: str = about["engine"]
        self.workload: AnyWorkload = workloads.stored(plain, code)
        self.nodes: tuple[str, ...] = tuple(about["nodes"])

    @property
    def about(self) -> dict[str, object]:
        """The content of ``experiment.json``, as it is now, in the form of today."""
        return description.read(self.folder)

    @property
    def proofs(self) -> evidence.Proofs:
        """The proofs that this run took of its nodes: before its first and after its last execution."""
        return evidence.read(self.folder)

    @property
    def origin(self) -> origins.Origin:
        """Where the nodes' system comes from: recipe and lock of the images they booted, and the stages of the boot."""
        return origins.read(self.folder)

    @property
    def owed(self) -> list[ledger.Debt]:
        """What is owed to nodes: settings that a session changed and has not brought back. `Run.resume` pays it."""
        return ledger.owed(self.folder)

    @property
    def state(self) -> str:
        """How it stands: ``running``, ``done``, ``incomplete`` (ended, and executions are missing), ``cancelled``,
        ``failed``, or ``killed``: what carried it out is gone without a word.
        """
        if files.is_locked(self.folder / "lock"):
            return "running"
        state = str(self.about["state"])
        if state in ("created", "running"):
            return "killed"
        return "incomplete" if state == "done" and self.done < self.planned else state

    @property
    def planned(self) -> int:
        """Number of executions that the design asks for, over all nodes."""
        return len(self.nodes) * self.design.executions_per_node

    @property
    def done(self) -> int:
        """Number of executions that went well, every operation of them."""
        return self.planned - sum(map(len, self.missing().values()))

    def missing(self) -> dict[str, list[Execution]]:
        """Return per node what is still to be run: never started, lost, failed or cancelled."""
        return self.missing_after(self.rows())

    def missing_after(self, rows: Sequence[dict[str, object]]) -> dict[str, list[Execution]]:
        """Return per node what is still to be run when these are the rows of the journal."""
        good: dict[tuple[str, int], set[str]] = {}
        current: Sequence[Mapping[str, Any]] = journal.current(rows)
        for row in current:
            if row["status"] == "ok":
                good.setdefault((row["node"], row["order"]), set()).add(row["operation"])
        needed = set(self.workload.operations)
        return {
            name: [e for e in self.design.executions(name) if good.get((name, e.order), set()) != needed]
            for name in self.nodes
        }

    def records(self) -> pd.DataFrame:
        """Return the records as a data frame, one row per measured execution and operation, typed by the schema.

        Rows of attempts that were run again are left out; they stay in the journal. Works while the run is under way.
        """
        table = records.frame(journal.current(self.rows()), self.design.names)
        table.attrs["run"] = self.id
        return table

    def explain(self, *, level: float = 0.95, language: str | None = None) -> Verdict:
        """Say where the differences in its records come from, by its own records, design and proofs.

        `language` (``en``, ``fr``) is that of the verdict; else the one that `sl.language` chose. Raises `DataError`
        when nothing was measured yet.
        """
        from sidus_lab.explanation import explain_records  # pandas and scipy are loaded only when they are needed

        table, proofs = self.records(), self.proofs
        return explain_records(
            table,
            factors=self.design.names,
            proof=proofs.summary(table),
            hardware=proofs.hardware or None,
            level=level,
            language=language,
        )

    @staticmethod
    def resume(folder: Path | str, machines: Machines, *, patience: float = PATIENCE) -> Action[Run]:
        """Run what is missing in a run folder: all that never started, was lost, failed or was cancelled.

        Rows that are good stay. Raises `RunError` when the run is under way, or a node with missing rows is not given.
        """
        lock = FolderLock(Path(folder))
        if not Path(folder).is_dir():
            raise RunError(f"There is no folder {folder}.")
        lock.acquire()
        try:
            return _begin(Run(folder), machines, lock, patience)
        except BaseException:
            lock.release()
            raise

    def rows(self) -> list[dict[str, object]]:
        """Return all rows of the journal as they were written, those of earlier attempts too."""
        return journal.read(self.folder / "records.jsonl")[0]

    def _summary(self) -> dict[str, str]:
        rows = journal.current(self.rows())
        tally = Counter(row["status"] for row in rows)
        try:
            taken = [each.moment for each in self.proofs.taken]
        except SidusError as error:  # to show a run must never fail
            taken = [error.message]
        state = self.state
        return {
            "state": state if state in ("running", "done") else f"{state}: {GO_ON}",
            "executions": f"{self.done} of {self.planned} done",
            "records": ", ".join(f"{count} {status}" for status, count in sorted(tally.items())) or "none",
            "nodes": ", ".join(self.nodes) if len(self.nodes) <= 8 else f"{len(self.nodes)}",
            "workload": f"{self.workload.name}: {', '.join(self.workload.operations)}",
            "factors": "; ".join(f"{f.name} ({', '.join(f.levels)})" for f in self.design.factors) or "none",
            "proofs": ", ".join(taken) or "none",
            **({"owed": ", ".join(f"{d.node}: {d.name}" for d in self.owed)} if self.owed else {}),
            "folder": str(self.folder),
            **({"played from": str(self.about["recorded"])} if "recorded" in self.about else {}),
        }

    def __repr__(self) -> str:
        return f"Run {self.id}\n" + "\n".join(f"  {name}: {value}" for name, value in self._summary().items())

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return html.mimebundle(
            repr(self), Markup('<p class="title">Run {}</p>').format(self.id), html.definitions(self._summary())
        )


def run(
    design: Design,
    workload: AnyWorkload,
    machines: Machines,
    folder: Path | str,
    *,
    engine: str = "direct",
    patience: float = PATIENCE,
    expected: float | None = None,
) -> Action[Run]:
    """Carry out a design on machines, all of them at the same time, and keep every record in `folder` at once.

    Nodes of a site are proven before the first and after the last execution, and the proofs are kept with the records:
    `Run.explain` needs nothing else. A machine that is gone gets rows that say ``lost``; it has `patience` seconds to
    come back, after which the rest of its list is lost too. The others go on. `Run.resume` runs again what is missing;
    so does the same call, where `folder` holds this very run and it is not complete: a cell that was stopped goes on.
    With `Design.boots` above 1 each node is started anew between its boots. `expected` is the time in seconds that the
    executions may take, for the progress; restarts are added to it.

    Raises `RunError` when there are no machines, two have one name, one cannot be started anew and the design asks for
    it, or the folder holds a run already; `DesignError` for an engine that is not known. The action
    raises `RunError` when the records cannot be written any more, and `Cancelled`.

    >>> try:
    ...     sl.run(sl.Design(), sl.numpy_workload(), [], "a-run")
    ... except sl.RunError as error:
    ...     print(error.message)
    There are no machines to run on.
    """
    named, path = by_name(machines), Path(folder)
    if not named:
        raise RunError("There are no machines to run on.")
    engines.KINDS[engine]
    check_restarts(design.boots, named)
    path.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(path)
    lock.acquire()
    try:
        if (path / description.NAME).exists():
            return _go_on(path, design, workload, machines, lock, patience)
        about = description.first(design, workload, list(named), engine=engine, played=recorded(named.values()))
        files.write(path / f"workload{workload.suffix}", workload.code.encode())
        description.write(path, about)
        if design.boots > 1:
            expected = (expected or design.executions_per_node * SECONDS) + (design.boots - 1) * RESTART_SECONDS
        return _begin(Run(path), machines, lock, patience, expected)
    except BaseException:
        lock.release()
        raise


def _go_on(
    path: Path, design: Design, workload: AnyWorkload, machines: Machines, lock: FolderLock, patience: float
) -> Action[Run]:
    """Do what is missing of the run in a folder, where it is the one that was asked for and is not complete."""
    there = Run(path)
    if there.design != design or there.workload.to_dict() != workload.to_dict():
        raise RunError(f"{path} holds another run already.", hint="take another folder, or open it with Run(folder)")
    if not any(there.missing().values()) and not there.owed:
        raise RunError(
            f"{path} holds a run already, and it is complete.", hint="open it with Run(folder), or take another folder"
        )
    return _begin(there, machines, lock, patience)


def _begin(
    run: Run, machines: Machines, lock: FolderLock, patience: float, expected: float | None = None
) -> Action[Run]:
    named, missing = by_name(machines), run.missing()
    absent = [name for name, left in missing.items() if left and name not in named]
    if absent:
        raise RunError(
            f"Executions are missing on {', '.join(absent[:5])}, which no machine was given for.",
            hint="give all machines of the run",
        )
    owed = sorted({debt.node for debt in run.owed} - set(named))
    if owed:
        raise RunError(
            f"What was changed on {', '.join(owed[:5])} is not brought back yet, and no machine was given for it.",
            hint="give all machines of the run",
        )
    check_restarts(run.design.boots, {name: named[name] for name, left in missing.items() if left})
    together = machines if isinstance(machines, Provable) else provable(named.values())
    task = Task(run, named, together, patience)
    return actions.start(carry_out, task, lock, name=f"run {run.id}", expected=expected)
