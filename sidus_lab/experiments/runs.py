"""A run: a design carried out on nodes, every record on the disk at once, resumable after anything.

The run folder holds all of it: ``experiment.json`` (design, seed, workload, versions, times), ``workload.py`` (the
program), ``records.jsonl`` (the journal, the truth) and, made from it, ``records.parquet`` and ``records.csv``.
"""

from __future__ import annotations

import json
import platform
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import Cancelled
from sidus_lab.experiments import journal, records
from sidus_lab.experiments.design import Design, Execution
from sidus_lab.experiments.engines import Machine
from sidus_lab.experiments.journal import FolderLock, Journal, RunError
from sidus_lab.experiments.session import Session
from sidus_lab.experiments.workloads import Workload
from sidus_lab.sidusctl import files
from sidus_lab.version import __version__

if TYPE_CHECKING:
    import pandas as pd

PATIENCE = 30.0  # seconds that a node which is gone may take to come back
FORMAT = 1

Machines = Mapping[str, Machine] | Iterable[Machine]


class Run:
    """What a run folder holds, under way or ended; nothing is kept in memory. Open one with ``Run(folder)``.

    Raises `RunError` when the folder holds no run.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        path = self.folder / "experiment.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            code = (self.folder / "workload.py").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            missing = Path(error.filename).name
            raise RunError(
                f"There is no run in {self.folder}: {missing} is missing.", hint="start one with run(...)"
            ) from None
        except ValueError as error:
            raise RunError(f"{path} cannot be read: {error}.") from None
        if about.get("format") != FORMAT:
            raise RunError(f"{path} has the format {about.get('format')!r}.", hint="use a newer version of sidus_lab")
        self.id: str = about["run"]
        self.design = Design.from_dict(about["design"])
        self.workload = Workload.from_dict(about["workload"], code)
        self.nodes: tuple[str, ...] = tuple(about["nodes"])

    @property
    def about(self) -> dict[str, Any]:
        """The content of ``experiment.json``, as it is now."""
        found: dict[str, Any] = json.loads((self.folder / "experiment.json").read_text(encoding="utf-8"))
        return found

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
        return _missing(self, self.rows())

    def records(self) -> pd.DataFrame:
        """Return the records as a data frame, one row per measured execution and operation, typed by the schema.

        Rows of attempts that were run again are left out; they stay in the journal. Works while the run is under way.
        """
        table = records.frame(journal.current(self.rows()), self.design.names)
        table.attrs["run"] = self.id
        return table

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
            run = Run(folder)
            return _begin(run, _by_name(machines), lock, patience)
        except BaseException:
            lock.release()
            raise

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows of the journal as they were written, those of earlier attempts too."""
        return journal.read(self.folder / "records.jsonl")[0]

    def _summary(self) -> dict[str, str]:
        rows = journal.current(self.rows())
        tally = Counter(row["status"] for row in rows)
        return {
            "executions": f"{self.done} of {self.planned} done",
            "records": ", ".join(f"{count} {status}" for status, count in sorted(tally.items())) or "none",
            "nodes": ", ".join(self.nodes) if len(self.nodes) <= 8 else f"{len(self.nodes)}",
            "workload": f"{self.workload.name}: {', '.join(self.workload.operations)}",
            "factors": "; ".join(f"{f.name} ({', '.join(f.levels)})" for f in self.design.factors) or "none",
            "folder": str(self.folder),
        }

    def __repr__(self) -> str:
        return f"Run {self.id}\n" + "\n".join(f"  {name}: {value}" for name, value in self._summary().items())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return html.mimebundle(
            repr(self), Markup('<p class="title">Run {}</p>').format(self.id), html.definitions(self._summary())
        )


def run(
    design: Design,
    workload: Workload,
    machines: Machines,
    folder: Path | str,
    *,
    patience: float = PATIENCE,
    expected: float | None = None,
) -> Action[Run]:
    """Carry out a design on machines, all of them at the same time, and keep every record in `folder` at once.

    A machine that is gone gets rows that say ``lost``; it has `patience` seconds to come back, after which the rest of
    its list is lost too. The others go on. `Run.resume` runs again what is missing.

    Raises `RunError` when there are no machines, two have one name, or the folder holds a run already. The action
    raises `RunError` when the records cannot be written any more, and `Cancelled`.
    """
    named, folder = _by_name(machines), Path(folder)
    if not named:
        raise RunError("There are no machines to run on.")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder)
    lock.acquire()
    try:
        if (folder / "experiment.json").exists():
            raise RunError(
                f"{folder} holds a run already.", hint="go on with Run.resume(folder, machines), or take another folder"
            )
        now = _now()
        about = {
            "format": FORMAT,
            "run": f"{now[:10].replace('-', '')}-{secrets.token_hex(4)}",
            "created": now,
            "state": "created",
            "design": design.to_dict(),
            "executions_per_node": design.executions_per_node,
            "workload": workload.to_dict(),
            "nodes": {name: {} for name in named},
            "versions": {"sidus_lab": __version__, "python": platform.python_version()},
            "sessions": [],
        }
        files.write(folder / "workload.py", workload.code.encode())
        _write(folder, about)
        return _begin(Run(folder), named, lock, patience, expected)
    except BaseException:
        lock.release()
        raise


def _begin(
    run: Run, machines: dict[str, Machine], lock: FolderLock, patience: float, expected: float | None = None
) -> Action[Run]:
    absent = [name for name, left in run.missing().items() if left and name not in machines]
    if absent:
        raise RunError(
            f"Executions are missing on {', '.join(absent[:5])}, which no machine was given for.",
            hint="give all machines of the run",
        )
    return actions.start(_carry_out, run, machines, lock, patience, name=f"run {run.id}", expected=expected)


def _carry_out(control: Control, run: Run, machines: dict[str, Machine], lock: FolderLock, patience: float) -> Run:
    """Do the work of a run, in the action's thread, which owns the lock from here on."""
    try:
        began, state = _now(), "failed"
        _note(run, lambda about: about.update(state="running"))
        try:
            with Journal(run.folder / "records.jsonl") as book:
                rows = run.rows()
                Session(
                    control,
                    book,
                    machines,
                    _missing(run, rows),
                    run=run.id,
                    workload=run.workload,
                    factors=run.design.factors,
                    attempts=journal.attempts(rows),
                    patience=patience,
                ).work()
            control.check()
            state = "done"
        except Cancelled:
            state = "cancelled"
            raise
        finally:
            _finish(run, began, state)
    finally:
        lock.release()
    return run


def _finish(run: Run, began: str, state: str) -> None:
    """Make the tables anew from the journal, and note how it ended."""
    table = run.records()
    files.write(run.folder / "records.parquet", records.to_parquet(table))
    files.write(run.folder / "records.csv", records.to_csv(table))
    nodes: dict[str, dict[str, list[str]]] = {name: {} for name in run.nodes}
    for column in ("root_hash", "hardware", "boot"):
        for name, values in table.groupby("node")[column]:
            nodes[str(name)][column] = [str(value) for value in values.dropna().unique()]
    session = {"started": began, "ended": _now(), "state": state}
    tally = {str(status): int(count) for status, count in table["status"].value_counts().items()}

    def change(about: dict[str, Any]) -> None:
        about["sessions"].append(session)
        about.update(state=state, nodes=nodes, records=tally)

    _note(run, change)


def _missing(run: Run, rows: Sequence[dict[str, Any]]) -> dict[str, list[Execution]]:
    good: dict[tuple[str, int], set[str]] = {}
    for row in journal.current(rows):
        if row["status"] == "ok":
            good.setdefault((row["node"], row["order"]), set()).add(row["operation"])
    needed = set(run.workload.operations)
    return {
        name: [e for e in run.design.executions(name) if good.get((name, e.order), set()) != needed]
        for name in run.nodes
    }


def _by_name(machines: Machines) -> dict[str, Machine]:
    found = list(machines.values()) if isinstance(machines, Mapping) else list(machines)
    named = {machine.name: machine for machine in found}
    if len(named) != len(found):
        raise RunError("Two machines have the same name.")
    return named


def _note(run: Run, change: Callable[[dict[str, Any]], None]) -> None:
    about = run.about
    change(about)
    _write(run.folder, about)


def _write(folder: Path, about: Mapping[str, Any]) -> None:
    files.write(folder / "experiment.json", (json.dumps(about, indent=2) + "\n").encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
