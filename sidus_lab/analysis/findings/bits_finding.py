"""What the result hashes of one operation show, as a value: groups of nodes, settings judged, the cause or why none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sidus_lab.analysis.finding import Finding, Software
from sidus_lab.analysis.findings.following import Attribution
from sidus_lab.analysis.findings.judged import Effect, Judged, LeftOut, Partition
from sidus_lab.analysis.findings.records import Setting, forced
from sidus_lab.analysis.findings.within import Within

Reason = Literal[
    "wavering",  # a node disagrees with itself
    "not-together",  # the nodes were not measured under the same settings
    "single-hardware",  # one node of a kind
    "single-code",
    "single-software",
    "confounded",  # the groups follow several things that differ together
    "software-differs",
    "software-unproven",
    "hardware-unknown",
    "code-unknown",
    "few-repeats",
    "equal-hardware",
    "against-hardware",  # nodes of one kind gave different results
    "against-code",
]
"""Why the groups of nodes cannot be put down to anything."""

Choice = Literal["by-hardware", "by-hardware-single", "by-kind", "equal-hardware", "untold"]
"""What is known of the choice that a setting overrules: its manual says that it is made by the hardware, and the groups
follow the kind (or there is one node of a kind); they follow the kind; it differs on equal hardware; or nothing."""

BY_HARDWARE = {
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "GLIBC_TUNABLES",
}
"""Settings that overrule a choice which, by its own manual, a library makes by the processor that it finds."""


@dataclass(frozen=True)
class Unsteady:
    """A node that gave several results in its repeats at one setting."""

    node: str
    results: int
    repeats: int


@dataclass(frozen=True)
class At:
    """One operation at one setting (all factors): groups of steady nodes, the others, how many results in all."""

    setting: Setting
    groups: Partition
    wavering: tuple[Unsteady, ...]
    results: int

    @property
    def agree(self) -> bool | None:
        """Whether all nodes gave the same bits; None with fewer than two nodes to compare."""
        if self.wavering:
            return False
        return None if sum(map(len, self.groups)) < 2 else len(self.groups) == 1


@dataclass(frozen=True, kw_only=True)
class BitsFinding(Finding):
    """What the result hashes of one operation show.

    `at` is the setting (its forced part) that `groups` (steady nodes, by result), `repeats` (the fewest of a node) and
    `left_out` (nodes that gave nothing there) belong to; `within` is what nodes with several results show, `judged`
    each forced setting by itself, `attribution` what the groups follow, `software` what is known of it. `unhashed`
    counts runs without a result hash, `chance` is how often shuffled results would look as orderly, `alike` whether
    every node gave the same set of results, `settings` holds what the table shows.
    """

    at: Setting = ()
    groups: Partition = ()
    repeats: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    within: Within = field(default_factory=Within)
    judged: tuple[Judged, ...] = ()
    attribution: Attribution = field(default_factory=Attribution)
    software: Software = "unknown"
    unhashed: int = 0
    chance: float = 1.0
    alike: bool = False
    settings: tuple[At, ...] = field(default=(), repr=False)

    @property
    def reason(self) -> Reason:
        """Why the groups cannot be put down to anything, where no cause is named."""
        found = self.attribution
        if self.here and self.here.wavering:
            return "wavering"
        if len(self.groups) < 2 or self.at:
            return "not-together"
        if found.single:
            singles: dict[str, Reason] = {"hardware": "single-hardware", "code": "single-code"}
            return singles.get(found.single, "single-software")
        if len(found.explaining) > 1:
            return "confounded"
        if "software" in found.unknown:
            return "software-differs" if self.software == "different" else "software-unproven"
        if found.unknown:
            return "hardware-unknown" if "hardware" in found.unknown else "code-unknown"
        if found.alone:
            return "few-repeats"
        if found.states.get("hardware") == "refuted":
            return "against-hardware"
        return "equal-hardware" if found.states.get("code", "constant") == "constant" else "against-code"

    def choice(self, setting: Setting) -> Choice:
        """What is known of the choice that a setting overrules."""
        known = all(factor in BY_HARDWARE for factor, _ in setting)
        if self.attribution.alone == "hardware":
            return "by-hardware" if known else "by-kind"
        if self.attribution.single == "hardware" and known:
            return "by-hardware-single"
        return "equal-hardware" if self.attribution.states.get("hardware") == "constant" else "untold"

    @property
    def here(self) -> At | None:
        """What was seen at the setting that the nodes are compared at."""
        return self.seen_at(self.at)

    def seen_at(self, setting: Setting) -> At | None:
        """What was seen at a setting, by its forced part."""
        return next((item for item in self.settings if forced(item.setting) == setting), None)

    def with_effect(self, *effects: Effect) -> tuple[Judged, ...]:
        """The settings that did this; where one is part of another, only the smaller."""
        these = [item for item in self.judged if item.effect in effects]
        return tuple(i for i in these if not any(set(other.setting) < set(i.setting) for other in these))

    def agree_at(self, setting: Setting) -> bool | None:
        """Whether all nodes gave the same bits at a setting (all factors); None where that cannot be told."""
        return next((item.agree for item in self.settings if item.setting == setting), None)

    def same_as_baseline(self, setting: Setting) -> bool | None:
        """Whether every node gives the same bits at a setting as with nothing forced; None when that is not known."""
        item = next((item for item in self.judged if item.setting == forced(setting)), None)
        if item is None or item.left_out.wavering or not item.nodes:
            return None
        return not item.moved
