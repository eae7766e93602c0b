"""Counting: each world some hundred times, what was said against what is true."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from scipy import stats

import sidus_lab as sl
from benchmarks.liars import (
    bits_more,
    bits_nodes,
    bits_settings,
    changes,
    records,
    tables_design,
    tables_honest,
    tables_more,
    tables_settings,
    tables_time,
)
from benchmarks.liars.bits import BitCase, all_cases
from benchmarks.liars.reading import Said, contradictions, read
from benchmarks.liars.world import WORLDS, Case, Truth, World
from sidus_lab.analysis.sentence import Verdict
from sidus_lab.errors import SidusError

LOADED = (
    tables_honest,
    tables_time,
    tables_design,
    tables_settings,
    tables_more,
    records,
    changes,
    bits_more,
    bits_nodes,
    bits_settings,
)
"""The modules that enter their worlds and cases when they are imported."""


@dataclass
class Tally:
    """What was counted in one world: tables, and of them those with a lie, a wrong cause and so on."""

    world: str
    honest: bool
    tables: int = 0
    false: int = 0
    causes_false: int = 0
    causes_right: int = 0
    untold: int = 0
    against_itself: int = 0
    refused: int = 0
    right: list[int] = field(default_factory=list)
    wanted: bool = False
    lies: Counter[str] = field(default_factory=Counter)
    covered: dict[str, list[int]] = field(default_factory=dict)

    def mask(self) -> str:
        """The numbers of the tables on which the right thing was said, as a hexadecimal bit mask."""
        return f"{sum(1 << number for number in self.right):x}"


def judge(case: Case, call: str) -> tuple[Said, ...]:
    """Ask the analysis as a user would, and read what it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return read(_ask(case, call))


def _ask(case: Case, call: str) -> Verdict:
    if call == "table":
        return sl.explain(case.frame, **case.ask)
    if call == "records":
        return sl.explain_records(case.frame, **case.ask)
    return sl.analysis.read_changes(case.frame, **case.ask)


def lies(said: Iterable[Said], found: Truth) -> list[str]:
    """The sentences with a tick that are false, named by claim and cause."""
    wrong = []
    for item in said:
        if not item.ticked:
            continue
        if item.claim == "drift" and "drift-hourly" in found.lies and "an hour" in item.text:
            wrong.append("drift-hourly")
        if item.absurd:
            wrong.append("absurd")
        if not found.allows(item.claim, item.names) and not (item.assumes and "assumed" in found.true):
            wrong.append(item.claim)
        wrong += [claim for claim in item.bits if claim in found.lies]
        if false_cause(item, found):
            wrong.append(f"cause:{item.cause}")
    return wrong


def false_cause(item: Said, found: Truth) -> bool:
    """Whether a ticked sentence names a cause that is none. Software is no cause but of what the proof shows."""
    return item.ticked and bool(item.cause) and item.claim != "software" and item.cause not in found.causes


def count(world: World, tables: int) -> Tally:
    """Make, judge and count the first `tables` tables of a world."""
    tally = Tally(world.name, world.honest, tables)
    for number in range(tables):
        case = world.case(number)
        tally.wanted = tally.wanted or bool(case.truth.right)
        try:
            said = judge(case, world.call)
        except SidusError:
            tally.refused += 1
            tally.untold += 1
            continue
        _add(tally, said, case.truth, number)
    return tally


def _add(tally: Tally, said: tuple[Said, ...], found: Truth, number: int) -> None:
    wrong = lies(said, found)
    tally.lies.update(set(wrong))
    tally.false += bool(wrong)
    tally.causes_false += any(false_cause(item, found) for item in said)
    named = [item for item in said if item.ticked and item.cause and item.claim != "software"]
    tally.causes_right += bool(named) and not any(false_cause(item, found) for item in named)
    claims = {item.claim for item in said if item.ticked}
    positive = claims - {"software", "bits", "other", "alike"}
    tally.untold += not positive
    tally.against_itself += bool(contradictions(said))
    if found.right & claims and not any(false_cause(item, found) for item in said):
        tally.right.append(number)
    for claim, value in found.intervals.items():
        for item in said:
            same = item.claim == claim or {item.claim, claim} == {"nodes", "nodes-here"}
            if same and item.interval is not None:
                # A share of 0 lies at the end of what an interval can hold: half of what misses it is cut off there.
                at_end = claim == "nodes" and value == 0
                seen = tally.covered.setdefault("nodes, 0" if at_end else claim, [0, 0])
                seen[0] += int(item.interval[0] - 1e-12 <= value <= item.interval[1] + 1e-12)
                seen[1] += 1
                break


@dataclass
class BitTally:
    """The cases about bits: how many, and the names of those that went wrong, with what was said."""

    cases: int = 0
    false: dict[str, str] = field(default_factory=dict)
    causes_false: dict[str, str] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    against_itself: dict[str, str] = field(default_factory=dict)
    right: int = 0
    wanted: int = 0


def count_bits(chosen: Sequence[BitCase] | None = None) -> BitTally:
    """Judge every case about bits."""
    tally = BitTally()
    for case in all_cases() if chosen is None else chosen:
        said = read(sl.explain_records(case.frame(), **case.ask()))
        ticked = [item for item in said if item.ticked]
        text = " | ".join(item.text for item in ticked if item.claim != "software")
        claimed = {c for item in ticked if not _excused(item, case) for c in item.bits} - case.may
        causes = {item.cause for item in ticked if item.cause and item.claim != "software"}
        tally.cases += 1
        if claimed:
            tally.false[case.name] = f"{', '.join(sorted(claimed))}: {text}"
        if causes - case.causes:
            tally.causes_false[case.name] = f"{', '.join(sorted(causes - case.causes))}: {text}"
        if clash := contradictions(said):
            tally.against_itself[case.name] = clash[0]
        if case.must:
            tally.wanted += 1
            if case.must & (causes | {c for item in ticked for c in item.bits}):
                tally.right += 1
            else:
                tally.missed[case.name] = f"{', '.join(sorted(case.must))} not in: {text}"
    return tally


def _excused(item: Said, case: BitCase) -> bool:
    """Whether a sentence names the nodes that it does not hold for."""
    return bool(case.unless) and all(node in item.text for node in case.unless)


def upper(successes: int, trials: int, level: float = 0.95) -> float:
    """The upper end of Clopper and Pearson's (1934) interval of a rate."""
    if successes >= trials:
        return 1.0
    return float(stats.beta.ppf((1 + level) / 2, successes + 1, trials - successes))


def lower(successes: int, trials: int, level: float = 0.95) -> float:
    """The lower end of the same interval."""
    return 0.0 if not successes else float(stats.beta.ppf((1 - level) / 2, successes, trials - successes + 1))


def run(tables: int, names: Sequence[str] = (), processes: int = 1, *, exact: bool = False) -> Iterator[Tally]:
    """Count every world, or those whose name holds one of `names` (`exact`: is one), in the order of the files."""
    chosen = [
        world
        for name, world in WORLDS.items()
        if (name in names if exact else not names or any(part in name for part in names))
    ]
    if processes == 1:
        yield from (count(world, tables) for world in chosen)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(_by_name, [(world.name, tables) for world in chosen])


def _by_name(job: tuple[str, int]) -> Tally:
    name, tables = job
    return count(WORLDS[name], tables)
