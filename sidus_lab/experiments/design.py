"""The design of an experiment as data: which settings are run on each node, how often, in which order. Pure.

Every node runs the same executions, in an order of its own. Executions come in complete blocks (each holds every
combination of levels equally often), in random order inside each block, so that a slow change over time does not
follow the levels (R. A. Fisher, The Design of Experiments, 1935). An A/A phase comes first: the same combination under
the two names A and A', in random order inside each pair; what differs there is noise.

With more than one boot the node is started anew between them, and each boot holds equally many complete blocks. Then a
boot is A or A' as a whole, by lot: what differs between A and A' holds what differs from boot to boot, which is what a
claim about nodes or images must be held against (the unit that was randomised: S. H. Hurlbert, Pseudoreplication and
the Design of Ecological Field Experiments, 1984).
"""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from sidus_lab import html
from sidus_lab.experiments.factors import DesignError, Factor

Phase = Literal["aa", "main"]

MAX_EXECUTIONS = 10_000  # per node; a row takes about 2 kB and each run starts a process


@dataclass(frozen=True)
class Execution:
    """One planned execution on one node.

    `block` counts from 0 in each phase (in phase ``aa`` each pair is a block), `order` over the node's whole list,
    `repetition` over the executions of the same combination (and of A and A' apart). `aa` is ``A``, ``A'`` or "".
    `boot` counts the planned boots of the node from 0.
    """

    phase: Phase
    block: int
    order: int
    repetition: int
    aa: str
    levels: Mapping[str, str] = field(hash=False)
    boot: int = 0


@dataclass(frozen=True)
class Design:
    """Factors x levels x repetitions, in blocks, after an A/A phase.

    Parameters
    ----------
    factors : mapping of names to levels (environment variables), or a sequence of `Factor`
        May be empty: then one combination, with nothing set, is repeated.
    repetitions : int
        How often each combination of levels runs on each node.
    blocks : int
        Into how many complete blocks the repetitions are divided; it must divide them. By default one for each.
    aa : int
        Pairs of A and A' that each node runs first, all factors at their baseline; 0 leaves the A/A phase out. With
        more than one boot, as many of A and of A', spread over the boots of each.
    boots : int
        Boots of the same image over which the executions of each node are spread; it must divide `blocks`. The node is
        started anew between them.
    seed : int
        Makes the order. Drawn when not given; it is part of the design and stored with it.

    Raises `DesignError`.

    Examples
    --------
    >>> design = sl.Design({"OMP_NUM_THREADS": ["default", "1"]}, repetitions=3, boots=3, aa=3, seed=1)
    >>> design.executions_per_node
    12
    >>> [(each.boot, each.aa, each.levels["OMP_NUM_THREADS"]) for each in design.executions("node1")][:5]
    [(0, "A'", 'default'), (0, "A'", 'default'), (0, '', 'default'), (0, '', '1'), (1, "A'", 'default')]
    """

    factors: tuple[Factor, ...] = ()
    repetitions: int = 5
    blocks: int = 0
    aa: int = 4
    seed: int = -1
    boots: int = 1

    def __init__(
        self,
        factors: Mapping[str, Sequence[str]] | Sequence[Factor] = (),
        *,
        repetitions: int = 5,
        blocks: int | None = None,
        aa: int = 4,
        boots: int = 1,
        seed: int | None = None,
    ) -> None:
        if isinstance(factors, Mapping):
            made = tuple(Factor(name, levels) for name, levels in factors.items())
        else:
            made = tuple(factors)
        _check_numbers(repetitions=repetitions, aa=aa, boots=boots, seed=seed, blocks=blocks)
        blocks = repetitions if blocks is None else blocks
        if repetitions < 1 or blocks < 1 or boots < 1 or aa < 0:
            raise DesignError("A design needs at least one repetition, one block and one boot; no negative numbers.")
        if repetitions % blocks:
            raise DesignError(
                f"{repetitions} repetitions cannot be divided into {blocks} complete blocks.",
                hint=f"take {blocks * max(1, round(repetitions / blocks))} repetitions, or other blocks",
            )
        if blocks % boots:
            more = boots * -(-blocks // boots)
            raise DesignError(
                f"{blocks} complete blocks cannot be spread evenly over {boots} boots.",
                hint=f"take {more * repetitions // blocks} repetitions in {more} blocks, or other boots",
            )
        if 0 < aa < boots - boots // 2:
            raise DesignError(
                f"{aa} pairs of A and A' are too few for {boots} boots: some boot would have none.",
                hint=f"take aa={boots - boots // 2} or more, or aa=0",
            )
        names = [factor.name for factor in made]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DesignError(f"The factor {twice[0]} is given twice.")
        for name, value in [
            ("factors", made),
            ("repetitions", repetitions),
            ("blocks", blocks),
            ("aa", aa),
            ("seed", secrets.randbits(32) if seed is None else seed),
            ("boots", boots),
        ]:
            object.__setattr__(self, name, value)
        if self.executions_per_node > MAX_EXECUTIONS:
            raise DesignError(
                f"This design has {self.executions_per_node:,} executions on each node, "
                f"more than {MAX_EXECUTIONS:,}: {self.combinations_count:,} combinations x {repetitions} repetitions.",
                hint="take fewer factors, levels or repetitions",
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the factors."""
        return tuple(factor.name for factor in self.factors)

    @property
    def combinations_count(self) -> int:
        """Number of combinations of levels."""
        count = 1
        for factor in self.factors:
            count *= len(factor.levels)
        return count

    @property
    def executions_per_node(self) -> int:
        """Number of executions that each node runs, A/A included."""
        return 2 * self.aa + self.combinations_count * self.repetitions

    def combinations(self) -> list[dict[str, str]]:
        """All combinations of levels, in the order in which the factors and levels were given."""
        levels = itertools.product(*(factor.levels for factor in self.factors))
        return [dict(zip(self.names, values, strict=True)) for values in levels]

    def executions(self, node: str) -> list[Execution]:
        """Return what `node` runs, in order. The same design, seed and node name always give the same list.

        The order inside a block is that of the SHA-256 hashes of seed, node, phase, block and place: random, and equal
        on every machine and in every version of Python. Nodes that are added later do not change it for others.
        """
        plan: list[Execution] = []
        sides = self._sides(node)
        each, per_boot = self.repetitions // self.blocks, self.blocks // self.boots
        combinations = self.combinations()
        baseline = {factor.name: factor.baseline for factor in self.factors}
        for boot in range(self.boots):
            for pair, name in sides[boot]:
                plan.append(Execution("aa", pair, len(plan), pair, name, baseline, boot))
            for block in range(boot * per_boot, (boot + 1) * per_boot):
                cells = [(index, again) for index in range(len(combinations)) for again in range(each)]
                for index, again in self._shuffled(cells, node, "main", block):
                    levels, repetition = combinations[index], block * each + again
                    plan.append(Execution("main", block, len(plan), repetition, "", levels, boot))
        return plan

    def _sides(self, node: str) -> list[list[tuple[int, str]]]:
        """Give for each boot its A/A executions in order, each with its pair: in one boot pairs, else one name a boot.

        By lot, half of the boots are A and the others A' (of an odd number, the lot decides who has one more).
        """
        if self.boots == 1:
            return [[(pair, name) for pair in range(self.aa) for name in self._shuffled(["A", "A'"], node, "aa", pair)]]
        order = self._shuffled(list(range(self.boots)), node, "aa boots", 0)
        first, second = self._shuffled(["A", "A'"], node, "aa names", 0)
        half = self.boots // 2
        sides: list[list[tuple[int, str]]] = [[] for _ in range(self.boots)]
        for name, boots in ((first, order[:half]), (second, order[half:])):
            for pair in range(self.aa):
                sides[boots[pair % len(boots)]].append((pair, name))
        return sides

    def _shuffled(self, items: list[Any], node: str, phase: str, block: int) -> list[Any]:
        def key(place: int) -> bytes:
            return hashlib.sha256(json.dumps([self.seed, node, phase, block, place]).encode()).digest()

        return [items[place] for place in sorted(range(len(items)), key=key)]

    def _facts(self) -> dict[str, str]:
        factors = "; ".join(f"{f.name} ({', '.join(f.levels)})" for f in self.factors) or "none"
        boots = "one" if self.boots == 1 else f"{self.boots}: each node is started anew {self.boots - 1} times"
        return {
            "factors": factors,
            "repetitions": f"{self.repetitions} of each combination, in {self.blocks} complete blocks",
            "A/A": f"{self.aa} pairs" + (", a boot is A or A' as a whole" if self.boots > 1 and self.aa else ""),
            "boots": boots,
            "executions": f"{self.executions_per_node} on each node",
            "seed": str(self.seed),
        }

    def __str__(self) -> str:
        return "\n".join(["Design", *(f"  {name}: {said}" for name, said in self._facts().items())])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return html.mimebundle(str(self), Markup('<p class="title">Design</p>'), html.definitions(self._facts()))

    def to_dict(self) -> dict[str, object]:
        """The same as plain data that JSON can hold."""
        factors = [{"name": f.name, "levels": list(f.levels), "kind": f.kind} for f in self.factors]
        numbers = {name: getattr(self, name) for name in ("repetitions", "blocks", "aa", "boots", "seed")}
        return {"factors": factors, **numbers}

    @classmethod
    def from_dict(cls, plain: Mapping[str, object]) -> Design:
        """Make a design from what `to_dict` gave. Raises `DesignError`."""
        stored: Mapping[str, Any] = plain
        try:
            factors = [Factor(f["name"], tuple(f["levels"]), f["kind"]) for f in stored["factors"]]
            numbers = {name: stored[name] for name in ("repetitions", "blocks", "aa", "seed")}
            numbers["boots"] = stored.get("boots", 1)
        except (KeyError, TypeError) as error:
            raise DesignError(f"This is not a stored design: {error} is missing or wrong.") from None
        return cls(factors, **numbers)


def _check_numbers(**numbers: int | None) -> None:
    for name, value in numbers.items():
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise DesignError(f"{name} is a whole number, not {value!r}.")
