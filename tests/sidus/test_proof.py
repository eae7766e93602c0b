"""The proof's decisions: every side of every claim, on facts of a real node."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from sidus_lab import words
from sidus_lab.errors import SidusError
from sidus_lab.sidus import own, say
from sidus_lab.sidus.claims import LEVELS, NEEDED, Claim
from sidus_lab.sidus.command_line import common_command_line, same_words
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.judge import prove
from sidus_lab.sidus.layers import Drift, OwnFile
from sidus_lab.sidus.proof import NodeProof, Proof
from sidus_lab.sidus.witness import Alarm, Witness
from tests.sidus.test_facts import ROOT_HASH, parsed

OTHER = "ab" * 32
NONCE, ANSWER = "00" * 16, "ef" * 32


def node(name: str = "node1", **changes: object) -> NodeFacts:
    """Facts of a node in order: scrubbed, nothing drifted, and it answered."""
    facts = parsed()
    line = facts.command_line.replace("sidus.node=node1", f"sidus.node={name}").replace(
        "sidus.node=node2", f"sidus.node={name}"
    )
    whole = {"name": name, "scrub": "passed", "drift": (), "command_line": line, "nonce": NONCE, "answer": ANSWER}
    return replace(facts, **{**whole, **changes})  # type: ignore[arg-type]


def drifted(*drift: Drift) -> dict[str, object]:
    return {"drift": drift, "looked": replace(parsed().looked, found=len(drift))}


def seen(facts: NodeFacts, **changes: object) -> Witness:
    """What the server says of a boot in order."""
    files = {"vmlinuz": "aa", "initrd": "bb"}
    whole = Witness(
        power="on",
        ordered=1.0,
        boot=facts.boot,
        answer=ANSWER,
        command_line=facts.command_line,
        own=own.digest(facts.own),
        published=files,
        found=files,
        build_id=facts.build_id,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def judged(facts: NodeFacts, assigned: str = ROOT_HASH, **witness: object) -> NodeProof:
    return prove([facts], {facts.name: assigned}, None, {facts.name: seen(facts, **witness)}).nodes[0]


def proof_of(*facts: NodeFacts, missing: dict[str, str] | None = None) -> Proof:
    return prove(facts, {each.name: ROOT_HASH for each in facts}, missing, {each.name: seen(each) for each in facts})


def test_everything_holds() -> None:
    found = judged(node())
    assert found.proven
    assert [claim.level for claim in found.claims] == list(LEVELS)
    states = {claim.level: claim.state for claim in found.claims}
    assert states.pop("measured") == "not-looked-at"  # there is no TPM, and nothing else is worse for it
    assert set(states.values()) == {"holds"}
    assert all(claim.witness != "none" for claim in found.claims if claim.holds)


# What is wrong -> the level, what becomes of it, why, and words of the sentence.
WRONG: list[tuple[dict[str, object], dict[str, object], str, str, str, str]] = [
    ({}, {"power": "off"}, "booted", "fails", "machine-off", "the machine is off"),
    ({}, {"power": "unknown"}, "booted", "not-looked-at", "power-unknown", "does not say whether"),
    ({}, {"ordered": 0.0}, "booted", "fails", "not-ordered", "was not ordered"),
    ({}, {"boot": ""}, "booted", "fails", "not-reported", "did not report"),
    ({}, {"boot": "another"}, "booted", "fails", "another-boot", "another"),
    ({"nonce": ""}, {}, "booted", "not-looked-at", "no-nonce", "without a question"),
    ({"answer": ""}, {}, "booted", "fails", "no-answer", "does not know the word"),
    ({"answer": "00" * 32}, {}, "booted", "fails", "wrong-answer", "another word"),
    ({"answer": ""}, {"answer": ""}, "booted", "fails", "no-answer", "does not know the word"),
    ({}, {"alarms": (Alarm("fetched-again", 2, ("10.0.0.66",)),)}, "booted", "fails", "fetched-again", "10.0.0.66"),
    ({}, {"alarms": (Alarm("booted-again", 2, ("10.0.0.66",)),)}, "booted", "fails", "booted-again", "two boots"),
    ({"asked": ""}, {}, "asked", "fails", "no-root-hash", "names no root hash"),
    ({"asked": OTHER}, {}, "asked", "fails", "other-assigned", "is assigned: boot it again"),
    ({}, {"command_line": "boot=sidus nosmt"}, "asked", "fails", "other-arguments", "lacks [nosmt]"),
    ({}, {"found": {"vmlinuz": "ac", "initrd": "bb"}}, "loaded", "fails", "published-damaged", "vmlinuz"),
    ({}, {"found": {"vmlinuz": "aa", "initrd": ""}}, "loaded", "fails", "published-damaged", "initrd"),
    ({}, {"build_id": "00" * 20}, "loaded", "fails", "other-kernel", "000000000000 is published"),
    ({}, {"build_id": ""}, "loaded", "not-looked-at", "kernel-unread", "could not be read"),
    ({"build_id": ""}, {}, "loaded", "not-looked-at", "kernel-unread", "could not be read"),
    ({}, {"published": {}}, "loaded", "not-looked-at", "no-witness", "the server was not asked"),
    ({"enforced": ""}, {}, "enforced", "fails", "no-verity", "does not stand on a verity device"),
    ({"enforced": OTHER}, {}, "enforced", "fails", "other-enforced", "not what was asked"),
    ({"status": "C"}, {}, "enforced", "fails", "corruption", "found corruption (status C)"),
    ({"status": ""}, {}, "enforced", "fails", "corruption", "status ?"),
    ({"own": ()}, {}, "own", "not-looked-at", "own-unread", "could not be listed"),
    ({}, {"own": "ab" * 32}, "own", "fails", "own-differ", "abababababab is the server's"),
    ({}, {"own": ""}, "own", "not-looked-at", "no-witness", "the server was not asked"),
    (drifted(Drift("changed", 3, "etc/hosts")), {}, "clean", "fails", "drift", "changed /etc/hosts"),
    (drifted(Drift("deleted", 0, "usr/bin/fio")), {}, "clean", "fails", "drift", "deleted /usr/bin/fio"),
    (drifted(Drift("covered", 0, "/")), {}, "clean", "fails", "drift", "covered /"),
    (
        {"looked": replace(parsed().looked, whole=False, reason="upper-not-live")},
        {},
        *("clean", "not-looked-at", "upper-not-live", "not what / writes to"),
    ),
]


@pytest.mark.parametrize(("changes", "witness", "level", "state", "reason", "said"), WRONG)
def test_a_node_is_not_proven(
    changes: dict[str, object], witness: dict[str, object], level: str, state: str, reason: str, said: str
) -> None:
    found = judged(node(**changes), **witness)
    claim = found.claim(level)
    assert (claim.state, claim.reason, claim.holds) == (state, reason, False)
    assert said in say.claim(claim)
    assert not found.proven
    proof = prove([found.facts], {"node1": ROOT_HASH}, None, {"node1": found.witness} if found.witness else {})
    assert not proof.same
    assert proof.verdict == "Not proven: node1. The table says why."
    shown, sentence = ("".join(text.split()) for text in (str(proof), f"{say.state(claim)}: {say.claim(claim)}"))
    assert sentence in shown  # "not looked at" as plainly as "failed"
    assert proof.summary()["levels"][level]["node1"] is (None if state == "not-looked-at" else False)


def test_a_node_that_nobody_saw_boot_is_not_proven() -> None:
    found = prove([node()], {"node1": ROOT_HASH}).nodes[0]
    assert {claim.level: claim.reason for claim in found.claims if claim.level in NEEDED and not claim.holds} == {
        "booted": "no-witness",
        "loaded": "no-witness",
        "own": "no-witness",
    }
    assert not found.proven


def test_nothing_is_assigned() -> None:
    claim = judged(node(), "").claim("asked")
    assert (claim.holds, claim.reason) == (False, "not-assigned")


def test_a_node_that_is_switched_by_hand_vouches_for_itself() -> None:
    found = judged(node(), power="unknown", by_hand=True)
    assert found.proven
    assert "nobody else says that it is on" in say.claim(found.claim("booted"))


def test_forged_and_doubled_reports_are_shown_and_prove_nothing_wrong() -> None:
    facts = node()
    alarms = (Alarm("forged", 7, ("10.0.0.66",)), Alarm("doubled", 1, ("10.0.0.67",)))
    proof = prove([facts], {"node1": ROOT_HASH}, None, {"node1": seen(facts, alarms=alarms)})
    assert proof.same
    assert "alarm:     node1: 7 reports without this boot's word, from 10.0.0.66" in str(proof)
    assert "10.0.0.67" in proof._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("changes", "state", "said"),
    [
        ({"scrub": "not-done"}, "not-looked-at", "not done: blocks are verified when they are read"),
        ({"scrub": "failed", "status": "C"}, "fails", "a block does not fit"),
        ({"scrub": "passed", "status": "C"}, "fails", "a block does not fit"),  # found after the scrub
    ],
)
def test_the_scrub_is_a_claim_of_its_own(changes: dict[str, object], state: str, said: str) -> None:
    found = judged(node(**changes))
    claim = found.claim("scrubbed")
    assert (claim.state, said in say.claim(claim)) == (state, True)
    assert found.proven == (changes.get("status", "V") == "V")


def test_many_drifted_files_are_counted_and_the_first_named() -> None:
    drift = tuple(Drift("added", 1, f"usr/bin/{n}") for n in range(5))
    claim = judged(node(**drifted(*drift))).claim("clean")
    assert say.claim(claim) == "5 of the system's: added /usr/bin/0, added /usr/bin/1, added /usr/bin/2, ..."


def test_who_could_still_fool_it_stands_in_plain_words() -> None:
    proof = proof_of(node())
    for text in (str(proof), json.dumps(proof.to_dict()), proof._repr_mimebundle_()["text/html"]):
        assert "Root on a node" in text
        assert "Somebody in the boot network" in " ".join(text.split())


def test_two_nodes_that_are_the_same() -> None:
    proof = proof_of(node("node1"), node("node2"))
    assert proof.same
    assert proof.different == ()
    software = {"root hash", "kernel", "kernel build", "command line", "own files"}
    assert {*software, "CPU model", "CPU flags", "clock source", "sysctl"} <= set(proof.equal)
    assert proof.root_hash == ROOT_HASH
    assert proof.verdict == (
        f"node[1-2] run the same software, image {ROOT_HASH[:12]}: every block of it was read and verified."
    )


def test_without_the_scrub_the_sentence_says_less() -> None:
    proof = proof_of(node("node1"), node("node2", scrub="not-done"))
    assert proof.same
    assert proof.verdict.endswith("verified whenever a block is read.")


def test_different_hardware_is_named_and_is_still_the_same_software() -> None:
    first, second = node("node1"), node("node2")
    flags = tuple(flag for flag in second.hardware.flags if flag != "sse4_2")
    second = replace(second, hardware=replace(second.hardware, cpu="Another CPU", flags=flags))
    proof = proof_of(first, second)
    assert proof.same
    found = {entry.field: dict(entry.values) for entry in proof.different}
    assert found == {
        "CPU model": {"node1": first.hardware.cpu, "node2": "Another CPU"},
        "CPU flags": {"node1": "sse4_2", "node2": ""},
    }
    assert {entry.kind for entry in proof.different} == {"hardware"}
    assert "different: hardware: CPU model: node1" in str(proof)


def test_a_setting_is_no_hardware_and_no_software() -> None:
    first, second = node("node1"), node("node2")
    second = replace(second, settings=replace(second.settings, clock_source="hpet", governor="performance"))
    proof = proof_of(first, second)
    assert proof.same
    assert {entry.field: entry.kind for entry in proof.different} == {"clock source": "setting", "governor": "setting"}
    assert proof.summary()["settings"] == ["governor", "clock source"]
    machines = proof.hardware
    assert machines["node1"]["fingerprint"] == machines["node2"]["fingerprint"]
    assert machines["node1"]["settings"] != machines["node2"]["settings"]
    assert (machines["node1"]["clock_source"], machines["node1"]["usual_clock"]) == ("tsc", True)
    assert (machines["node2"]["clock_source"], machines["node2"]["usual_clock"]) == ("hpet", False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"release": "6.1.0-99-amd64"}, "kernel"),
        ({"version": "#1 SMP other"}, "kernel"),
        ({"build_id": "00" * 20}, "kernel build"),
        ({"command_line": "boot=sidus sidus.node=node2 mitigations=off"}, "command line"),
        ({"own": (OwnFile("usr/lib/numpy.py", "f", "644", ("0", "0"), "aa"),)}, "own files"),
    ],
)
def test_other_software_is_not_the_same(changes: dict[str, object], field: str) -> None:
    proof = proof_of(node("node1"), node("node2", **changes))
    assert all(each.proven for each in proof.nodes)
    assert not proof.same
    assert [entry.kind for entry in proof.different] == ["software"]
    assert proof.verdict == f"Each of node[1-2] is proven, but they are not the same: {field} differ."


def test_other_images_are_not_the_same_even_when_each_is_what_was_asked() -> None:
    second = node("node2", asked=OTHER, enforced=OTHER)
    first = node("node1")
    witnesses = {"node1": seen(first), "node2": seen(second)}
    proof = prove([first, second], {"node1": ROOT_HASH, "node2": OTHER}, None, witnesses)
    assert all(each.proven for each in proof.nodes)
    assert not proof.same
    assert proof.root_hash == ""
    assert "root hash differ" in proof.verdict


BIOS = "vmlinuz initrd=initrd initrd=overlay.cpio.gz boot=sidus BOOTIF=01-52-54 sidus.node=node1 sidus.own=aa quiet"
UEFI = "initrd=initrd initrd=overlay.cpio.gz boot=sidus BOOTIF=01-52-55 sidus.node=node2 sidus.own=bb quiet"
GRUB = "BOOT_IMAGE=/s/vmlinuz boot=sidus BOOTIF=01-52-56 sidus.node=node3 sidus.own=cc quiet"


def test_neither_the_loaders_words_nor_the_nodes_own_are_compared() -> None:
    assert {common_command_line(line) for line in (BIOS, UEFI, GRUB)} == {"boot=sidus quiet"}
    proof = proof_of(node("node1", command_line=BIOS), node("node2", command_line=UEFI))
    assert proof.same
    one_program = "sidus.efi sidus.overlay=node3-ab.cpio.gz sidus.overlay_sum=dd boot=sidus quiet sidus.node=node3"
    assert common_command_line(one_program) == "boot=sidus quiet"
    assert same_words(one_program, "boot=sidus quiet sidus.node=node3") == ([], [])
    assert common_command_line("quiet vmlinuz") == "quiet vmlinuz"  # only the first word is the loader's


def test_words_that_a_node_lacks_and_words_that_nobody_gave_it() -> None:
    assert same_words(BIOS, GRUB.replace("node3", "node1").replace("=cc", "=aa")) == ([], [])
    assert same_words(BIOS, UEFI) == (["sidus.node=node2", "sidus.own=bb"], ["sidus.node=node1", "sidus.own=aa"])
    assert same_words("boot=sidus init=/bin/sh", "boot=sidus") == ([], ["init=/bin/sh"])
    assert same_words("a=1 a=2", "a=1") == ([], ["a=2"])


def test_own_files_are_compared_but_for_name_identity_and_keys() -> None:
    files = node().own
    others = tuple(replace(f, sha256="00" * 32) if f.path == "etc/hostname" else f for f in files)
    assert others != files
    assert own.digest(others) != own.digest(files)
    assert proof_of(node("node1"), node("node2", own=others)).same


def test_a_node_that_could_not_be_asked() -> None:
    proof = proof_of(node("node1"), missing={"node2": "Nothing answers.\nNext: look"})
    assert not proof.same
    assert proof.verdict == "Not proven for all: node2 could not be asked."
    assert "missing:   node2: Nothing answers." in str(proof)


def test_nobody_could_be_asked() -> None:
    proof = proof_of(missing={"node1": "gone", "node2": "gone"})
    assert not proof.same
    assert proof.root_hash == ""
    assert proof.verdict == "No node could be asked."
    assert "node2: gone" in str(proof)
    assert proof.to_dict()["nodes"] == []


def test_one_node_alone() -> None:
    proof = proof_of(node())
    assert proof.same
    assert (proof.equal, proof.different) == ((), ())
    assert proof.verdict == f"node1 runs the image {ROOT_HASH[:12]}: every block of it was read and verified."


def test_plain_data_and_html() -> None:
    facts = node("node1", command_line="boot=sidus <script>alert(1)</script>")
    proof = proof_of(facts, node("node2", **drifted(Drift("added", 1, "usr/<b>"))))
    data = json.loads(json.dumps(proof.to_dict()))
    assert data["same"] is False
    assert data["nodes"][1]["claims"]["clean"]["state"] == "fails"
    assert data["nodes"][1]["drift"] == [{"how": "added", "size": 1, "path": "usr/<b>", "what": ""}]
    bundle = proof._repr_mimebundle_()
    assert "<b>" not in bundle["text/html"].replace("<b>node", "")
    assert "<script>" not in bundle["text/html"]
    assert proof.verdict in bundle["text/plain"]
    assert bundle["text/html"].count("not looked at") == 2  # the level "measured" of both
    assert "a look through it as root" in bundle["text/html"]  # who shows it


def test_a_stored_proof_is_read_back_whole() -> None:
    facts = node("node2", **drifted(Drift("added", 1, "x", "y")))
    first = node("node1")
    alarms = (Alarm("forged", 2, ("a",)),)
    proof = prove([first, facts], {"node1": ROOT_HASH}, {"node3": "gone"}, {"node1": seen(first, alarms=alarms)})
    stored = json.loads(json.dumps(proof.to_dict()))
    again = Proof.from_dict(stored)
    assert again == proof
    assert again.to_dict() == proof.to_dict()
    assert (str(again), again.summary(), again.hardware) == (str(proof), proof.summary(), proof.hardware)


@pytest.mark.parametrize("broken", [{"format": 1}, {"format": 99}, {"nodes": [{}]}, {"nodes": 3}, {"different": [{}]}])
def test_what_is_no_stored_proof_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(SidusError) as caught:
        Proof.from_dict({**proof_of(node()).to_dict(), **broken})
    assert caught.value.hint


def test_every_reason_has_the_same_words_in_every_language() -> None:
    english, *others = (say.LANGUAGES[name] for name in words.LANGUAGES)
    for other in others:
        for table in ("STATES", "LEVELS", "ABOUT", "WITNESSES", "CLAIMS", "KINDS", "ALARMS", "VERDICTS", "TEXTS"):
            here, there = getattr(english, table), getattr(other, table)
            assert here.keys() == there.keys(), table
            for key in here:
                assert set(re.findall(r"{(\w+)}", here[key])) == set(re.findall(r"{(\w+)}", there[key])), key
    assert set(LEVELS) == set(english.LEVELS) == set(english.ABOUT)


def test_a_proof_can_be_read_in_french() -> None:
    proof = proof_of(node("node1"), node("node2", scrub="not-done"))
    with words.language("fr"):
        assert "exécutent le même logiciel" in proof.verdict
        assert "non examiné: pas fait" in " ".join(str(proof).split())
    assert "run the same software" in proof.verdict


def test_claims_are_read_back() -> None:
    claim = Claim("own", "fails", "own-differ", {"here": "a", "wanted": "b"}, "probe")
    assert Claim.from_dict("own", json.loads(json.dumps(claim.to_dict()))) == claim
    with pytest.raises(ValueError, match="maybe"):
        Claim.from_dict("own", {**claim.to_dict(), "state": "maybe"})


def test_a_shared_home_is_named_and_is_no_drift_of_the_system() -> None:
    facts = node()
    home = "99 33 0:50 / /home rw - nfs4 10.0.0.1:/home rw"
    shared = replace(facts, sections={**facts.sections, "mounts": f"{facts.sections['mounts']}\n{home}\n"})
    found = judged(shared)
    claim = found.claim("clean")
    assert (claim.state, claim.reason) == ("holds", "clean-beside")
    assert found.proven
    for language, said in (("en", "beside the system"), ("fr", "à côté du système")):
        with words.language(language):
            shown = str(Proof((found,), (), (), {}))
            assert said in shown
            assert "nfs4 /home from 10.0.0.1:/home" in shown
