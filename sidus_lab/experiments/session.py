"""One stretch of work on a run: all nodes at once, each node's list in order, every row on the disk at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled
from sidus_lab.experiments.design import Execution, Factor
from sidus_lab.experiments.engines import Engine
from sidus_lab.experiments.journal import Journal
from sidus_lab.experiments.machine import Machine
from sidus_lab.experiments.workloads import Workload

PARALLEL = 64  # nodes at once; each takes a thread and a connection here


class Session:
    """One stretch of work on a run: all nodes at once, each node's list in order."""

    def __init__(
        self,
        control: Control,
        book: Journal,
        machines: Mapping[str, Machine],
        todo: Mapping[str, Sequence[Execution]],
        *,
        run: str,
        workload: Workload,
        factors: Sequence[Factor],
        attempts: Mapping[tuple[str, int], int],
        patience: float,
    ) -> None:
        self._control = control
        self._book = book
        self._machines = machines
        self._todo = {name: left for name, left in todo.items() if left}
        self._run = run
        self._workload = workload
        self._factors = factors
        self._attempts = Counter(attempts)
        self._patience = patience
        self._stop = threading.Event()  # the records cannot be written: nobody needs to measure on
        self._done = dict.fromkeys(self._todo, 0)
        self._seconds = dict.fromkeys(self._todo, 0.0)
        self._lock = threading.Lock()

    def work(self) -> None:
        """Run all that is missing. Raises `RunError` when records cannot be written, `Cancelled` when asked to stop."""
        if not self._todo:
            return
        self._control.progress(0.0, f"connecting to {', '.join(list(self._todo)[:4])}")
        with ThreadPoolExecutor(min(len(self._todo), PARALLEL), thread_name_prefix="run") as pool:
            futures = [pool.submit(self._node, name) for name in self._todo]
        for future in futures:
            future.result()

    def _node(self, name: str) -> None:
        todo = self._todo[name]
        engine = Engine(self._machines[name], self._workload, self._factors, self._run)
        try:
            gone = engine.reach(self._patience, self._control.cancelled)
            boot = engine.facts.get("boot", "")
            for number, execution in enumerate(todo):
                if self._stop.is_set() or self._control.cancelled.is_set():
                    return
                if gone is not None:
                    self._lose(engine, todo[number:], gone.message)
                    return
                began = time.monotonic()
                outcome = engine.execute(execution, self._control.cancelled)
                self._keep(name, execution, outcome.rows)
                self._report(name, time.monotonic() - began)
                if outcome.gone:
                    self._control.log(f"{name} is gone: {outcome.rows[0]['message']}")
                    gone = engine.reach(self._patience, self._control.cancelled)
                if boot and engine.facts["boot"] != boot:
                    self._control.log(f"{name} has started anew since the last execution; its new boot is recorded")
                boot = engine.facts["boot"]
        except Cancelled:
            return  # said once, for all nodes, by the action
        except BaseException:
            self._stop.set()
            raise

    def _lose(self, engine: Engine, rest: Sequence[Execution], why: str) -> None:
        message = f"Not started, since the node was gone: {why}"
        name = engine.machine.name
        for execution in rest:
            self._keep(name, execution, engine.rows("lost", message))
            self._report(name, None)
        self._control.log(f"{name}: {len(rest)} executions lost")

    def _keep(self, name: str, execution: Execution, measured: Iterable[Mapping[str, Any]]) -> None:
        place = (name, execution.order)
        with self._lock:
            self._attempts[place] += 1
            attempt = self._attempts[place]
        plan: dict[str, Any] = {
            "run": self._run,
            "phase": execution.phase,
            "aa": execution.aa,
            "block": execution.block,
            "order": execution.order,
            "repetition": execution.repetition,
            "attempt": attempt,
            "workload": self._workload.name,
            "code_hash": self._workload.code_hash,
            **execution.levels,
        }
        self._book.append({**plan, **row} for row in measured)

    def _report(self, name: str, seconds: float | None) -> None:
        """Say how far all nodes are, and how long the rest takes going by what they did so far."""
        with self._lock:
            self._done[name] += 1
            if seconds is not None:
                self._seconds[name] += seconds
            done, total = sum(self._done.values()), sum(map(len, self._todo.values()))
            left = max(
                (self._seconds[n] / self._done[n] * (len(todo) - self._done[n]) if self._done[n] else 0.0)
                for n, todo in self._todo.items()
            )
            if len(self._todo) <= 4:
                line = ", ".join(f"{n}: {self._done[n]} of {len(todo)}" for n, todo in self._todo.items())
            else:
                line = f"{done} of {total} on {len(self._todo)} nodes"
            self._control.progress(done / total, line + (f"; about {left:.0f} s left" if done < total else ""))
