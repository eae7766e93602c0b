"""What a verdict claims, sentence by sentence, in the words in which worlds say what is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.liars.bits import claims as bit_claims
from sidus_lab.analysis.sentence import Sentence, Verdict

HERE = re.compile(r"in this session|as (they were )?booted|these boots|this boot", re.IGNORECASE)
ASSUMES = re.compile(r"assum|taken to be independent|cannot be looked at", re.IGNORECASE)
SOME = re.compile(
    r"none elsewhere|not on all|differs? (between|from) (the )?nodes|depends on the node|only on", re.IGNORECASE
)
ABSURD = re.compile(r"\d{5,} %|\d(\.\d+)?e[+-]?\d+ %")
NAMED = re.compile(r"\bnode\d+\b")


@dataclass(frozen=True)
class Said:
    """One sentence: what it claims, whether with a tick, which cause it names, which nodes, which number.

    `claim` is one of ``nodes``, ``nodes-here`` (in this session only), ``odd``, ``kind``, ``setting``,
    ``setting-some`` (on some nodes), ``swap.node``, ``swap.image``, ``swap.code``, ``swap.some``, ``drift``,
    ``unlike`` (repeats), ``alike``, ``bits`` (then `bits` holds what of `bits.CLAIMS` it claims), ``software``,
    ``change-place``, ``change-all``, ``change-program``, ``other``.
    """

    claim: str
    ticked: bool
    cause: str
    names: frozenset[str] = field(default_factory=frozenset)
    subject: str = ""
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    assumes: bool = False
    absurd: bool = False
    text: str = ""
    bits: frozenset[str] = field(default_factory=frozenset)


def read(verdict: Verdict) -> tuple[Said, ...]:
    """Every sentence of a verdict as a `Said`."""
    return tuple(_read(verdict))


def _read(verdict: Verdict) -> Iterator[Said]:
    for sentence in verdict.sentences:
        ends = sentence.interval
        claim = _found(sentence) or _claim(sentence)
        yield Said(
            claim,
            sentence.passed,
            "" if sentence.cause in ("unknown", "none") else sentence.cause,
            frozenset(NAMED.findall(sentence.text)),
            sentence.subject,
            sentence.estimate,
            (ends.low, ends.high) if ends is not None else None,
            _assumes(sentence),
            bool(ABSURD.search(sentence.text)),
            sentence.text,
            _bits(sentence) if claim == "bits" else frozenset(),
        )


OF_CLAIM = {
    "nodes-constant": "other",
    "nodes-apart": "odd",
    "kind-matters": "kind",
    "repeats-differ": "unlike",
    "drift": "drift",
    "interaction": "swap.some",
    "effect-varies": "setting-some",
}
"""Claims of findings that mean one thing here, whatever the sentence says."""

BITS_OF_CLAIM = {
    "bits-agree": "same",
    "bits-differ": "differ",
    "bits-unstable": "unstable",
    "bits-forced-agree": "forced",
    "bits-forced-fewer": "fewer",
    "bits-forced-differ": "induced",
}


def _found(sentence: Sentence) -> str:
    """The claim from the finding behind a sentence; empty where that has none or does not tell."""
    finding = getattr(sentence, "finding", None)
    if finding is None:
        return ""
    claim = str(finding.claim)
    if claim == "effect-varies" and finding.about == "cause":
        return "swap.some"
    return "bits" if claim in BITS_OF_CLAIM else OF_CLAIM.get(claim, "")


def _bits(sentence: Sentence) -> frozenset[str]:
    finding = getattr(sentence, "finding", None)
    told = {BITS_OF_CLAIM.get(str(finding.claim), "")} - {""} if finding is not None else set()
    return frozenset(bit_claims(sentence.text) | told)


def _assumes(sentence: Sentence) -> bool:
    finding = getattr(sentence, "finding", None)
    return bool(finding is not None and finding.assumed) or bool(ASSUMES.search(sentence.text))


def _claim(sentence: Sentence) -> str:
    reader = {
        "nodes": _nodes,
        "time": _time,
        "repeats": _repeats,
        "hardware": lambda _: "kind",
        "setting": _setting,
        "cause": _swap,
        "bits": lambda _: "bits",
        "software": lambda _: "software",
    }.get(sentence.about)
    return reader(sentence) if reader else "other"


def _nodes(sentence: Sentence) -> str:
    if re.search(r"stands? apart", sentence.text):
        return "odd"
    if sentence.unit != "share of variance" and not sentence.cause and not sentence.interval:
        return "other"
    if sentence.cause == "none":
        return "other"
    return "nodes-here" if HERE.search(sentence.text) else "nodes"


def _time(sentence: Sentence) -> str:
    if re.search(r"fold between", sentence.text):
        return _change(sentence)
    if sentence.text.startswith(f"{sentence.subject} with "):
        return _setting(sentence)
    if "No level of" in sentence.text:
        return "other"
    return _nodes(sentence)


def _repeats(sentence: Sentence) -> str:
    if "not alike" in sentence.text:
        return "unlike"
    if "taken as alike" in sentence.text:
        return "alike"
    if "an hour" in sentence.text:
        return "drift"
    return "other"


def _setting(sentence: Sentence) -> str:
    return "setting-some" if SOME.search(sentence.text) else "setting"


def _swap(sentence: Sentence) -> str:
    name = sentence.text.split(":")[0].strip()
    if "depends on the other" in sentence.text:
        return "swap.some"
    return f"swap.{name}" if name in ("node", "image", "code") else "other"


def _change(sentence: Sentence) -> str:
    if re.search(r"in that place|this place|one place", sentence.text):
        return "change-place"
    return "change-program" if "code" in sentence.text else "change-all"


def contradictions(said: tuple[Said, ...]) -> list[str]:
    """Pairs of sentences of one verdict that cannot both be meant."""
    found: list[str] = []

    def some(claim: str, *, ticked: bool, cause: str | None = None) -> bool:
        return any(s.claim == claim and s.ticked is ticked and (cause is None or s.cause == cause) for s in said)

    differ = some("nodes", ticked=True)
    shown_not = any(s.claim == "swap.node" and not s.ticked and "no effect" in s.text for s in said)
    if differ and shown_not:
        found.append("the nodes differ, and no effect of the hardware is shown")
    if some("alike", ticked=True) and (some("drift", ticked=True) or some("unlike", ticked=True)):
        found.append("the repeats are alike, and they drift")
    if some("odd", ticked=True) and any(
        s.claim in ("nodes", "nodes-here") and not s.ticked and "is not shown" in s.text for s in said
    ):
        found.append("a node stands apart, and no difference between the nodes is shown")
    same = any(s.claim == "software" and s.ticked and s.cause != "software" and "the same" in s.text for s in said)
    if same and any(s.ticked and s.cause == "software" and s.claim != "software" for s in said):
        found.append("the software is the same, and the software is the cause")
    other = any(s.claim == "software" and s.ticked and s.cause == "software" for s in said)
    if other and any(s.ticked and s.cause == "hardware" for s in said):
        found.append("the software differs, and the hardware is the cause")
    found += _of_bits(said)
    return found


def _of_bits(said: tuple[Said, ...]) -> list[str]:
    found = []
    for bits in (s for s in said if s.claim == "bits" and s.ticked):
        times = [s for s in said if s.subject == bits.subject and s.claim != "bits"]
        if "same bits on" in bits.text and any("results differ in bits" in s.text for s in times):
            found.append("the same bits, and results that differ")
        if bits.text.find("nodes differ in bits") >= 0 and any(
            "the same result" in s.text and " faster than " in s.text for s in times
        ):
            found.append("the nodes differ in bits, and one is faster for the same result")
    return found
