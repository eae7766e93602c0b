"""What may be said about the software of the nodes: exactly what the proof shows, and no more."""

from __future__ import annotations

from sidus_lab.analysis.findings.software import Reached, SoftwareFinding
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, names

CHECK = "equal root hash, kernel and command line on all nodes, the root hash enforced by each node's kernel"


def software(finding: SoftwareFinding) -> Said:
    """One sentence about the software of the nodes."""
    text = {
        "proven": _proven,
        "different": _different,
        "versions": _versions,
        "no-proof": _no_proof,
        "recorded": _recorded,
        "other-records": _other_records,
        "strangers": _strangers,
        "not-enforced": _not_enforced,
        "changed": _changed,
        "not-looked": _not_looked,
        "not-covered": _not_covered,
        "not-shown": _not_shown,
    }[finding.why](finding)
    return Said(text, CHECK)


def _proven(finding: SoftwareFinding) -> str:
    return f"{_shown(finding)}. No file of the system differs from the image since boot."


def _shown(finding: SoftwareFinding) -> str:
    """What stands of the kernels and the blocks they verified."""
    scrubbed = finding.levels.get("scrubbed", Reached(unseen=finding.covered))
    text = (
        f"The software is proven the same on {_all(len(finding.covered))}: each kernel refuses any block that does not "
        "belong to this image, and root hash, kernel and command line are equal"
    )
    if scrubbed.everywhere:
        return f"{text}; every block was read and verified"
    without = sorted({*scrubbed.missed, *scrubbed.unseen})
    if len(without) == len(finding.covered):
        return f"{text}; that every block was read and verified is not shown, so only blocks that were used are proven"
    return f"{text}; on {names(without)} only the blocks that were used are verified, not every block"


def _changed(finding: SoftwareFinding) -> str:
    where = names(finding.levels["clean"].missed)
    return f"{_shown(finding)}. But files of the system differ from the image since boot on {where}."


def _not_looked(finding: SoftwareFinding) -> str:
    unseen = finding.levels["clean"].unseen
    where = "" if len(unseen) == len(finding.covered) else f" on {names(unseen)}"
    return (
        f"The {count(len(finding.covered), 'node')} booted the same image, and each kernel enforces it; what the nodes "
        f"wrote over it since boot was not looked at{where}, so that the software is still the same is not shown."
    )


def _not_enforced(finding: SoftwareFinding) -> str:
    enforced = finding.levels["enforced"]
    without = sorted({*enforced.missed, *enforced.unseen})
    where = "" if len(without) == len(finding.covered) else f" on {names(without)}"
    return (
        f"The {count(len(finding.covered), 'node')} were told to boot the same image, but that the kernel enforces it "
        f"is not shown{where}: this is what was asked for, not a proof."
    )


def _different(finding: SoftwareFinding) -> str:
    return f"The nodes do not run the same software: they differ in {names(finding.different)}."


def _versions(finding: SoftwareFinding) -> str:
    groups = [f"{version[:12]} on {names(nodes)}" for version, nodes in finding.versions.items()]
    return f"The nodes booted different versions: {'; '.join(groups)}."


def _no_proof(finding: SoftwareFinding) -> str:  # noqa: ARG001
    return "No proof was given: the software may differ between the nodes."


def _recorded(finding: SoftwareFinding) -> str:
    if len(finding.versions) > 1:
        return (
            f"No proof was given. The records name {len(finding.versions)} root hashes, each for all nodes, which says "
            "what was recorded, not what each kernel enforced."
        )
    return (
        "No proof was given. The records name one root hash for all nodes, which says what was recorded, not what each "
        "kernel enforced."
    )


def _other_records(finding: SoftwareFinding) -> str:
    return (
        f"The proof says that the nodes run the same software, but the records name {len(finding.versions)} different "
        "root hashes: the proof does not belong to these records."
    )


def _strangers(finding: SoftwareFinding) -> str:
    return (
        f"The proof covers {count(len(finding.covered), 'node')}, but nothing is shown for {names(finding.strangers)}, "
        "which the records name too."
    )


def _not_covered(finding: SoftwareFinding) -> str:
    words = {
        "boot-not-recorded": "the records of {} do not say in which boot they were measured",
        "boot-not-proven": "no proof was taken in a boot in which {} measured",
        "other-image": "the records of {} name another image than their proofs",
        "not-looked-after": "nobody looked at {} after the last execution of a boot",
    }
    why = "; ".join(words[kind].format(names(nodes)) for kind, nodes in finding.gaps.items())
    return f"That the software is the same is not proven for all of these measurements: {why}."


def _not_shown(finding: SoftwareFinding) -> str:
    words = {"asked": "told to boot the image", "enforced": "enforced by the kernel", "clean": "unchanged since boot"}
    gaps = [
        f"not shown to be {word} on {names(nodes)}"
        for level, word in words.items()
        if (reached := finding.levels.get(level)) and (nodes := reached.missed)
    ]
    why = f": it is {'; '.join(gaps)}" if gaps else f" on {names(finding.covered)}"
    return f"That the software is the same is not proven{why}."


def _all(number: int) -> str:
    return "both nodes" if number == 2 else f"all {number} nodes" if number > 2 else "the one node"
