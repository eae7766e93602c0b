"""One forced setting judged by itself: what it does to the bits on the nodes that were measured with it and without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sidus_lab.analysis.findings.following import ALPHA, by_chance
from sidus_lab.analysis.findings.records import Setting
from sidus_lab.analysis.findings.results import LEAST, Cell, Cells, groups, profiles

Effect = Literal["removes", "merges", "splits", "regroups", "changes", "nothing", "unsettles", "untold"]
"""What a setting does on the nodes that are steady with it and without. ``removes``: they differ without, and agree
with it; ``merges``: some that differed agree; ``splits``: some that agreed differ; ``regroups``: other nodes agree;
``changes``: the bits, not who agrees; ``nothing``: not one bit; ``unsettles``: nodes steady without it are not with it;
``untold``: fewer than two nodes can be compared."""

Partition = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LeftOut:
    """Nodes that could not be compared under a setting, by the reason.

    `crashed`: the program ended badly there at least once; `unhashed`: it gave no result; `absent`: not measured with
    the setting; `only`: measured with the setting alone; `wavering`: several results, with it or without.
    """

    crashed: tuple[str, ...] = ()
    unhashed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    wavering: tuple[str, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted({*self.crashed, *self.unhashed, *self.absent, *self.only, *self.wavering}))


@dataclass(frozen=True)
class Judged:
    """What one setting did to the bits of one operation.

    `nodes` were compared; `before` and `after` are their groups without and with the setting, `repeats` the fewest
    runs of one of them at one of both, `chance` how often shuffled results would look as orderly. `stray` names nodes
    measured with the setting alone whose bits are none of those compared, `settled` nodes that waver without the
    setting and are steady with it. `one_way` names compared nodes whose runs without the setting all came before, or
    all after, those with it; `apart` those that had another boot, code or image for each; `ordered` is false where no
    order was recorded. `moved` names compared nodes whose bits changed, `obeyed` tells whether the program is known to
    have followed the setting (None: not recorded).
    """

    setting: Setting
    effect: Effect
    nodes: tuple[str, ...]
    before: Partition
    after: Partition
    repeats: int
    chance: float
    left_out: LeftOut
    stray: tuple[str, ...]
    settled: tuple[str, ...]
    one_way: tuple[str, ...]
    apart: tuple[str, ...]
    ordered: bool
    moved: tuple[str, ...]
    obeyed: bool | None = None

    @property
    def in_vain(self) -> bool:
        """Whether it was obeyed on every node compared, and these differ as before: by itself it is not the cause."""
        if self.effect not in ("changes", "nothing") or len(self.before) < 2 or self.left_out.nodes:
            return False
        return self.moved == self.nodes or (self.effect == "nothing" and self.obeyed is True)


def judge(setting: Setting, base: Cells, here: Cells) -> Judged:
    """Compare a setting with the baseline on the nodes that are steady at both and never crashed under it."""
    left = _left_out(base, here)
    nodes = tuple(node for node in sorted(here) if node in base and node not in left.nodes)
    before, after = [base[node] for node in nodes], [here[node] for node in nodes]
    one, other = profiles(before), profiles(after)
    first, second = groups(before), groups(after)
    moved = tuple(node for node in nodes if one[node] != other[node])
    stray = _stray(here, left.only, after)
    runs = [[run.result for run in cell.runs] for cell in (*before, *after)]
    return Judged(
        setting,
        _effect(base, here, first, second, bool(moved), bool(stray)),
        nodes,
        first,
        second,
        min((cell.repeats for cell in (*before, *after)), default=0),
        by_chance(runs),
        left,
        stray,
        tuple(node for node, cell in sorted(here.items()) if node in base and _settled(base[node], cell)),
        tuple(node for node in nodes if _one_way(base[node], here[node])),
        tuple(node for node in nodes if not _together(base[node], here[node])),
        all(run.place is not None for cell in (*before, *after) for run in cell.runs),
        moved,
    )


def _left_out(base: Cells, here: Cells) -> LeftOut:
    crashed = {node for node, cell in here.items() if cell.crashed}
    whole = {node for node, cell in base.items() if cell.runs}
    unhashed = {node for node, cell in here.items() if not cell.runs and cell.unhashed} - crashed
    absent = {node for node in whole if node not in here}
    only = {node for node, cell in here.items() if cell.runs and node not in whole} - crashed
    shaky = {node for cells in (base, here) for node, cell in cells.items() if cell.runs and not cell.steady}
    return LeftOut(*(tuple(sorted(found)) for found in (crashed, unhashed, absent, only, shaky - crashed)))


def _stray(here: Cells, only: tuple[str, ...], compared: list[Cell]) -> tuple[str, ...]:
    """The steady nodes that were measured under the setting alone and agree with none of those compared."""
    known = {cell.results for cell in compared}
    return tuple(node for node in only if here[node].steady and here[node].results not in known)


def _effect(base: Cells, here: Cells, before: Partition, after: Partition, moved: bool, stray: bool) -> Effect:
    calm = [node for node, cell in base.items() if cell.steady and node in here and here[node].runs]
    if any(not here[node].steady for node in calm):
        return "unsettles"
    if sum(map(len, before)) < 2:
        return "untold"
    if before == after:
        return "changes" if moved else "nothing"
    if _coarser(after, before):
        return "removes" if len(after) == 1 and not stray else "merges"
    return "splits" if _coarser(before, after) else "regroups"


def _coarser(one: Partition, other: Partition) -> bool:
    """Whether `one` only joins groups of `other`."""
    return all(any(set(part) <= set(whole) for whole in one) for part in other)


def _settled(base: Cell, here: Cell) -> bool:
    """Whether a node that wavers without the setting is steady with it, by more than the luck of few repeats."""
    if base.steady or not base.runs or not here.steady or here.repeats < LEAST:
        return False
    return by_chance([[run.result for run in here.runs]], [run.result for run in base.runs]) <= ALPHA


def _one_way(base: Cell, here: Cell) -> bool:
    """Whether all runs without the setting lie on one side of those with it, in every session that has both."""
    places: dict[str, tuple[list[float], list[float]]] = {}
    for index, cell in enumerate((base, here)):
        for run in cell.runs:
            if run.place is not None:
                places.setdefault(run.session, ([], []))[index].append(run.place)
    return bool(places) and not any(a and b and min(a) < max(b) and min(b) < max(a) for a, b in places.values())


def _together(base: Cell, here: Cell) -> bool:
    """Whether some boot, code and image was run both without the setting and with it."""
    ran: list[set[tuple[str, ...]]] = [{(run.boot, *run.variant) for run in cell.runs} for cell in (base, here)]
    return bool(ran[0] & ran[1])
