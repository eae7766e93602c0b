"""The embedded lab: up, down, status. A whole SIDUS site on this machine, as the user's own processes."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sidus_lab.embedded import firmware, kvm, machine, sshd, state, web
from sidus_lab.embedded.home import Home, default_home
from sidus_lab.embedded.machine import Machine, default_machines
from sidus_lab.embedded.processes import Process, end_all, look_up, of_lab
from sidus_lab.embedded.service import SYSTEM_PATH, Service, find_program, is_bound, noted_process
from sidus_lab.embedded.state import Owner, Ports, State
from sidus_lab.errors import SidusError
from sidus_lab.sidus import Lab, connect
from sidus_lab.sidus.consoles import ConsoleFiles
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.power import Ipmi
from sidus_lab.sidusctl import files

BMC_CIPHER = 3  # the strongest that ipmi_sim knows; asked which it knows, it keeps silent for 10 s
GUEST_VIEW = "10.0.2.2"  # this machine's loopback interface as QEMU's user network shows it to a node

Say = Callable[[str], object]


def silent(_line: str) -> None:
    """Say nothing."""


class Embedded:
    """The embedded lab in one home folder. `up` starts what does not run, `down` ends all of it.

    >>> sl.embedded.Embedded(folder.parent / "lab").processes()
    []
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = Home(home.expanduser().absolute()) if home is not None else default_home()

    @property
    def stays_up(self) -> bool:
        """Whether it runs, and somebody wants it to run on (``lab up``, or a demo with ``--keep``)."""
        now = self._state()
        return now.up and now.owner is None and self._all_run(now)

    @property
    def site(self) -> str:
        """The site's folder, for `connect`."""
        return str(self.home.site)

    def up(
        self,
        machines: Sequence[Machine] | None = None,
        *,
        owner: str = "",
        use_kvm: bool | None = None,
        say: Say = silent,
    ) -> Lab:
        """Start the site and give the connection to it. What runs already is left running.

        Parameters
        ----------
        machines : sequence of Machine
            The nodes; by default those of the last start, or two of different CPU models.
        owner : str
            What this process is (such as ``demo``): when it is gone without taking the lab down, the next one clears
            what it left. Without it the lab stays up until `down`.
        use_kvm : bool
            By default, what a short probe shows.
        say : callable
            Gets a line on each thing done.

        Raises `SidusError`; what was started by then is ended again.
        """
        with self._locked():
            self._clear_leftovers(say)
            before = self._state()
            chosen = list(machines) if machines is not None else before.machines or default_machines()
            if before.up and self._all_run(before) and before.machines == chosen:
                return self.connect()
            self._end_everything(say)
            try:
                return self._start(chosen, before.ports, owner, use_kvm, say)
            except BaseException:
                self._end_everything(silent)
                raise

    def connect(self) -> Lab:
        """Connect to the site over SSH, as to any other. Raises `SidusError` when it is not up."""
        if not self._state().up:
            raise SidusError("The embedded lab is not up.", hint="sidus-lab lab up")
        return connect(
            sshd.HOST,
            site=self.site,
            config=self.home.ssh_config,
            identity=sshd.user_key(self.home),
            known_hosts=sshd.known_hosts(self.home),
            consoles=ConsoleFiles(self.home.run),
        )

    def down(self, say: Say = silent) -> None:
        """End every process of the lab: jobs, nodes, BMCs, services. Images and inventory stay. Twice does no harm."""
        with self._locked():
            self._end_everything(say)

    def status(self) -> list[tuple[str, str, str]]:
        """Give a row for each service: name, ``up`` or ``off``, and where it listens."""
        now = self._state()
        return [
            (service.name, "up" if service.process() else "off", f"127.0.0.1:{port}")
            for service, port in self._services(now)
        ]

    def console(self, node: str) -> Path:
        """Give the file with all that a node wrote on its serial line since it was powered on."""
        return self.home.run / node / "console.log"

    def processes(self) -> list[Process]:
        """Give every process of this lab that runs now."""
        services = (noted_process(path) for path in self.home.run.glob("*.pid"))
        return of_lab(self.home.root, [process for process in services if process is not None])

    # What follows does the work, under the lock.

    def _start(
        self, machines: list[Machine], ports_before: Ports | None, owner: str, use_kvm: bool | None, say: Say
    ) -> Lab:
        ports = Ports.choose([m.name for m in machines], ports_before)
        if use_kvm is None:
            reason = self._kvm_reason(say)
            use_kvm = not reason
            say("KVM works and is used" if use_kvm else f"nodes are emulated: {reason}")
        sshd.make_keys(self.home)
        self._write_files(machines, ports, use_kvm)
        me = look_up(os.getpid()) if owner else None
        now = State(True, Owner(owner, me) if me else None, machines, ports)
        now.write(self.home.state)
        for service, port in self._services(now):
            service.start()
            say(f"{service.name} on 127.0.0.1:{port}")
        lab = self.connect()
        try:
            self._tell_site(lab, machines, ports)
        except BaseException:
            lab.close()
            raise
        return lab

    def _tell_site(self, lab: Lab, machines: list[Machine], ports: Ports) -> None:
        lab.init(url=f"http://{GUEST_VIEW}:{ports.web}", authorize=sshd.public_line(sshd.user_key(self.home)))
        known = {node.name: node.entry for node in lab.nodes()}
        wanted = {m.name for m in machines}
        gone = sorted(set(known) - wanted)
        if gone:
            lab.remove_nodes(",".join(gone))
        for each in machines:
            entry = known.get(each.name)
            user = machine.bmc_user(self._bmc_password(each.name))
            if entry and _matches(entry, each, ports) and entry.power.settings.get("user") == user:
                continue
            lab.add_node(
                each.name,
                mac=each.mac,
                address="127.0.0.1",
                ssh_port=ports.node[each.name],
                power=Ipmi(
                    "127.0.0.1",
                    user,
                    self._bmc_password(each.name),
                    port=ports.bmc[each.name],
                    cipher=BMC_CIPHER,
                ),
                replace=True,
            )

    def _services(self, of: State) -> Iterator[tuple[Service, int]]:
        ports = of.ports
        if ports is None:
            return
        yield sshd.sshd(self.home, ports.ssh), ports.ssh
        yield web.web(self.home, ports.web), ports.web
        for name in of.names:
            folder = self.home.run / name
            words = ["ipmi_sim", "-c", str(folder / "lan.conf"), "-f", str(folder / "sim.emu")]
            words += ["-s", str(folder / "bmc"), "-n"]
            # Looked up and not tried: ipmi_sim ends when somebody hangs up on its serial line.
            ready = functools.partial(is_bound, ports.bmc[name])
            yield Service(self.home, f"bmc-{name}", words, ready, port=ports.bmc[name]), ports.bmc[name]

    def _write_files(self, machines: Sequence[Machine], ports: Ports, use_kvm: bool) -> None:
        sshd.write_files(self.home, ports.ssh)
        web.write_files(self.home, ports.web)
        for each in machines:
            folder = self.home.run / each.name
            (folder / "bmc").mkdir(parents=True, exist_ok=True)
            words = machine.qemu_words(
                each,
                kvm=use_kvm,
                boot_folder=str(self.home.site / "boot"),
                ssh_port=ports.node[each.name],
                console=str(folder / "console.log"),
                pid_file=str(folder / "qemu.pid"),
                variables=str(folder / "vars.fd"),
            )
            words[0] = find_program(words[0])
            before = ""
            if each.measured:
                firmware.write_files(folder)
                before = firmware.start_lines(each.name)
            files.write(folder / "start", machine.start_script(words, SYSTEM_PATH, before).encode(), 0o700)
            config = machine.bmc_config(
                each.name,
                port=ports.bmc[each.name],
                vm_port=ports.line[each.name],
                user=machine.bmc_user(self._bmc_password(each.name)),
                password=self._bmc_password(each.name),
                # ipmi_sim gives it to a shell; from the folder that it runs in, it has no sign that a shell would read.
                start=f"./{each.name}/start",
            )
            files.write(folder / "lan.conf", config.encode(), 0o600)
            files.write(folder / "sim.emu", machine.BMC_COMMANDS.encode(), 0o600)

    def _bmc_password(self, name: str) -> str:
        path = self.home.keys / f"bmc-{name}"
        if not path.exists():
            files.write(path, secrets.token_hex(8).encode(), 0o600)  # IPMI 2.0 takes at most 20 bytes
        return path.read_text()

    def _kvm_reason(self, say: Say) -> str:
        """Why KVM cannot be used; found once for each start of this machine."""
        noted = self.home.root / "kvm.json"
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        with contextlib.suppress(OSError, ValueError, KeyError):
            found = json.loads(noted.read_text())
            if found["boot"] == boot:
                return str(found["reason"])
        say("trying KVM")
        reason = kvm.probe()
        files.write(noted, json.dumps({"boot": boot, "reason": reason}).encode(), 0o600)
        return reason

    def _clear_leftovers(self, say: Say) -> None:
        """End what a process left that was killed before it could take its lab down; refuse while it still runs."""
        owner = self._state().owner
        if owner is None or owner.process.pid == os.getpid():
            return
        pid = owner.process.pid
        if owner.process.alive:
            raise SidusError(
                f"Another {owner.name} (process {pid}) uses the embedded lab in {self.home.root}.",
                hint="wait for it, or give this one a home of its own: SIDUS_LAB_HOME=~/other-lab",
            )
        say(f"clearing what an earlier {owner.name} left behind (process {pid} is gone)")
        self._end_everything(say)

    def _all_run(self, of: State) -> bool:
        return of.ports is not None and all(service.process() for service, _ in self._services(of))

    def _end_everything(self, say: Say) -> None:
        count = len(self.processes())
        if count:
            say(f"ending {count} processes")
        left = end_all(self.processes)
        now = self._state()
        if now.up or now.owner:
            replace(now, up=False, owner=None).write(self.home.state)
        if left:
            raise SidusError(
                f"{len(left)} processes of the embedded lab could not be ended.",
                hint="end them by hand: sudo kill " + " ".join(str(process.pid) for process in left),
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with files.locked(self.home.root / "lock"):
            yield

    def _state(self) -> State:
        return state.read(self.home.state)


def _matches(entry: InventoryEntry, each: Machine, ports: Ports) -> bool:
    return (
        entry.mac == each.mac
        and entry.ssh_port == ports.node[each.name]
        and entry.power.settings.get("port") == ports.bmc[each.name]
    )
