"""The engine that starts each execution over SSH: a process of its own, a clean environment, its lines read."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sidus_lab.errors import Cancelled, CommandFailed, CommandTimeout, ConnectError, SidusError
from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import environment
from sidus_lab.experiments.engines.engine import Outcome
from sidus_lab.experiments.engines.printed import as_object, measured, one_line, why
from sidus_lab.experiments.factors import Factor
from sidus_lab.experiments.machine import Machine
from sidus_lab.experiments.workloads.kind import AnyWorkload
from sidus_lab.transport import Result, Transport

FACTS = ("root_hash", "hardware", "settings", "boot")
RETRY = 1.0  # seconds between two attempts to reach a machine that is gone
PREPARE_LIMIT = 60.0  # seconds; a machine in emulation that has just started is slow

# End what an interrupted attempt of this very run left behind (it would disturb the next measurement, and is known by a
# variable in its environment), find a folder in memory or in the user's cache, and tell what is there, and whether the
# interpreter takes the words that keep foreign modules out.
_PREPARE = r"""
for file in $(grep -slzxF "SIDUS_RUN=$1" /proc/[0-9]*/environ); do
  pid=${file#/proc/}; kill -s KILL "${pid%/environ}" 2>/dev/null
done
folder=/run/sidus-lab
if ! { mkdir -p -m 700 "$folder" && [ -w "$folder" ]; } 2>/dev/null; then
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/sidus_lab/programs; mkdir -p "$folder" || exit 1
fi
printf '%s\n' "$folder"; sha256sum < "$folder/$2" 2>/dev/null
shift 2; if [ $# -gt 0 ] && env -i "$@" > /dev/null 2>&1; then echo probed; fi; exit 0
"""
# Tell which boot of which kernel this is, in the same process that then becomes the program: no reboot fits in between.
_START = r"""
read -r boot < /proc/sys/kernel/random/boot_id
if [ -r "$1" ]; then there=true; else there=false; fi
printf '{"boot": "%s", "program": %s}\n' "$boot" "$there"
shift; if "$there"; then exec "$@"; fi
"""


class Direct:
    """Runs executions of one workload on one machine over its connection. Not for several threads at once."""

    def __init__(self, machine: Machine, workload: AnyWorkload, factors: Sequence[Factor], run: str) -> None:
        self.machine = machine
        self._workload = workload
        self._factors = tuple(factors)
        self._mark = f"{run}/{machine.name}"  # two nodes of a test may be one machine
        self._transport: Transport | None = None
        self._program = ""
        self._probed = False
        self._facts: dict[str, str] = {}

    @property
    def facts(self) -> Mapping[str, str]:
        """``root_hash``, ``hardware``, ``settings`` and ``boot`` as last read; empty before the first connection."""
        return self._facts

    @property
    def launch(self) -> dict[str, object]:
        """What programs are started with: the clean ``environment``, and the ``command`` without the factors."""
        variables = {**environment.CLEAN, **self._workload.environment}
        return {"environment": variables, "command": list(self._workload.command("PROGRAM", probed=self._probed))}

    def connect(self, cancel: threading.Event) -> None:
        """Reach the machine, read its facts and put the program there unless it is there. Raises `SidusError`."""
        self._transport = None
        transport = self.machine.transport()
        self._read_facts()
        name = f"{self._workload.code_hash[:32]}{self._workload.suffix}"
        probe = [f"PATH={environment.CLEAN['PATH']}", *self._workload.probe] if self._workload.probe else []
        argv = ["/bin/sh", "-c", _PREPARE, "sidus", self._mark, name, *probe]
        folder, *found = transport.run(argv, timeout=PREPARE_LIMIT, cancel=cancel).text.splitlines()
        self._program = f"{folder}/{name}"
        self._probed = "probed" in found
        if not any(line.split()[0] == self._workload.code_hash for line in found):
            transport.put(self._workload.code.encode(), self._program)
        self._transport = transport

    def reach(self, patience: float, cancel: threading.Event) -> SidusError | None:
        """Try to connect again and again for `patience` seconds; return None, or the last error. Raises `Cancelled`."""
        deadline = time.monotonic() + patience
        while True:
            try:
                self.connect(cancel)
                return None
            except Cancelled:
                raise
            except SidusError as error:
                if time.monotonic() >= deadline:
                    return error
            if cancel.wait(RETRY):
                raise Cancelled(f"Waiting for {self.machine.name} was cancelled.")

    def execute(self, execution: Execution, cancel: threading.Event) -> Outcome:
        """Run one execution and give a row for each operation, whatever happens; no `SidusError` comes out."""
        when = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            if self._transport is None:
                self.connect(cancel)
            result, note = self._start(execution, cancel)
        except Cancelled:
            return Outcome(self.rows("cancelled", "Cancelled while it ran.", when))
        except CommandTimeout as error:
            limit = f"It did not end within {self._workload.timeout:g} s and was ended."
            return Outcome(self._measured(error.result, when, limit))
        except ConnectError as error:
            self._transport = None
            return Outcome(self.rows("lost", one_line(error.message), when), gone=True)
        except SidusError as error:
            if self._transport is None:  # not even connected: sidus has errors of its own for a node that is off
                return Outcome(self.rows("lost", one_line(error.message), when), gone=True)
            return Outcome(self.rows("failed", one_line(str(error)), when))
        return Outcome(self._measured(result, when, note))

    def rows(self, status: str, message: str, when: str = "") -> tuple[dict[str, object], ...]:
        """Return one row for each operation that was not measured."""
        now = when or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return tuple(self._row(operation, now, status, message) for operation in self._workload.operations)

    def _start(self, execution: Execution, cancel: threading.Event) -> tuple[Result, str]:
        """Start the program, and once more after putting it there again if a reboot has taken it away."""
        for _ in range(2):
            assert self._transport is not None
            argv = ["/bin/sh", "-c", _START, "sidus", self._program, *self._words(execution)]
            result = self._transport.run(argv, timeout=self._workload.timeout, check=False, cancel=cancel)
            first = as_object(result.text.partition("\n")[0])
            if "boot" not in first:
                return result, why(result)
            if first["boot"] != self._facts["boot"]:
                self._read_facts()
                if first["boot"] != self._facts["boot"]:  # what these facts say does not belong to this boot
                    self._facts = dict.fromkeys(FACTS, "") | {"boot": str(first["boot"])}
            if first.get("program"):
                return result, why(result)
            self.connect(cancel)
        raise CommandFailed(f"The program on {self.machine.name} is gone each time it is put there.", result=result)

    def _words(self, execution: Execution) -> list[str]:
        return environment.words(
            self._workload,
            self._factors,
            execution.levels,
            mark=self._mark,
            program=self._program,
            probed=self._probed,
        )

    def _read_facts(self) -> None:
        facts = self.machine.facts()
        self._facts = {name: str(facts.get(name) or "") for name in FACTS}

    def _measured(self, result: Result, when: str, note: str) -> tuple[dict[str, Any], ...]:
        """Make the rows from what the program printed; an operation without a good line failed."""
        read = measured(result.text, self._workload.operations, note)
        return tuple(self._row(operation, when, status, message, line) for operation, status, message, line in read)

    def _row(
        self, operation: str, when: str, status: str, message: str, line: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        line = line or {}
        return {
            "when": when,
            "node": self.machine.name,
            "boot": self._facts.get("boot") or None,
            "operation": operation,
            "root_hash": self._facts.get("root_hash") or None,
            "hardware": self._facts.get("hardware") or None,
            "settings": self._facts.get("settings") or None,
            "duration": line.get("duration"),
            "work": line.get("work"),
            "work_unit": line.get("work_unit"),
            "result_hash": line.get("result_hash"),
            "status": status,
            "message": message,
            "metrics": line.get("metrics") or {},
        }
