"""From facts and witnesses to the proof: which level holds on which node, and in what the nodes differ. Pure.

What was not looked at does not hold, and says so: it is neither a pass nor a failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sidus_lab.sidus import mounts, own
from sidus_lab.sidus.claims import Claim, State
from sidus_lab.sidus.command_line import common_command_line, same_words
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.measured import claim as measured
from sidus_lab.sidus.proof import Difference, Kind, NodeProof, Proof
from sidus_lab.sidus.witness import Witness as Server

# Alarms after which somebody else may hold this boot's word and the node's host key.
_BROKEN = ("fetched-again", "booted-again")


def prove(
    facts: Sequence[NodeFacts],
    assigned: Mapping[str, str],
    missing: Mapping[str, str] | None = None,
    witnesses: Mapping[str, Server] | None = None,
) -> Proof:
    """Judge the facts of nodes.

    Parameters
    ----------
    facts : sequence of NodeFacts
    assigned : mapping
        Node -> the root hash that the server assigned to it.
    missing : mapping
        Node -> why it could not be asked.
    witnesses : mapping
        Node -> what the server says of its boot. A node without one is not proven: nobody else saw it boot.
    """
    seen = witnesses or {}
    nodes = tuple(judge(each, assigned.get(each.name, ""), seen.get(each.name)) for each in facts)
    equal: list[str] = []
    different: list[Difference] = []
    if len(nodes) > 1:
        for kind, fields in _fields(facts).items():
            for name, values in fields.items():
                if len(set(values.values())) == 1:
                    equal.append(name)
                else:
                    different.append(Difference(name, values, kind))
    return Proof(nodes, tuple(equal), tuple(different), dict(missing or {}))


def judge(facts: NodeFacts, assigned: str, server: Server | None) -> NodeProof:
    """Judge one node."""
    claims = (
        _booted(facts, server),
        _asked(facts, assigned, server),
        _loaded(facts, server),
        _enforced(facts),
        _scrubbed(facts),
        _own(facts, server),
        _clean(facts),
        measured.claim(facts, server),
    )
    return NodeProof(facts, claims, server)


def _booted(facts: NodeFacts, server: Server | None) -> Claim:
    def claim(state: State, reason: str, **values: str | int) -> Claim:
        return Claim("booted", state, reason, values, "report" if server and server.boot else "bmc")

    if server is None:
        return Claim("booted", "not-looked-at", "no-witness")
    if server.power == "off":
        return claim("fails", "machine-off")
    if server.power != "on" and not server.by_hand:
        return claim("not-looked-at", "power-unknown")
    if not server.ordered:
        return claim("fails", "not-ordered")
    if not server.boot:
        return claim("fails", "not-reported")
    if facts.boot != server.boot:
        return claim("fails", "another-boot", boot=facts.boot[:8], reported=server.boot[:8])
    if not facts.nonce:
        return claim("not-looked-at", "no-nonce")
    if not facts.answer or facts.answer != server.answer:
        return claim("fails", "wrong-answer" if facts.answer else "no-answer")
    broken = [alarm for alarm in server.alarms if alarm.what in _BROKEN]
    if broken:
        addresses = ", ".join(sorted({address for alarm in broken for address in alarm.addresses}))
        return claim("fails", broken[0].what, addresses=addresses or "?")
    return claim("holds", "this-boot-by-hand" if server.by_hand else "this-boot", boot=facts.boot[:8])


def _asked(facts: NodeFacts, assigned: str, server: Server | None) -> Claim:
    def claim(state: State, reason: str, **values: str | int) -> Claim:
        return Claim("asked", state, reason, values, "kernel")

    told, wanted = facts.asked[:12], assigned[:12]
    if not facts.asked:
        return claim("fails", "no-root-hash")
    if not assigned:
        return claim("fails", "not-assigned", told=told)
    if facts.asked != assigned:
        return claim("fails", "other-assigned", told=told, wanted=wanted)
    if server is not None and server.command_line:
        lacking, more = same_words(facts.command_line, server.command_line)
        if lacking or more:
            return claim("fails", "other-arguments", lacking=" ".join(lacking), more=" ".join(more))
    return claim("holds", "asked", told=told)


def _loaded(facts: NodeFacts, server: Server | None) -> Claim:
    def claim(state: State, reason: str, **values: str | int) -> Claim:
        return Claim("loaded", state, reason, values, "server")

    if server is None or not server.published:
        return Claim("loaded", "not-looked-at", "no-witness")
    harmed = sorted(name for name, digest in server.published.items() if server.found.get(name) != digest)
    if harmed:
        return claim("fails", "published-damaged", files=", ".join(harmed))
    if not facts.build_id or not server.build_id:
        return claim("not-looked-at", "kernel-unread")
    if facts.build_id != server.build_id:
        return claim("fails", "other-kernel", running=facts.build_id[:12], published=server.build_id[:12])
    return claim("holds", "published-kernel", build=facts.build_id[:12])


def _enforced(facts: NodeFacts) -> Claim:
    def claim(state: State, reason: str, **values: str | int) -> Claim:
        return Claim("enforced", state, reason, values, "kernel")

    if not facts.enforced:
        return claim("fails", "no-verity")
    if facts.enforced != facts.asked:
        return claim("fails", "other-enforced", enforced=facts.enforced[:12])
    if facts.status != "V":
        return claim("fails", "corruption", status=facts.status or "?")
    return claim("holds", "enforced", enforced=facts.enforced[:12])


def _scrubbed(facts: NodeFacts) -> Claim:
    if facts.scrub == "failed" or facts.status == "C":
        return Claim("scrubbed", "fails", "block-wrong", {}, "kernel")
    if facts.scrub == "passed" and facts.status == "V":
        return Claim("scrubbed", "holds", "scrubbed", {}, "kernel")
    return Claim("scrubbed", "not-looked-at", "not-scrubbed", {}, "kernel")


def _own(facts: NodeFacts, server: Server | None) -> Claim:
    if not facts.own:
        return Claim("own", "not-looked-at", "own-unread", {}, "probe")
    here = own.digest(facts.own)
    if server is None or not server.own:
        return Claim("own", "not-looked-at", "no-witness")
    if here != server.own:
        return Claim("own", "fails", "own-differ", {"here": here[:12], "wanted": server.own[:12]}, "probe")
    return Claim("own", "holds", "own", {"files": own.count(facts.own), "digest": here[:12]}, "probe")


def _clean(facts: NodeFacts) -> Claim:
    looked = facts.looked
    if facts.drift:
        shown = ", ".join(f"{drift.how} /{drift.path.lstrip('/')}" for drift in facts.drift[:3])
        more = ", ..." if looked.found > 3 else ""
        return Claim("clean", "fails", "drift", {"found": looked.found, "shown": shown + more}, "probe")
    if not looked.whole:
        return Claim("clean", "not-looked-at", looked.reason, {}, "probe")
    counts = {"paths": looked.paths, "state": looked.state}
    beside = mounts.beside(mounts.parse(facts.sections.get("mounts", "")))
    if beside:
        return Claim("clean", "holds", "clean-beside", {**counts, "beside": "; ".join(beside)}, "probe")
    return Claim("clean", "holds", "clean", counts, "probe")


def _fields(facts: Sequence[NodeFacts]) -> dict[Kind, dict[str, dict[str, str]]]:
    """Give every compared field with each node's value, by its kind."""
    hardware = {f.name: f.hardware for f in facts}
    settings = {f.name: f.settings for f in facts}
    return {
        "software": {
            "root hash": {f.name: f.enforced for f in facts},
            "kernel": {f.name: f"{f.release} {f.version}" for f in facts},
            "kernel build": {f.name: f.build_id for f in facts},
            "command line": {f.name: common_command_line(f.command_line) for f in facts},
            "own files": {f.name: own.common(f.own) for f in facts},
        },
        "hardware": {
            "CPU model": {name: h.cpu for name, h in hardware.items()},
            "CPU family": {name: f"{h.vendor} {h.family} stepping {h.stepping}" for name, h in hardware.items()},
            "CPU flags": _not_shared({name: h.flags for name, h in hardware.items()}),
            "processors": {name: str(h.processors) for name, h in hardware.items()},
            "memory": {name: f"{h.memory} MiB" for name, h in hardware.items()},
            "product": {name: h.product for name, h in hardware.items()},
            "firmware": {name: h.firmware for name, h in hardware.items()},
        },
        "setting": {
            "microcode": {name: s.microcode for name, s in settings.items()},
            "C-states": {
                name: ", ".join(f"{c.name}{' (off)' if c.disabled else ''}" for c in s.idle_states)
                for name, s in settings.items()
            },
            "governor": {name: s.governor for name, s in settings.items()},
            "boost": {name: s.boost for name, s in settings.items()},
            "SMT": {name: s.smt for name, s in settings.items()},
            "processors off": {name: s.offline for name, s in settings.items()},
            "clock source": {name: s.clock_source for name, s in settings.items()},
            "huge pages": {name: s.pages for name, s in settings.items()},
            "sysctl": {
                name: "; ".join(f"{key} = {now}" for key, (_, now) in s.sysctl.items()) for name, s in settings.items()
            },
            "kernel modules": _not_shared({name: s.modules for name, s in settings.items()}),
        },
    }


def _not_shared(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give for each node the words that not all nodes have; equal texts mean equal words."""
    common = set.intersection(*(set(each) for each in words.values())) if words else set()
    return {name: " ".join(word for word in each if word not in common) for name, each in words.items()}
