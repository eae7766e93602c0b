"""Which nodes got the same bits, which forced setting makes them agree, and what that leaves as the cause.

Results are compared as sets for each node, code, image and boot before chance is named; a setting is compared on the
nodes that were measured with it and without. A cause is named only where these data could have shown it false.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding, Software
from sidus_lab.analysis.findings import witness
from sidus_lab.analysis.findings.following import ALPHA, Attribution, attribute, by_chance
from sidus_lab.analysis.findings.judged import Effect, Judged, LeftOut, Partition, judge
from sidus_lab.analysis.findings.records import BASELINE, Records, Setting
from sidus_lab.analysis.findings.results import LEAST, Cell, Cells, cells, groups, profiles
from sidus_lab.analysis.findings.within import Within, within
from sidus_lab.analysis.values import Interval  # noqa: F401  (a field of Finding is of this type)


@dataclass(frozen=True)
class At:
    """One operation at one setting (all factors): the groups of steady nodes, the others, the runs with a result."""

    setting: Setting
    groups: Partition
    wavering: tuple[str, ...]
    results: int
    runs: int

    @property
    def agree(self) -> bool | None:
        """Whether all nodes gave the same bits; None with fewer than two nodes to compare."""
        if self.wavering:
            return False
        return None if sum(map(len, self.groups)) < 2 else len(self.groups) == 1


@dataclass(frozen=True, kw_only=True)
class Bits(Finding):
    """What the result hashes of one operation show.

    `at` is the setting (its forced part) that `groups` (steady nodes, by result), `repeats` (the fewest of a node) and
    `left_out` (nodes that gave nothing there) belong to; `within` is what nodes with several results show, `judged`
    each forced setting by itself, `attribution` what the groups follow, `software` what is known of it. `unhashed`
    counts runs without a result hash, `settings` holds what the table shows.
    """

    at: Setting = ()
    groups: Partition = ()
    repeats: int = 0
    left_out: LeftOut = LeftOut()
    within: Within = Within((), (), (), 1.0, ())
    judged: tuple[Judged, ...] = ()
    attribution: Attribution = Attribution({})
    software: Software = "unknown"
    unhashed: int = 0
    settings: tuple[At, ...] = field(default=(), repr=False)

    def with_effect(self, *effects: Effect) -> tuple[Judged, ...]:
        """The settings that did this; where one is part of another, only the smaller."""
        these = [item for item in self.judged if item.effect in effects]
        return tuple(i for i in these if not any(set(other.setting) < set(i.setting) for other in these))

    def agree_at(self, setting: Setting) -> bool | None:
        """Whether all nodes gave the same bits at a setting (all factors); None where that cannot be told."""
        return next((item.agree for item in self.settings if item.setting == setting), None)

    def same_as_baseline(self, setting: Setting) -> bool | None:
        """Whether every node gives the same bits at a setting as with nothing forced; None when that is not known."""
        forced_part = tuple((factor, level) for factor, level in setting if level != BASELINE)
        item = next((item for item in self.judged if item.setting == forced_part), None)
        if item is None or item.left_out.wavering or not item.nodes:
            return None
        return not item.moved


def found(records: Records, software: Software) -> tuple[Bits, ...]:
    """What the result hashes show, one finding for each operation in order of name.

    `software` is what is known of the software of the nodes: only where it is the same can hardware or a setting be
    the cause.
    """
    names = sorted({*records.rows["operation"], *(records.crashed["operation"] if len(records.crashed) else ())})
    everything = {name: cells(records, name) for name in names}
    first = [_look(records, name, by_setting, software) for name, by_setting in everything.items()]
    moved = {item.setting for bits in first for item in bits.judged if item.moved}
    said = {item.setting: witness.obeyed(records, item.setting) for bits in first for item in bits.judged}
    obeyed = {setting: True if word is None and setting in moved else word for setting, word in said.items()}
    told = [
        replace(bits, judged=tuple(replace(item, obeyed=obeyed[item.setting]) for item in bits.judged))
        for bits in first
    ]
    return tuple(_decided(bits, records) for bits in told)


def _look(records: Records, operation: str, by_setting: dict[Setting, Cells], software: Software) -> Bits:
    """Sort the results: everything but the claim."""
    tried = [setting for setting, here in by_setting.items() if any(cell.runs for cell in here.values())]
    everyone = {*records.nodes, *records.lost_nodes}
    at = _reference(by_setting, tried)
    here = by_setting.get(at, {})
    there = [cell for cell in here.values() if cell.runs]
    steady = [cell for cell in there if cell.steady or len(cell.by_variant) > 1 and _by_variant(cell)]
    judged = tuple(judge(s, here, cells_) for s, cells_ in by_setting.items() if s and s != at) if at == () else ()
    crashed = {node for node, cell in here.items() if cell.crashed and not cell.runs}
    unhashed = {node for node, cell in here.items() if cell.unhashed and not cell.runs} - crashed
    seen = {cell.node for cell in there}
    return Bits(
        about="bits",
        claim=Claim.BITS_NONE,
        subject=operation,
        held=False,
        rows=sum(cell.repeats for cells_ in by_setting.values() for cell in cells_.values()),
        nodes=tuple(sorted(seen)),
        at=at,
        groups=groups(steady),
        repeats=min((cell.repeats for cell in there), default=0),
        left_out=LeftOut(
            crashed=tuple(sorted(crashed)),
            unhashed=tuple(sorted(unhashed)),
            absent=tuple(sorted(everyone - seen - crashed - unhashed)),
        ),
        within=within(there),
        judged=judged,
        attribution=_attribution(records, steady, software),
        software=software,
        unhashed=sum(cell.unhashed for cells_ in by_setting.values() for cell in cells_.values()),
        settings=tuple(_at(records, by_setting[setting], setting) for setting in tried),
        estimate=by_chance(
            [[run.result for run in cell.runs] for cell in there if cell.steady],
            [run.result for cell in there if not cell.steady for run in cell.runs],
        )
        if there
        else None,
        unit="share of shuffled results as orderly",
    )


def _reference(by_setting: dict[Setting, Cells], tried: Sequence[Setting]) -> Setting:
    """The setting that nodes are compared at: nothing forced, or else the first with results of two nodes."""
    if () in tried:
        if sum(bool(cell.runs) for cell in by_setting[()].values()) > 1:
            return ()
    pairs = [s for s in tried if sum(bool(cell.runs) for cell in by_setting[s].values()) > 1]
    return pairs[0] if pairs else tried[0] if tried else ()


def _by_variant(cell: Cell) -> bool:
    return all(len(results) == 1 for results in cell.by_variant.values())


def _at(records: Records, here: Cells, setting: Setting) -> At:
    forced = dict(setting)
    runs = [cell for cell in here.values() if cell.runs]
    return At(
        tuple((factor, forced.get(factor, BASELINE)) for factor in records.factors),
        groups([cell for cell in runs if cell.steady]),
        tuple(cell.node for cell in runs if not cell.steady),
        len(frozenset().union(*(cell.results for cell in runs))),
        sum(cell.repeats for cell in runs),
    )


def _attribution(records: Records, steady: Sequence[Cell], software: Software) -> Attribution:
    """What the results of the steady nodes follow: their hardware, their code, their software."""
    labels = {"hardware": records.labels("hardware")}
    code = records.labels("code_hash")
    if any(code.values()):  # recorded nowhere, it is taken to be what one run sent to all nodes
        labels["code"] = code
    images = records.labels("root_hash")
    if software == "same":
        labels["software"] = {node: "same" for node in records.nodes}
    elif software == "different" and len(set(images.values())) > 1:
        labels["software"] = images
    else:
        labels["software"] = {}
    return attribute(profiles(steady), labels)


def _decided(bits: Bits, records: Records) -> Bits:
    """The finding with its claim, its cause and its doubts."""
    if not bits.settings:
        return bits
    if bits.within.follows:
        return _follows(bits)
    if bits.within.nodes:
        return _wavers(bits)
    if len(bits.nodes) < 2:
        return replace(bits, claim=Claim.BITS_NOT_COMPARED)
    if len(bits.groups) > 1:
        return _differ(bits, records)
    return _agree(bits, records)


def _follows(bits: Bits) -> Bits:
    """The results of a node follow something that was recorded."""
    causes = {("code",): "code", ("image",): "software"}
    cause = causes.get(bits.within.follows, "unknown") if len(bits.groups) < 2 else "unknown"
    return replace(bits, claim=Claim.BITS_FOLLOW, held=True, cause=cause)  # type: ignore[arg-type]


def _wavers(bits: Bits) -> Bits:
    """Some nodes disagree with themselves; the others may still be steady and different."""
    if len(bits.groups) > 1:
        few = _few(bits)
        if not few and _chance(bits) > ALPHA:
            few = (Doubted(Doubt.FEW_REPEATS, "failed", _chance(bits), limit=ALPHA, about="chance"),)
        return replace(bits, claim=Claim.BITS_DIFFER, held=True, doubts=few)
    restless = bool(bits.within.restless) and not bits.within.fits
    return replace(bits, claim=Claim.BITS_UNSTABLE, held=True, cause="chance" if restless else "unknown")


def _differ(bits: Bits, records: Records) -> Bits:
    """All nodes are steady, and they differ."""
    for claim, effect in ((Claim.BITS_FORCED_AGREE, "removes"), (Claim.BITS_FORCED_FEWER, "merges")):
        if these := bits.with_effect(effect):  # type: ignore[arg-type]
            return _by_setting(bits, claim, these, records)
    told = [item for item in bits.judged if item.effect not in ("untold", "nothing") or item.obeyed]
    claim = Claim.BITS_PERSIST if told else Claim.BITS_DIFFER
    few = _few(bits)
    alone = bits.attribution.alone
    earned = bool(alone) and not few and _chance(bits) <= ALPHA
    doubts = few
    if earned and "code" not in bits.attribution.states:
        doubts += (Doubted(Doubt.SOFTWARE, "unknown", about="code"),)
    return replace(bits, claim=claim, held=True, cause=alone if earned else "unknown", doubts=doubts)  # type: ignore[arg-type]


def _agree(bits: Bits, records: Records) -> Bits:
    """All nodes are steady and agree; what the settings do to that."""
    if these := bits.with_effect("splits"):
        return _by_setting(bits, Claim.BITS_FORCED_DIFFER, these, records)
    if bits.with_effect("unsettles"):
        return replace(bits, claim=Claim.BITS_UNSTABLE, held=True, cause="chance")
    if any(item.stray for item in bits.judged):
        return replace(bits, claim=Claim.BITS_DIFFER, held=False)
    whole = not bits.left_out.nodes and not any(item.left_out.nodes for item in bits.judged)
    few = _few(bits)
    if not few and (thin := [item for item in bits.judged if item.repeats < LEAST]):
        few = (Doubted(Doubt.FEW_REPEATS, "failed", min(item.repeats for item in thin), limit=LEAST),)
    changing = bits.with_effect("changes")
    if changing and whole and not few:
        return _by_setting(bits, Claim.BITS_AGREE, changing, records)
    told = whole and not few
    return replace(bits, claim=Claim.BITS_AGREE, held=whole, cause="none" if told else "unknown", doubts=few)


def _by_setting(bits: Bits, claim: Claim, these: Sequence[Judged], records: Records) -> Bits:
    """A claim that a setting is the cause: it stands on the first of these settings with nothing against it."""
    against = [_against(bits, item, records) for item in these]
    doubts = min(against, key=lambda found: sum(doubt.state == "failed" for doubt in found))
    failed = any(doubt.state == "failed" for doubt in doubts)
    return replace(bits, claim=claim, held=True, cause="unknown" if failed else "setting", doubts=doubts)


def _against(bits: Bits, item: Judged, records: Records) -> tuple[Doubted, ...]:
    """What speaks against a setting as the cause: too few repeats, no control, other things that differ."""
    name = ", ".join(f"{factor}={level}" for factor, level in item.setting)
    doubts = []
    if item.repeats < LEAST:
        doubts.append(Doubted(Doubt.FEW_REPEATS, "failed", item.repeats, limit=LEAST, about=name))
    elif item.chance > ALPHA:
        doubts.append(Doubted(Doubt.FEW_REPEATS, "failed", item.chance, limit=ALPHA, about="chance"))
    if item.one_way:
        doubts.append(Doubted(Doubt.UNBALANCED_ORDER, "failed", nodes=item.one_way, about=name))
    elif not item.ordered:
        doubts.append(Doubted(Doubt.ORDER_UNKNOWN, "unknown", about=name))
    if item.apart:
        doubts.append(Doubted(Doubt.ONE_BOOT, "failed", nodes=item.apart, about=name))
    if bits.claim is not Claim.BITS_AGREE and item.effect in ("removes", "merges"):
        codes = {records.labels("code_hash").get(node, "") for node in item.nodes}
        if bits.software != "same":
            doubts.append(Doubted(Doubt.SOFTWARE, "failed", about=bits.software))
        if len(codes) > 1:
            doubts.append(Doubted(Doubt.SOFTWARE, "failed", about="code"))
    return tuple(doubts)


def _few(bits: Bits) -> tuple[Doubted, ...]:
    if bits.repeats >= LEAST:
        return ()
    return (Doubted(Doubt.FEW_REPEATS, "failed", bits.repeats, limit=LEAST),)


def _chance(bits: Bits) -> float:
    return 1.0 if bits.estimate is None else bits.estimate
