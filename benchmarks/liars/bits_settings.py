"""Cases about bits under settings: who was measured under both, what a setting changes, and whether it was obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from benchmarks.liars.bits import BitCase, bit_case, cases
from benchmarks.liars.bits_nodes import PAIRS, REPEATS, told

TWO = {"n1": "A", "n2": "B"}


def under(results: str, setting: str, count: int, nodes: str = "1234") -> dict[str, str]:
    """One letter a node (blank: not measured) under a setting, repeated `count` times."""
    pairs = zip(nodes, results, strict=False)
    return {f"n{node}{setting}": letter * count for node, letter in pairs if letter != " "}


@cases
def forced() -> Iterator[BitCase]:
    for count in REPEATS:
        good, cause = told(count, "forced"), told(count, "setting")
        for default, on in (("ab", "cc"), ("ab", "bb"), ("abb", "ccc"), ("abc", "ddd"), ("aabb", "cccc")):
            results = under(default, "", count) | under(on, "+on", count)
            kinds = dict(zip(("n1", "n2", "n3", "n4"), default, strict=False))
            yield bit_case(f"forced to agree {default}>{on}, {count}", results, good, cause, good, hardware=kinds)
            yield bit_case(
                f"forced to agree {default}>{on}, no proof, {count}", results, good, cause, hardware=kinds, proof="none"
            )


@cases
def crashed() -> Iterator[BitCase]:
    """The node that differs drops out under the setting: that the others agree there says nothing."""
    for count in REPEATS:
        for default, on in (
            ("aab", "aa!"),
            ("aab", "cc!"),
            ("aab", "cc "),
            ("aab", "cc-"),
            ("ab", "c!"),
            ("aaab", "ccc!"),
        ):
            results = under(default, "", count) | under(on, "+on", count)
            yield bit_case(f"the odd one drops out {default}>{on}, {count}", results, "not-obeyed")
        results = under("a!", "", count) | under("cc", "+on", count)
        yield bit_case(f"no default on one node, {count}", results)
        results = under("abc", "", count) | under("dd ", "+on", count)
        good, cause = told(count, "forced fewer"), told(count, "setting")
        yield bit_case(f"two of three measured under it, {count}", results, good, cause, unless=["n3"])


@cases
def only_forced() -> Iterator[BitCase]:
    """A node measured only under the setting, or only without it."""
    for count in REPEATS:
        results = under("aa ", "", count) | under("aab", "+on", count)
        yield bit_case(f"a node only under the setting, other bits, {count}", results, "not-obeyed", unless=["n3"])
        results = under("aa", "", count) | under("bb", "+on", count, nodes="34")
        yield bit_case(f"other nodes under the setting, {count}", results)
        results = (
            under("aa", "", count) | under("cc", "+on", count, nodes="34") | under("dd", "+off", count, nodes="34")
        )
        yield bit_case(f"other nodes under two settings, {count}", results)
        results = under("aa", "+x", count) | under("ab", "+y", count)
        yield bit_case(f"no default anywhere, {count}", results, "induced forced")


@cases
def partly() -> Iterator[BitCase]:
    for count in REPEATS:
        cause = told(count, "setting")
        for default, on in (("abc", "aac"), ("abc", "ddc"), ("abcd", "eecd"), ("abcd", "eeff")):
            results = under(default, "", count) | under(on, "+on", count)
            yield bit_case(
                f"a setting merges some groups {default}>{on}, {count}", results, told(count, "fewer"), cause
            )


@cases
def unmoved() -> Iterator[BitCase]:
    """The setting changes no bit anywhere: it was misspelt, or nothing obeys it, and nothing is excluded."""
    for count in REPEATS:
        for default in ("ab", "abc", "aab"):
            results = under(default, "", count) | under(default, "+on", count)
            yield bit_case(f"changes nothing {default}, {count}", results, "not-obeyed")
        results = under("aabb", "", count) | under("aabb", "+on", count)
        may = told(count, "hardware")
        yield bit_case(f"changes nothing, follows the hardware, {count}", results, "not-obeyed", may, hardware=PAIRS)
        results = under("aa", "", count) | under("aa", "+on", count)
        yield bit_case(f"changes nothing, all agree, {count}", results, told(count, "same not-obeyed"))


@cases
def persists() -> Iterator[BitCase]:
    """The setting is obeyed on every node, and the nodes differ as before: then it is not the cause."""
    for count in REPEATS:
        good = told(count, "exonerated")
        results = under("ab", "", count) | under("cd", "+on", count)
        yield bit_case(f"obeyed, and still different, {count}", results, good, hardware=TWO)
        results = under("aabb", "", count) | under("ccdd", "+on", count)
        yield bit_case(
            f"obeyed, still follows the hardware, {count}", results, good, told(count, "hardware"), hardware=PAIRS
        )
        results = under("ab", "", count) | under("cb", "+on", count)
        yield bit_case(f"obeyed on one node only, {count}", results, hardware=TWO)


@cases
def induced() -> Iterator[BitCase]:
    for count in REPEATS:
        good, cause = told(count, "induced"), told(count, "setting")
        for default, on in (("aa", "bc"), ("aa", "ab"), ("aaa", "bbc"), ("aaaa", "bbcc")):
            results = under(default, "", count) | under(on, "+on", count)
            yield bit_case(f"a setting parts the nodes {default}>{on}, {count}", results, good, cause, good)
        results = under("aa", "", count) | under("b!", "+on", count)
        yield bit_case(f"other bits on one, a crash on the other, {count}", results, "", cause, unless=["n2"])
        results = under("aa", "", count) | under("bb", "+on", count)
        yield bit_case(f"other bits on all alike, {count}", results, told(count, "same"), cause)


@cases
def factors() -> Iterator[BitCase]:
    """Two settings: each is judged by itself."""
    for count in REPEATS:
        good, cause = told(count, "forced"), told(count, "setting")
        base = under("ab", "", count)
        first, second = under("cc", "+P=on", count), under("ab", "+Q=on", count)
        more = f"{good} not-obeyed"
        yield bit_case(f"one makes them agree, one does nothing, {count}", base | first | second, more, cause, good)
        both = under("cc", "+P=on+Q=on", count)
        alone = under("de", "+P=on", count) | under("fg", "+Q=on", count)
        yield bit_case(f"only both together, {count}", base | alone | both, f"{good} fewer", cause)
        moved = under("dd", "+P=on", count) | under("ef", "+Q=on", count)
        yield bit_case(f"one agrees, one is obeyed in vain, {count}", base | moved, f"{good} exonerated", cause)
    for count, level in product(REPEATS, ("x", "y")):
        other = "y" if level == "x" else "x"
        results = under("ab", "", count) | under("cc", f"+{level}", count) | under("de", f"+{other}", count)
        good, cause = told(count, "forced"), told(count, "setting")
        yield bit_case(f"agree under {level}, differ under {other}, {count}", results, good, cause)


@cases
def stable_once() -> Iterator[BitCase]:
    """Threads: a node wavers until it runs in one thread."""
    results = {"n1": "abcab", "n2": "bacba", "n1+on": "ddddd", "n2+on": "ddddd"}
    yield bit_case("all waver, stable under the setting", results, "unstable cured forced", "chance setting")
    few = {"n1": "a" * 19 + "b", "n2": "a" * 20, "n1+on": "aaa", "n2+on": "aaa"}
    yield bit_case("wavers once in twenty, three under the setting", few, "unstable", "chance")
    one = {"n1": "aba", "n2": "ccc", "n3": "ddd", "n1+on": "eee", "n2+on": "eee", "n3+on": "eee"}
    yield bit_case("one wavers, all agree under the setting", one, "unstable cured forced", "setting chance")
    worse = {"n1": "aaaaa", "n2": "aaaaa", "n1+on": "abcba", "n2+on": "cabca"}
    yield bit_case("wavers under the setting only", worse, "unstable induced", "chance setting")


@cases
def coins() -> Iterator[BitCase]:
    """Coins again, two settings: agreeing under one of them by luck is no cause."""
    for one, two in product(("aa", "ab", "bb"), repeat=2):
        results = {"n1": "aa", "n2": "bb", "n1+on": one, "n2+on": two}
        yield bit_case(f"coins with a setting, {one} {two}", results, "unstable not-obeyed", "chance", hardware=TWO)
