"""A node of the embedded lab: a QEMU machine behind its own BMC. What is here decides; `lab` does."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from sidus_lab.embedded import firmware

MEMORY_MIB = 1024
# One network card maker's prefix for virtual machines; the rest counts the nodes.
_MAC = "52:54:00:51:d5:{:02x}"


@dataclass(frozen=True)
class Machine:
    """What one node of the lab is: its name, the CPU model that QEMU shows it, its memory (MiB) and cores.

    With `measured` it has UEFI firmware and a TPM, which tells what was started; else a BIOS and none.

    >>> [machine.name for machine in sl.embedded.default_machines()]
    ['node1', 'node2']
    """

    name: str
    cpu: str
    mac: str
    memory: int = MEMORY_MIB
    cores: int = 1
    more: tuple[str, ...] = field(default=())
    measured: bool = False


def default_machines(count: int = 2) -> list[Machine]:
    """Give `count` nodes of different hardware: one image must meet at least two kinds of CPU.

    >>> len({machine.cpu for machine in sl.embedded.default_machines()})
    2
    """
    models = ("Haswell-noTSX", "Nehalem", "Skylake-Client-noTSX-IBRS", "Westmere")
    return [Machine(f"node{n}", models[(n - 1) % len(models)], _MAC.format(n)) for n in range(1, count + 1)]


def qemu_words(
    machine: Machine, *, kvm: bool, boot_folder: str, ssh_port: int, console: str, pid_file: str, variables: str = ""
) -> list[str]:
    """Give the words of the command that runs a node.

    QEMU's user network needs no root: it gives the machine DHCP, TFTP (`boot_folder`), the host's loopback interface
    under 10.0.2.2, and one port of the host's loopback interface that leads to the machine's SSH. `variables` is the
    file of its firmware variables, where it is `measured`.
    """
    cpu = machine.cpu
    if not kvm:
        # Emulation clears memory byte by byte for a CPU that claims fast string stores (erms): 15 s more a boot.
        cpu += ",-erms"
    network = f"user,id=net,tftp={_option(boot_folder)},bootfile=/boot.ipxe,hostfwd=tcp:127.0.0.1:{ssh_port}-:22"
    return [
        *("qemu-system-x86_64", "-name", machine.name, "-nodefaults", "-display", "none", "-monitor", "none"),
        # Without graphics the firmware and iPXE write to the serial line, so that the console tells of them too.
        *("-machine", f"q35,graphics=off,accel={'kvm' if kvm else 'tcg'}", "-cpu", cpu),
        *("-smp", str(machine.cores), "-m", str(machine.memory)),
        *("-netdev", network, "-device", f"virtio-net-pci,netdev=net,mac={machine.mac}", "-boot", "n"),
        *("-device", "virtio-rng-pci"),
        *("-serial", f"file:{console}", "-pidfile", pid_file),
        *(firmware.qemu_words(machine.name, _option(variables)) if machine.measured else ()),
        *machine.more,
    ]


def start_script(words: Sequence[str], path: str, before: str = "") -> str:
    """Give the shell script by which the BMC starts a node; `before` are lines of shell for what it needs."""
    why = "# Written by sidus-lab: the BMC runs this when the node is powered on."
    return f"#!/bin/sh\n{why}\nPATH={path}\n{before}exec {shlex.join(words)}\n"


def bmc_config(name: str, *, port: int, vm_port: int, user: str, password: str, start: str) -> str:
    """Give ipmi_sim's lan.conf for one node (ipmi_lan(5))."""
    return f"""\
name "{name}"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 {port}
    priv_limit admin
    allowed_auths_callback md5
    allowed_auths_user md5
    allowed_auths_operator md5
    allowed_auths_admin md5
    guid a123456789abcdefa123456789abcdef
  endlan
  # Nobody connects to this line, but without one the BMC refuses to control the power.
  serial 15 127.0.0.1 {vm_port} codec VM
  startcmd "{start}"
  startnow false
  poweroff_wait 1
  kill_wait 5
  user 1 false "" "" user 10 md5
  user 2 true "{user}" "{password}" admin 10 md5
"""


def bmc_user(password: str) -> str:
    """Give the name of a BMC's one user, which nobody guesses: IPMI takes 16 characters, ipmi_sim 15 and their end.

    ipmi_sim grants cipher suite 0 (no authentication at all, IPMI 2.0 table 22-20) to whoever names a user, and no
    configuration of it forbids that: so the name is a secret too.
    """
    return "sidus" + hashlib.sha256(b"user of " + password.encode()).hexdigest()[:10]


# ipmi_sim's own commands (ipmi_sim_cmd(5)): one management controller, and switch it on.
BMC_COMMANDS = """\
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
"""


def _option(text: str) -> str:
    """Give a value inside a QEMU option, where a comma is written twice."""
    return text.replace(",", ",,")
