"""Cases about bits by a second adversary: settings that keep to a boot, kinds with an exception, a node that wavers."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.liars.bits import BitCase, bit_case, cases
from benchmarks.liars.bits_nodes import PAIRS

THREE = {"n1": "A", "n2": "A", "n3": "A", "n4": "B", "n5": "B", "n6": "B"}


@cases
def one_node_wavers() -> Iterator[BitCase]:
    """Whatever one node does, it says nothing of the others, and no cause is known."""
    under = {"n1": "aaa", "n2": "aaa", "n1+on": "aba", "n2+on": "aaa"}
    yield bit_case("one node wavers under the setting only", under, "unstable")
    yield bit_case(
        "one of a kind wavers", {"n1": "aaa", "n2": "aaa", "n3": "bbb", "n4": "bab"}, "unstable", hardware=PAIRS
    )
    late = {"n1": "aaabbb", "n2": "aaabbb", "n3": "aaabbb"}
    yield bit_case("all change at one moment of their own", late)
    half = {"n1": "aaaaa", "n2": "aaaaa", "n1+on": "bbabb", "n2+on": "aaaaa"}
    yield bit_case("the setting is obeyed now and then on one node", half, "unstable")


@cases
def kept_to_a_boot() -> Iterator[BitCase]:
    """The setting came with another boot, so the boot may be what changed the bits."""
    for count in (3, 5):
        a, b, c = ("a" * count, "b" * count, "c" * count)
        yield bit_case(f"agree in the next boot, {count}", {"n1@p": a, "n1@q+on": c, "n2@r": b, "n2@s+on": c}, "forced")
        yield bit_case(
            f"differ in the next boot, {count}", {"n1@p": a, "n1@q+on": b, "n2@r": a, "n2@s+on": c}, "induced"
        )
        yield bit_case(
            f"agree in two boots of one node, {count}", {"n1@p": a, "n1@q": a, "n2@r": a}, "same", must="same"
        )


@cases
def kinds() -> Iterator[BitCase]:
    for count in (3, 5):
        a, b, c = ("a" * count, "b" * count, "c" * count)
        crossed = {"n1%x": a, "n2%y": a, "n3%x": b, "n4%y": b}
        yield bit_case(f"kinds, codes crossed, {count}", crossed, "", "hardware", "hardware", hardware=PAIRS)
        three = {"n1": a, "n2": a, "n3": b, "n4": b, "n5": c, "n6": c}
        named = {"n1": "A", "n2": "A", "n3": "B", "n4": "B", "n5": "C", "n6": "C"}
        yield bit_case(f"three kinds, two of each, {count}", three, "", "hardware", "hardware", hardware=named)
        six = {"n1": a, "n2": a, "n3": b, "n4": b, "n5": b, "n6": b}
        yield bit_case(f"three of a kind, one against it, {count}", six, hardware=THREE)
        obeyed = {"n1": a, "n2": a, "n3": a, "n4": a, "n1+on": b, "n2+on": b, "n3+on": a, "n4+on": a}
        yield bit_case(f"obeyed on one kind, {count}", obeyed, "induced", "setting", hardware=PAIRS)
        boots = {"n1@p": a, "n1@q": b, "n2@r": a, "n2@s": b, "n3@t": b, "n3@u": a, "n4@v": b, "n4@w": a}
        yield bit_case(f"each boot one of two, {count}", boots, hardware=PAIRS)


@cases
def holes() -> Iterator[BitCase]:
    few = {"n1": "aaa", "n2": "bbb", "n1+on": "c-c", "n2+on": "ccc"}
    yield bit_case("too few under the setting gave a hash", few, "forced")
    crash = {"n1": "aaa", "n2": "bbb", "n1+on": "ccc", "n2+on": "c!!"}
    yield bit_case("most runs crash under the setting", crash, "forced")
    only = {"n1": "aaa", "n2": "aaa", "n3": "aaa", "n1+on": "bbb"}
    yield bit_case("the setting was tried on one node", only, unless=["n2", "n3"])
