"""Which nodes got the same bits, which forced setting makes them agree, and what that leaves as the cause.

Results are compared as sets for each node, code, image and boot before chance is named; a setting is compared on the
nodes that were measured with it and without. A cause is named only where these data could have shown it false.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sidus_lab.analysis.finding import Cause, Claim, Doubt, Doubted, Software
from sidus_lab.analysis.findings import witness
from sidus_lab.analysis.findings.bits_finding import At, BitsFinding, Unsteady
from sidus_lab.analysis.findings.following import ALPHA, Attribution, attribute, by_chance
from sidus_lab.analysis.findings.judged import Judged, LeftOut, judge
from sidus_lab.analysis.findings.records import BASELINE, Records, Setting
from sidus_lab.analysis.findings.results import LEAST, Cell, Cells, cells, groups, profiles
from sidus_lab.analysis.findings.within import within


def found(records: Records, software: Software) -> tuple[BitsFinding, ...]:
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


def _look(records: Records, operation: str, by_setting: dict[Setting, Cells], software: Software) -> BitsFinding:
    """Sort the results: everything but the claim."""
    tried = [setting for setting, here in by_setting.items() if any(cell.runs for cell in here.values())]
    everyone = {*records.nodes, *records.lost_nodes}
    at = _reference(by_setting, tried)
    here = by_setting.get(at, {})
    there = [cell for cell in here.values() if cell.runs]
    steady = [cell for cell in there if cell.steady or (len(cell.by_variant) > 1 and _by_variant(cell))]
    judged = tuple(judge(s, here, cells_) for s, cells_ in by_setting.items() if s and s != at) if at == () else ()
    crashed = {node for node, cell in here.items() if cell.crashed and not cell.runs}
    unhashed = {node for node, cell in here.items() if cell.unhashed and not cell.runs} - crashed
    seen = {cell.node for cell in there}
    return BitsFinding(
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
        chance=by_chance(
            [[run.result for run in cell.runs] for cell in there if cell.steady],
            [run.result for cell in there if not cell.steady for run in cell.runs],
        ),
        alike=len({cell.results for cell in there}) == 1,
    )


def _reference(by_setting: dict[Setting, Cells], tried: Sequence[Setting]) -> Setting:
    """The setting that nodes are compared at: nothing forced, or else one where they differ, or else the first."""

    def compared(setting: Setting) -> list[Cell]:
        return [cell for cell in by_setting[setting].values() if cell.runs]

    if () in tried and len(compared(())) > 1:
        return ()
    pairs = [setting for setting in tried if len(compared(setting)) > 1]
    differing = [setting for setting in pairs if len({cell.results for cell in compared(setting)}) > 1]
    return next(iter(differing or pairs or tried), ())


def _by_variant(cell: Cell) -> bool:
    return all(len(results) == 1 for results in cell.by_variant.values())


def _at(records: Records, here: Cells, setting: Setting) -> At:
    levels = dict(setting)
    runs = [cell for cell in here.values() if cell.runs]
    return At(
        tuple((factor, levels.get(factor, BASELINE)) for factor in records.factors),
        groups([cell for cell in runs if cell.steady]),
        tuple(Unsteady(cell.node, len(cell.results), cell.repeats) for cell in runs if not cell.steady),
        len(frozenset[str]().union(*(cell.results for cell in runs))),
    )


def _attribution(records: Records, steady: Sequence[Cell], software: Software) -> Attribution:
    """What the results of the steady nodes follow: their hardware, their code, their software."""
    labels = {"hardware": records.labels("hardware")}
    code = records.labels("code_hash")
    if any(code.values()):  # recorded nowhere, it is taken to be what one run sent to all nodes
        labels["code"] = code
    images = records.labels("root_hash")
    if software == "same":
        labels["software"] = dict.fromkeys(records.nodes, "same")
    elif software == "different" and len(set(images.values())) > 1:
        labels["software"] = images
    else:
        labels["software"] = {}
    return attribute(profiles(steady), labels)


def _decided(bits: BitsFinding, records: Records) -> BitsFinding:
    """The finding with its claim, its cause and its doubts."""
    if not bits.settings:
        return bits
    if bits.within.follows or (bits.within.fits and not bits.within.restless):
        return _follows(bits)
    if bits.within.nodes:
        return _wavers(bits)
    if len(bits.nodes) < 2:
        return replace(bits, claim=Claim.BITS_NOT_COMPARED)
    if len(bits.groups) > 1:
        return _differ(bits, records)
    return _agree(bits, records)


def _follows(bits: BitsFinding) -> BitsFinding:
    """The results of a node follow something that was recorded."""
    causes: dict[tuple[str, ...], Cause] = {("code",): "code", ("image",): "software"}
    cause: Cause = causes.get(bits.within.follows, "unknown") if len(bits.groups) < 2 else "unknown"
    few = (Doubted(Doubt.FEW_REPEATS, "failed", bits.within.chance, limit=ALPHA, about="chance"),)
    doubts = () if bits.within.follows else few
    return replace(bits, claim=Claim.BITS_FOLLOW, held=True, cause=cause, doubts=doubts)


def _wavers(bits: BitsFinding) -> BitsFinding:
    """Some nodes disagree with themselves; the others may still be steady and different."""
    if len(bits.groups) > 1:
        few = _few(bits)
        if not few and bits.chance > ALPHA:
            few = (Doubted(Doubt.FEW_REPEATS, "failed", bits.chance, limit=ALPHA, about="chance"),)
        return replace(bits, claim=Claim.BITS_DIFFER, held=True, doubts=few)
    # Where the other nodes are steady, it may be something about this one.
    all_waver = bits.within.restless == bits.nodes and not bits.within.fits
    return replace(bits, claim=Claim.BITS_UNSTABLE, held=True, cause="chance" if all_waver else "unknown")


def _differ(bits: BitsFinding, records: Records) -> BitsFinding:
    """All nodes are steady, and they differ."""
    if these := bits.with_effect("removes"):
        return _by_setting(bits, Claim.BITS_FORCED_AGREE, these, records)
    if these := bits.with_effect("merges"):
        return _by_setting(bits, Claim.BITS_FORCED_FEWER, these, records)
    claim = Claim.BITS_PERSIST if any(item.in_vain for item in bits.judged) else Claim.BITS_DIFFER
    few = _few(bits)
    causes: dict[str, Cause] = {"hardware": "hardware", "code": "code", "software": "software"}
    cause = causes.get(bits.attribution.alone, "unknown") if not few and bits.chance <= ALPHA else "unknown"
    doubts = few
    if cause == "hardware" and (by_itself := _by_itself(bits, records)) > ALPHA:
        doubts += (Doubted(Doubt.FEW_NODES, "noted", by_itself, limit=ALPHA),)
    if cause != "unknown" and "code" not in bits.attribution.states:
        doubts += (Doubted(Doubt.SOFTWARE, "unknown", about="code"),)
    return replace(bits, claim=claim, held=True, cause=cause, doubts=doubts)


def _by_itself(bits: BitsFinding, records: Records) -> float:
    """How often the nodes' results would follow their kinds if each node had one of those seen by itself."""
    kinds = {records.labels("hardware")[node] for nodes in bits.groups for node in nodes}
    seen, nodes = len(bits.groups), sum(map(len, bits.groups))
    onto = sum((-1) ** k * math.comb(seen, k) * (seen - k) ** len(kinds) for k in range(seen + 1))
    return float(onto / seen**nodes)


def _agree(bits: BitsFinding, records: Records) -> BitsFinding:
    """All nodes are steady and agree; what the settings do to that."""
    if these := bits.with_effect("splits"):
        return _by_setting(bits, Claim.BITS_FORCED_DIFFER, these, records)
    if these := bits.with_effect("unsettles"):
        everywhere = all(set(item.left_out.wavering) >= set(bits.nodes) for item in these)
        return replace(bits, claim=Claim.BITS_UNSTABLE, held=True, cause="chance" if everywhere else "unknown")
    if any(item.stray for item in bits.judged):
        return replace(bits, claim=Claim.BITS_DIFFER, held=False)
    whole = not bits.at and not bits.left_out.nodes and not any(item.left_out.nodes for item in bits.judged)
    few = _few(bits)
    if not few and (thin := [item for item in bits.judged if item.repeats < LEAST]):
        few = (Doubted(Doubt.FEW_REPEATS, "failed", min(item.repeats for item in thin), limit=LEAST),)
    changing = bits.with_effect("changes")
    if changing and whole and not few:
        return _by_setting(bits, Claim.BITS_AGREE, changing, records)
    told = whole and not few
    return replace(bits, claim=Claim.BITS_AGREE, held=whole, cause="none" if told else "unknown", doubts=few)


def _by_setting(bits: BitsFinding, claim: Claim, these: Sequence[Judged], records: Records) -> BitsFinding:
    """What a setting does, and whether it is the cause: that takes one of these settings with nothing against it.

    A missing control (``noted``) costs the cause, but not the tick on what was seen.
    """
    against = [_against(bits, item, records) for item in these]
    doubts = min(against, key=lambda found: [sum(doubt.state == s for doubt in found) for s in ("failed", "noted")])
    earned = all(doubt.state == "unknown" for doubt in doubts)
    return replace(bits, claim=claim, held=True, cause="setting" if earned else "unknown", doubts=doubts)


def _against(bits: BitsFinding, item: Judged, records: Records) -> tuple[Doubted, ...]:
    """What speaks against a setting as the cause: too few repeats, no control, other things that differ."""
    name = ", ".join(f"{factor}={level}" for factor, level in item.setting)
    doubts = []
    if item.repeats < LEAST:
        doubts.append(Doubted(Doubt.FEW_REPEATS, "failed", item.repeats, limit=LEAST, about=name))
    elif item.chance > ALPHA:
        doubts.append(Doubted(Doubt.FEW_REPEATS, "failed", item.chance, limit=ALPHA, about="chance"))
    if item.one_way:
        doubts.append(Doubted(Doubt.UNBALANCED_ORDER, "noted", nodes=item.one_way, about=name))
    elif not item.ordered:
        doubts.append(Doubted(Doubt.ORDER_UNKNOWN, "unknown", about=name))
    if item.apart:
        doubts.append(Doubted(Doubt.ONE_BOOT, "noted", nodes=item.apart, about=name))
    if bits.claim is not Claim.BITS_AGREE and item.effect in ("removes", "merges"):
        code = records.labels("code_hash")
        codes = {code.get(node, "") for node in item.nodes}
        if bits.software != "same":
            doubts.append(Doubted(Doubt.SOFTWARE, "failed", about=bits.software))
        if len(codes) > 1:
            doubts.append(Doubted(Doubt.SOFTWARE, "failed", about="code"))
    return tuple(doubts)


def _few(bits: BitsFinding) -> tuple[Doubted, ...]:
    if bits.repeats >= LEAST:
        return ()
    return (Doubted(Doubt.FEW_REPEATS, "failed", bits.repeats, limit=LEAST),)
