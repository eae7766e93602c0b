"""A second kind of each: an engine without SSH, a factor that changes a file of its machine, a workload in shell.

And `Bench`: a machine that is a folder here. It can be started anew (its boot id changes, what is "in memory" is gone),
and be told to hang while it does.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sidus_lab.errors import Cancelled, ServerUnreachable, SidusError
from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import Outcome, environment
from sidus_lab.experiments.engines.printed import measured
from sidus_lab.experiments.factors import DesignError, Factor, Process
from sidus_lab.experiments.machine import Machine
from sidus_lab.experiments.workloads import AnyWorkload
from sidus_lab.transport import Result, Transport


class Bench:
    """A machine that is a folder: `etc/` stays, `boot` is its boot id; a file `off` means it cannot be reached."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.root = folder / name
        (self.root / "etc").mkdir(parents=True, exist_ok=True)
        if not self._boot.exists():
            self._boot.write_text(uuid.uuid4().hex)

    @property
    def _boot(self) -> Path:
        return self.root / "boot"

    def transport(self) -> Any:
        if (self.root / "off").exists():
            raise ServerUnreachable(f"{self.name} is off.")
        return Here(self.root)

    def facts(self) -> Mapping[str, Any]:
        self.transport()
        return {"root_hash": "ab" * 32, "hardware": f"hardware of {self.name}", "boot": self._boot.read_text()}

    def restart(self, cancel: threading.Event) -> None:
        (self.root / "off").touch()
        with (self.root / "restarts").open("a") as file:
            file.write("x")
        while (self.root / "hang").exists():
            if cancel.wait(0.02):
                raise Cancelled("The restart was cancelled.")
        if (self.root / "broken").exists():
            raise SidusError(f"{self.name} did not come up.")
        self._boot.write_text(uuid.uuid4().hex)
        (self.root / "off").unlink()

    @property
    def restarts(self) -> int:
        file = self.root / "restarts"
        return len(file.read_text()) if file.exists() else 0


class FixedBench(Bench):
    """One that nobody can start anew."""

    restart = None  # type: ignore[assignment]


@dataclass
class Here:
    """A connection to a `Bench`: commands run in its folder."""

    root: Path
    name: str = "here"

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
        **_: Any,
    ) -> Result:
        done = subprocess.run(list(argv), cwd=self.root, input=input, capture_output=True, timeout=timeout)
        result = Result(tuple(argv), done.returncode, done.stdout, done.stderr, 0.0)
        if check and not result.ok:
            raise SidusError(f"{argv[0]} ended with {result.code}.")
        return result


class Local:
    """An engine: the program runs here, as a process of this one."""

    def __init__(self, machine: Machine, workload: AnyWorkload, factors: Sequence[Factor], run: str) -> None:
        self.machine = machine
        self._workload = workload
        self._factors = tuple(factors)
        self._run = run
        self._facts: dict[str, str] = {}

    @property
    def facts(self) -> Mapping[str, str]:
        return self._facts

    @property
    def launch(self) -> Mapping[str, Any]:
        return {"environment": dict(environment.CLEAN), "command": list(self._workload.command("PROGRAM"))}

    def reach(self, patience: float, cancel: threading.Event) -> SidusError | None:
        deadline = time.monotonic() + patience
        while True:
            try:
                self._facts = {name: str(value) for name, value in self.machine.facts().items()}
                return None
            except SidusError as error:
                if time.monotonic() >= deadline:
                    return error
            if cancel.wait(0.05):
                raise Cancelled("Cancelled.")

    def execute(self, execution: Execution, cancel: threading.Event) -> Outcome:
        when = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            if not self._facts:
                self._facts = {name: str(value) for name, value in self.machine.facts().items()}
            root = self.machine.transport().root  # type: ignore[attr-defined]
        except SidusError as error:
            return Outcome(self.rows("lost", error.message, when), gone=True)
        program = root / f"program{self._workload.suffix}"
        program.write_text(self._workload.code)
        mark = f"{self._run}/{self.machine.name}"
        argv = environment.words(
            self._workload, self._factors, execution.levels, mark=mark, program=str(program), probed=True
        )
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root)
        deadline, note, status = time.monotonic() + self._workload.timeout, "", ""
        while process.poll() is None:
            if cancel.wait(0.01):
                status = "cancelled"
            elif time.monotonic() > deadline:
                note = "It did not end in time and was ended."
            if status or note:
                process.kill()
                break
        text = process.communicate()[0]
        if status:
            return Outcome(self.rows(status, "Cancelled while it ran.", when))
        if process.returncode and not note:
            note = f"The program ended with code {process.returncode}."
        read = measured(text, self._workload.operations, note)
        return Outcome(tuple(self._row(name, when, how, said, line) for name, how, said, line in read))

    def rows(self, status: str, message: str, when: str = "") -> tuple[dict[str, Any], ...]:
        now = when or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return tuple(self._row(operation, now, status, message, {}) for operation in self._workload.operations)

    def _row(self, operation: str, when: str, status: str, message: str, line: Mapping[str, Any]) -> dict[str, Any]:
        known = {name: self._facts.get(name) or None for name in ("boot", "root_hash", "hardware")}
        values = {name: line.get(name) for name in ("duration", "work", "work_unit", "result_hash")}
        about = {"when": when, "node": self.machine.name, "operation": operation}
        return {**about, **known, **values, "status": status, "message": message, "metrics": line.get("metrics") or {}}


class FileContent:
    """A kind of factor: the content of a file of the machine. It stays over a restart."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def changes_node(self) -> bool:
        return True

    def check_name(self, name: str) -> None:
        if not name.isidentifier():
            raise DesignError(f"{name!r} cannot be the name of a file's content.")

    def process(self, name: str, level: str) -> Process:
        return Process()

    def find(self, name: str, node: Transport) -> str:
        script = 'if [ -e "$1" ]; then printf "is "; cat "$1"; else printf none; fi'
        return node.run(["sh", "-c", script, "sh", self._path]).text

    def set(self, name: str, level: str, node: Transport) -> None:
        node.run(["sh", "-c", 'cat > "$1"', "sh", self._path], input=level.encode())

    def verify(self, name: str, node: Transport) -> str:
        return self.find(name, node).removeprefix("is ")

    def undo(self, name: str, found: str, node: Transport) -> None:
        if found == "none":
            node.run(["rm", "-f", self._path])
        else:
            node.run(["sh", "-c", 'cat > "$1"', "sh", self._path], input=found.removeprefix("is ").encode())


@dataclass(frozen=True)
class Shell:
    """A kind of workload: a program for /bin/sh."""

    name: str
    code: str = field(repr=False)
    operations: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    timeout: float = 60.0
    kind: str = "shell"
    suffix: str = ".sh"
    probe: tuple[str, ...] = ()

    @property
    def code_hash(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()

    def command(self, program: str, *, probed: bool = True) -> tuple[str, ...]:
        return ("/bin/sh", program)

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "name": self.name,
            "operations": list(self.operations),
            "environment": dict(self.environment),
            "timeout": self.timeout,
            "code_hash": self.code_hash,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], code: str) -> Shell:
        with contextlib.suppress(KeyError, TypeError):
            made = cls(plain["name"], code, tuple(plain["operations"]), plain["environment"], plain["timeout"])
            if made.code_hash == plain["code_hash"]:
                return made
        raise DesignError("This is not a stored workload: it is not the one that the run began with.")


def shell(text: str = "cat etc/tuned 2>/dev/null || echo untuned", **more: Any) -> Shell:
    """Prints the SHA-256 of what `text` prints as the result of one operation."""
    code = (
        f"hash=$( {{ {text}; }} | sha256sum | cut -c1-64 )\n"
        'printf \'{"operation": "look", "duration": 0.001, "work": 1, "result_hash": "%s"}\\n\' "$hash"\n'
    )
    return Shell("look", code, ("look",), **more)
