"""From the facts of nodes to the proof: which level holds on which node, and in what the nodes differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.proof import Claim, Difference, NodeProof, Proof

# Arguments that belong to the node itself: equal software has them different.
OWN_ARGUMENTS = ("sidus.node", "BOOTIF")
# What software writes while it runs; drift anywhere else changes the system itself.
STATE_FOLDERS = ("var/", "tmp/", "root/", "home/", "run/", "etc/machine-id", "etc/.pwd.lock")


def prove(facts: Sequence[NodeFacts], assigned: Mapping[str, str], missing: Mapping[str, str] | None = None) -> Proof:
    """Judge the facts of nodes.

    Parameters
    ----------
    facts : sequence of NodeFacts
    assigned : mapping
        Node -> the root hash that the server assigned to it.
    missing : mapping
        Node -> why it could not be asked.
    """
    nodes = tuple(_judge(each, assigned.get(each.name, "")) for each in facts)
    equal: list[str] = []
    different: list[Difference] = []
    if len(nodes) > 1:
        for name, values in _fields(facts).items():
            if len(set(values.values())) == 1:
                equal.append(name)
            else:
                different.append(Difference(name, values))
    return Proof(nodes, tuple(equal), tuple(different), dict(missing or {}))


def _judge(facts: NodeFacts, assigned: str) -> NodeProof:
    return NodeProof(facts, _asked(facts, assigned), _enforced(facts), _scrubbed(facts), _drift(facts))


def _asked(facts: NodeFacts, assigned: str) -> Claim:
    if not facts.asked:
        return Claim(False, "the command line names no root hash")
    if not assigned:
        return Claim(False, f"{facts.asked[:12]}, but nothing is assigned to it")
    if facts.asked != assigned:
        return Claim(False, f"{facts.asked[:12]}, but {assigned[:12]} is assigned: boot it again")
    return Claim(True, facts.asked[:12])


def _enforced(facts: NodeFacts) -> Claim:
    if not facts.enforced:
        return Claim(False, "/ does not stand on a verity device")
    if facts.enforced != facts.asked:
        return Claim(False, f"{facts.enforced[:12]}, not what was asked")
    if facts.status != "V":
        return Claim(False, f"the kernel found corruption (status {facts.status or 'unknown'})")
    return Claim(True, f"{facts.enforced[:12]}, status V")


def _scrubbed(facts: NodeFacts) -> Claim:
    if facts.scrub == "passed" and facts.status == "V":
        return Claim(True, "every block read and verified")
    if facts.scrub == "failed" or facts.status == "C":
        return Claim(False, "a block does not fit the root hash")
    return Claim(False, "not done: blocks are verified when they are read")


def _drift(facts: NodeFacts) -> Claim:
    system = [entry for entry in facts.drift if not entry.path.startswith(STATE_FOLDERS)]
    state = len(facts.drift) - len(system)
    if system:
        shown = ", ".join(f"{entry.how} /{entry.path}" for entry in system[:3])
        return Claim(False, f"{len(system)} of the system's files: {shown}{', ...' if len(system) > 3 else ''}")
    return Claim(True, f"none of the system's files ({state} state files)" if state else "none")


def _fields(facts: Sequence[NodeFacts]) -> dict[str, dict[str, str]]:
    """Give every compared field with each node's value in words; software first."""
    columns: dict[str, dict[str, str]] = {
        "root hash": {f.name: f.enforced for f in facts},
        "kernel": {f.name: f"{f.release} {f.version}" for f in facts},
        "kernel build": {f.name: f.build_id for f in facts},
        "command line": {f.name: common_command_line(f.command_line) for f in facts},
    }
    hardware = {f.name: f.hardware for f in facts}
    columns["CPU model"] = {name: h.cpu for name, h in hardware.items()}
    columns["CPU family"] = {name: f"{h.vendor} {h.family} stepping {h.stepping}" for name, h in hardware.items()}
    columns["CPU flags"] = _own_flags({name: h.flags for name, h in hardware.items()})
    columns["microcode"] = {name: h.microcode for name, h in hardware.items()}
    columns["processors"] = {name: str(h.processors) for name, h in hardware.items()}
    columns["memory"] = {name: f"{h.memory} MiB" for name, h in hardware.items()}
    columns["product"] = {name: h.product for name, h in hardware.items()}
    columns["firmware"] = {name: h.firmware for name, h in hardware.items()}
    columns["C-states"] = {
        name: ", ".join(f"{s.name}{' (off)' if s.disabled else ''}" for s in h.c_states) or "none offered"
        for name, h in hardware.items()
    }
    columns["governor"] = {name: h.governor or "none" for name, h in hardware.items()}
    columns["clock source"] = {name: h.clocksource for name, h in hardware.items()}
    return columns


def _own_flags(flags: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give for each node the flags that not all nodes have; equal texts mean equal flags."""
    common = set.intersection(*(set(each) for each in flags.values())) if flags else set()
    own = {name: [flag for flag in each if flag not in common] for name, each in flags.items()}
    if not any(own.values()):
        return dict.fromkeys(flags, "all the same")
    return {name: (" ".join(each) if each else "no others") for name, each in own.items()}


def common_command_line(line: str) -> str:
    """Give a kernel command line without the arguments that belong to one node."""
    return " ".join(word for word in line.split() if word.partition("=")[0] not in OWN_ARGUMENTS)
