"""Stand-ins for nodes: real OpenSSH servers on loopback ports of this machine, and a workload that needs no NumPy.

They are no nodes: they share this machine's kernel, so boot ids are equal and root hash and hardware are made up here.
What is real is the way to them (paramiko, sshd, processes, files), and that is what these tests are about.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sidus_lab import ssh
from sidus_lab.errors import SidusError
from sidus_lab.experiments import Workload
from sidus_lab.sidus.proof import Proof
from sidus_lab.transport import Transport
from tests.sidus.test_facts import ROOT_HASH
from tests.sidus.test_proof import node as parsed_node
from tests.sidus.test_proof import proof_of
from tests.ssh.sshd import Sshd, make_key, public_line

BOOT = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
LIMIT = 120.0  # seconds a test waits before it says that something hangs
LEVEL = "SIDUS_TEST_LEVEL"

#: Prints what it was given. Files in the stand-in's control folder make it misbehave; `starts` counts its processes.
PROGRAM = """
import hashlib, json, os, sys, time
node = os.environ["SIDUS_RUN"].rpartition("/")[2]
folder = os.path.join(os.environ["SIDUS_TEST_ROOT"], node, "control")
with open(os.path.join(folder, "starts"), "a") as file:
    file.write(f"{os.getpid()}\\n")
def there(name):
    return os.path.exists(os.path.join(folder, name))
while there("wait"):
    time.sleep(0.01)
if there("crash"):
    sys.exit("it broke\\nfor a reason")
print("a line that is not ours")
for operation in ("one", "two"):
    if there("silent") and operation == "two":
        break
    start = time.perf_counter()
    result = hashlib.sha256((operation + os.environ.get("SIDUS_TEST_LEVEL", "unset")).encode()).hexdigest()
    line = {"operation": operation, "duration": time.perf_counter() - start, "work": 2.0, "work_unit": "thing",
            "result_hash": result,
            "metrics": {"level": os.environ.get("SIDUS_TEST_LEVEL"), "argv": sys.argv[1:], "pid": os.getpid()}}
    if there("line"):
        line.update(json.load(open(os.path.join(folder, "line"))))
    print(json.dumps(line), flush=True)
"""


class StandIn:
    """One sshd as a node, in `folder`; `control` is the folder that its workload reads.

    Its own environment sets the factor, as a node's may: the level ``default`` must unset it.
    """

    root = ""  #: What it says it booted; made up from its boot id where nothing is given.

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.control = folder / name / "control"
        self.control.mkdir(parents=True)
        self._identity = make_key(folder / name / "keys" / "user")
        options = {"SetEnv": f"{LEVEL}=the-nodes-own"}
        self.sshd = Sshd(folder / name / "sshd", [public_line(self._identity)], options=options)
        self.sshd.start()
        self._known_hosts = folder / name / "known_hosts"
        self._known_hosts.write_text(self.sshd.known_hosts_lines)
        self._open: Transport | None = None
        self.boots: list[str] = []  # boot ids that the next calls of `facts` give

    def transport(self) -> Transport:
        if self._open is None or not self._open.alive():
            self._open = ssh.connect(
                self.sshd.address, port=self.sshd.port, identity=self._identity, known_hosts=self._known_hosts
            )
        return self._open

    def facts(self) -> Mapping[str, Any]:
        boot = self.transport().run(["cat", "/proc/sys/kernel/random/boot_id"]).text.strip()
        boot = self.boots.pop(0) if self.boots else boot
        return {"root_hash": self.root or f"root of {boot}", "hardware": f"hardware of {self.name}", "boot": boot}

    def starts(self) -> list[int]:
        """Process ids of all executions until now."""
        with contextlib.suppress(FileNotFoundError):
            return [int(line) for line in (self.control / "starts").read_text().split()]
        return []

    def restart(self) -> None:
        """Start it again on the same port, as a node that comes back."""
        self.sshd.start(self.sshd.port)

    def stop(self) -> None:
        (self.control / "wait").unlink(missing_ok=True)
        if self._open is not None:
            self._open.close()
        with contextlib.suppress(RuntimeError):
            self.sshd.stop()


class Site(list[StandIn]):
    """Stand-ins as a set of nodes: what is shown of them is judged by the package from a real node's facts.

    `proven` counts the proofs; `fails` is an error to raise in place of one; `booted` gives a boot to a node's proofs.
    """

    def __init__(self, nodes: Iterable[StandIn]) -> None:
        super().__init__(nodes)
        for each in self:
            each.root = ROOT_HASH
        self.proven = 0
        self.fails: SidusError | None = None
        self.booted: dict[str, str] = {}

    def prove(self) -> Proof:
        self.proven += 1
        if self.fails is not None:
            raise self.fails
        boots = {each.name: self.booted.get(each.name, BOOT) for each in self}
        return proof_of(*(replace(parsed_node(name), boot=boot) for name, boot in boots.items()))

    def origin(self) -> dict[str, Any]:
        image = {
            "image": "debian",
            "version": "0123456789ab",
            "recipe": {"name": "debian"},
            "lock": [],
            "manifest": None,
        }
        return {"images": {ROOT_HASH: image}, "stages": [{"node": "node1", "stage": "ipxe", "seconds": 1.5}]}


def workload(**more: Any) -> Workload:
    """The program above as a workload; the folder of the stand-ins is in ``SIDUS_TEST_ROOT``, set by the fixture."""
    environment = {"SIDUS_TEST_ROOT": os.environ["SIDUS_TEST_ROOT"], **more.pop("environment", {})}
    # All stand-ins are this machine, where one program has one place: another test's must not be taken away with it.
    own = f"{PROGRAM}# {environment['SIDUS_TEST_ROOT']}\n"
    return Workload("test", own, ("one", "two"), environment=environment, **more)


def remove_program(made: Workload) -> None:
    """Take the program away that an engine put on this machine."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "sidus_lab" / "programs"
    for folder in (Path("/run/sidus-lab"), cache):
        with contextlib.suppress(OSError):
            (folder / f"{made.code_hash[:32]}.py").unlink()
        with contextlib.suppress(OSError):
            folder.rmdir()
