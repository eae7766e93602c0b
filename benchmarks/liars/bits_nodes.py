"""Cases about bits without a setting: nodes that agree, differ, waver, or follow hardware, code, image or boot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from benchmarks.liars.bits import BitCase, bit_case, cases

PAIRS = {"n1": "A", "n2": "A", "n3": "B", "n4": "B"}
"""Two nodes of each kind: a difference between kinds can be told from one between machines."""

REPEATS = (2, 3, 5)
ENOUGH = 3
"""Fewer repeats than this show no stability: two tosses of a coin agree half of the time."""


def told(count: int, words: str) -> str:
    """`words` where there are enough repeats, else nothing."""
    return words if count >= ENOUGH else ""


@cases
def agree() -> Iterator[BitCase]:
    for nodes, count in product((2, 3, 4), (1, *REPEATS)):
        results = {f"n{i}": "a" * count for i in range(1, nodes + 1)}
        yield bit_case(f"{nodes} nodes agree, {count} repeats", results, told(count, "same"), must=told(count, "same"))


@cases
def one_missing() -> Iterator[BitCase]:
    for count in REPEATS:
        results = {"n1": "a" * count, "n2": "a" * count}
        yield bit_case(f"a node gave no hash, {count}", results | {"n3": "-" * count}, unless=["n3"])
        yield bit_case(f"a node failed, {count}", results | {"n3": "!" * count}, unless=["n3"])
        yield bit_case(f"a node gave one hash of {count}", results | {"n3": "a" + "-" * (count - 1)}, unless=["n3"])


@cases
def hardware() -> Iterator[BitCase]:
    for count in REPEATS:
        follow = {"n1": "a" * count, "n2": "a" * count, "n3": "b" * count, "n4": "b" * count}
        may = told(count, "hardware")
        yield bit_case(f"follow the hardware, two of each, {count}", follow, "", may, may, hardware=PAIRS)
        for proof in ("none", "different", "partial"):
            yield bit_case(f"follow the hardware, proof {proof}, {count}", follow, hardware=PAIRS, proof=proof)
        yield bit_case(f"follow nothing, equal hardware, {count}", follow)
        crossed = follow | {"n2": "b" * count, "n3": "a" * count}
        yield bit_case(f"against the hardware, {count}", crossed, hardware=PAIRS)
        partly = follow | {"n2": "b" * count}
        yield bit_case(f"one node against its kind, {count}", partly, hardware=PAIRS)
        unknown = {"n1": "A", "n2": "", "n3": "B", "n4": "B"}
        yield bit_case(f"one fingerprint missing, {count}", follow, hardware=unknown)


@cases
def single_machines() -> Iterator[BitCase]:
    for nodes, count in product((2, 3, 4), REPEATS):
        results = {f"n{i}": "abcd"[i - 1] * count for i in range(1, nodes + 1)}
        alone = {f"n{i}": f"kind{i}" for i in range(1, nodes + 1)}
        yield bit_case(f"{nodes} nodes, one of each kind, differ, {count}", results, hardware=alone)
    for count in REPEATS:
        results = {"n1": "a" * count, "n2": "a" * count, "n3": "b" * count}
        kinds = {"n1": "A", "n2": "A", "n3": "B"}
        yield bit_case(f"two of one kind, one of another, {count}", results, hardware=kinds)


@cases
def waver() -> Iterator[BitCase]:
    yield bit_case("one wavers, two stable and different", {"n1": "aba", "n2": "ccc", "n3": "ddd"}, "unstable")
    yield bit_case("one wavers, two stable, five", {"n1": "abaab", "n2": "ccccc", "n3": "ddddd"}, "unstable")
    yield bit_case("one wavers between the others' results", {"n1": "abab", "n2": "aaaa", "n3": "bbbb"}, "unstable")
    yield bit_case("one wavers, the others agree", {"n1": "abab", "n2": "cccc", "n3": "cccc"}, "unstable")
    yield bit_case("all waver alike", {"n1": "abab", "n2": "baab", "n3": "abba"}, "unstable", "chance")
    yield bit_case("every run its own result", {"n1": "abcd", "n2": "efgh"}, "unstable", "chance")
    by_kind = {"n1": "abab", "n2": "baab", "n3": "cccc", "n4": "cccc"}
    yield bit_case("wavering follows the hardware", by_kind, "unstable", hardware=PAIRS)
    yield bit_case("rarely wavers", {"n1": "aaaaaaaaab", "n2": "a" * 10}, "unstable", "chance")
    yield bit_case("a new result from one time on", {"n1": "aaabbb", "n2": "aaaaaa"}, "unstable", "chance")


@cases
def follow_other() -> Iterator[BitCase]:
    """Two results on each node that follow something that was recorded are no chance."""
    for nodes, count in product((2, 3), (3, 5)):
        names = [f"n{i}" for i in range(1, nodes + 1)]
        code = {f"{n}%{v}": letter * count for n in names for v, letter in (("v1", "a"), ("v2", "b"))}
        yield bit_case(f"follow the code on {nodes} nodes, {count}", code, "", "code", "code")
        image = {f"{n}#{v}": letter * count for n in names for v, letter in (("i1", "a"), ("i2", "b"))}
        yield bit_case(f"follow the image on {nodes} nodes, {count}", image, "", "software", proof="none")
        boot = {f"{n}@{n}{v}": letter * count for n in names for v, letter in (("b1", "a"), ("b2", "b"))}
        yield bit_case(f"follow the boot on {nodes} nodes, {count}", boot)
        fresh = {f"{n}@{n}b{i}": "abcdefgh"[2 * j + i] * count for j, n in enumerate(names) for i in (0, 1)}
        yield bit_case(f"each boot its own result on {nodes} nodes, {count}", fresh)
    both = {"n1%v1#i1": "aaa", "n1%v2#i2": "bbb", "n2%v1#i1": "aaa", "n2%v2#i2": "bbb"}
    yield bit_case(
        "code and image change together",
        {k.replace("%v1#i1", "#i1%v1").replace("%v2#i2", "#i2%v2"): v for k, v in both.items()},
        proof="none",
    )
    one = {"n1@b1": "aaa", "n1@b2": "bbb", "n2@c1": "aaa", "n2@c2": "aaa"}
    yield bit_case("one node follows its boot", one)


@cases
def each_its_own() -> Iterator[BitCase]:
    """Code or image that a node always has cannot be told from the node, unless there are two nodes of each."""
    for count in REPEATS:
        for mark, cause, proof in (("%", "code", "full"), ("#", "software", "none")):
            alone = {f"n1{mark}x": "a" * count, f"n2{mark}y": "b" * count}
            yield bit_case(f"each node its own {cause}, {count}", alone, proof=proof)
            pairs = {f"n{i}{mark}{'xy'[i > 2]}": "aabb"[i - 1] * count for i in range(1, 5)}
            yield bit_case(f"two nodes of each {cause}, {count}", pairs, "", told(count, cause), proof=proof)
            yield bit_case(f"{cause} and hardware together, {count}", pairs, proof=proof, hardware=PAIRS)


@cases
def coins() -> Iterator[BitCase]:
    """Results are tosses of a coin: whatever comes out, neither hardware nor software did it."""
    for number, (one, two) in enumerate(product(("aa", "ab", "ba", "bb"), repeat=2)):
        kinds = {"n1": "A", "n2": "B"}
        yield bit_case(f"coins, two nodes, {one} {two}", {"n1": one, "n2": two}, "unstable", "chance", hardware=kinds)
        four = {"n1": one, "n2": two, "n3": ("aa", "bb")[number % 2], "n4": ("bb", "ba")[number % 2]}
        yield bit_case(f"coins, four nodes, {number}", four, "unstable", "chance", hardware=PAIRS)
