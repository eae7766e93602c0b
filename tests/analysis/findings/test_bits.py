"""Bits by sets: who was measured under both settings, what a setting changes, and what may be called a cause."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest

from sidus_lab.analysis.finding import Claim, Doubt
from tests.analysis.findings.bits_example import bits

KINDS = {"n1": "n1 kind=A", "n2": "n2 kind=A", "n3": "n3 kind=B", "n4": "n4 kind=B"}


def under(base: str, forced: str = "", count: int = 3, kinds: str = "") -> dict[str, str]:
    """One letter a node, without the setting and with it (blank: not measured), repeated."""
    found = {}
    for level, letters in (("", base), ("+on", forced)):
        for index, letter in enumerate(letters):
            kind = f" kind={kinds[index]}" if kinds else ""
            if letter != " ":
                found[f"n{index + 1}{level}{kind}"] = letter * count
    return found


def test_a_setting_that_makes_the_same_nodes_agree_is_the_cause() -> None:
    found = bits(under("ab", "cc", kinds="AB"))
    assert (found.claim, found.cause, found.passed) == (Claim.BITS_FORCED_AGREE, "setting", True)
    assert found.groups == (("n1",), ("n2",))
    # With one node of each kind, that the choice goes with the kind is not earned; the manual says what makes it.
    assert found.choice(found.judged[0].setting) == "by-hardware-single"
    four = bits(under("aabb", "cccc", kinds="AABB"))
    assert four.choice(four.judged[0].setting) == "by-hardware"
    equal = bits(under("ab", "cc"))
    assert (equal.cause, equal.choice(equal.judged[0].setting)) == ("setting", "equal-hardware")


@pytest.mark.parametrize("forced", ["aa!", "cc!", "cc ", "cc-"])
def test_a_node_that_drops_out_under_a_setting_never_agrees(forced: str) -> None:
    """The other two agreed before: nothing is learned."""
    found = bits(under("aab", forced))
    assert found.claim is not Claim.BITS_FORCED_AGREE
    assert found.cause == "unknown"
    (judged,) = found.judged
    assert judged.nodes == ("n1", "n2")
    assert judged.left_out.nodes == ("n3",)


def test_a_crash_in_some_runs_is_a_crash() -> None:
    results = under("aab", "ccc") | {"n3+on": "c!cc"}
    assert bits(results).judged[0].left_out.crashed == ("n3",)
    assert bits(results).claim is not Claim.BITS_FORCED_AGREE


def test_two_of_three_may_be_compared_and_the_third_is_left_out() -> None:
    found = bits(under("abc", "dd "))
    assert (found.claim, found.cause) == (Claim.BITS_FORCED_AGREE, "setting")
    assert found.judged[0].left_out.absent == ("n3",)


def test_a_node_measured_only_under_the_setting_is_not_the_same() -> None:
    found = bits(under("aa ", "aab"))
    assert not found.passed
    assert found.judged[0].stray == ("n3",)
    assert found.cause == "unknown"


@pytest.mark.parametrize("third", ["---", "!!!"])
def test_a_node_without_a_result_is_not_the_same(third: str) -> None:
    found = bits({"n1": "aaa", "n2": "aaa", "n3": third})
    assert found.claim is Claim.BITS_AGREE
    assert not found.passed
    assert found.left_out.nodes == ("n3",)


def test_a_setting_that_merges_some_groups_is_part_of_the_cause() -> None:
    found = bits(under("abc", "ddc"))
    assert (found.claim, found.cause, found.passed) == (Claim.BITS_FORCED_FEWER, "setting", True)


def test_a_setting_that_changes_nothing_excludes_nothing() -> None:
    found = bits(under("ab", "ab"))
    assert found.claim is Claim.BITS_DIFFER
    assert found.judged[0].effect == "nothing"
    assert found.judged[0].obeyed is None
    assert not found.judged[0].in_vain
    told = bits(under("ab", "ab"), metrics='{"blas_core": "Haswell"}')
    assert told.judged[0].obeyed is False
    obeyed = bits(under("ab", "ab"), metrics='{"blas_core": "on"}')
    assert obeyed.judged[0].in_vain
    assert obeyed.claim is Claim.BITS_PERSIST


def test_a_setting_that_is_obeyed_on_one_node_only_excludes_nothing() -> None:
    assert not bits(under("ab", "cb")).judged[0].in_vain
    assert bits(under("ab", "cd")).judged[0].in_vain


def test_a_setting_that_parts_the_nodes_is_the_cause() -> None:
    found = bits(under("aa", "bc"))
    assert (found.claim, found.cause, found.passed) == (Claim.BITS_FORCED_DIFFER, "setting", True)
    assert bits(under("aa", "b!")).cause == "unknown"


def test_a_setting_is_not_the_cause_without_a_control() -> None:
    """All runs with nothing forced came first: what changed meanwhile is not excluded."""
    from sidus_lab.analysis.findings.bits import found as find
    from sidus_lab.analysis.findings.records import checked
    from tests.analysis.findings.bits_example import FACTOR, rows

    frame = rows(under("ab", "cc"))
    late = frame.sort_values(FACTOR, key=lambda levels: levels != "default", kind="stable").reset_index(drop=True)
    (found,) = find(checked(late.assign(order=range(len(late))), [FACTOR]), "same")
    assert (found.claim, found.cause) == (Claim.BITS_FORCED_AGREE, "unknown")
    assert found.doubted(Doubt.UNBALANCED_ORDER)
    (free,) = find(checked(late.drop(columns="order"), [FACTOR]), "same")
    assert free.cause == "setting"
    assert [doubt.doubt for doubt in free.assumed] == [Doubt.ORDER_UNKNOWN]


def test_a_setting_that_always_had_its_own_boot_is_not_the_cause() -> None:
    found = bits({"n1 boot=x": "aaa", "n2 boot=x": "bbb", "n1+on boot=y": "ccc", "n2+on boot=y": "ccc"})
    assert found.cause == "unknown"
    assert found.doubted(Doubt.ONE_BOOT)


def test_without_a_baseline_there_is_no_control() -> None:
    found = bits({"n1+x": "aaa", "n2+x": "aaa", "n1+y": "aaa", "n2+y": "bbb"})
    assert found.cause == "unknown"
    assert found.claim is not Claim.BITS_AGREE


@pytest.mark.parametrize("software", ["different", "unknown"])
def test_software_that_is_not_the_same_leaves_no_other_cause(software: str) -> None:
    for results in (under("ab", "cc", kinds="AB"), under("aabb", kinds="AABB")):
        found = bits(results, software)  # type: ignore[arg-type]
        assert found.cause == "unknown"


def test_hardware_takes_two_nodes_of_each_kind() -> None:
    two = bits(under("aabb", kinds="AABB"))
    assert two.cause == "hardware"
    few = two.doubted(Doubt.FEW_NODES)
    assert few is not None
    assert few.value == pytest.approx(1 / 8)  # if each node had one of two results by itself
    assert bits(under("aaaabbbb", kinds="AAAABBBB")).doubted(Doubt.FEW_NODES) is None
    assert bits(under("ab", kinds="AB")).reason == "single-hardware"
    assert bits(under("aab", kinds="AAB")).reason == "single-hardware"
    assert bits(under("abbb", kinds="AABB")).reason == "against-hardware"
    assert bits(under("aabb", kinds="AAAA")).reason == "equal-hardware"


def test_code_and_image_take_two_nodes_of_each_too() -> None:
    for mark, cause, software in (("code", "code", "same"), ("image", "software", "different")):
        results = {f"n{i} {mark}={'xxyy'[i - 1]}": "aabb"[i - 1] * 3 for i in (1, 2, 3, 4)}
        assert bits(results, software).cause == cause  # type: ignore[arg-type]
        pair = {where: letters for where, letters in results.items() if where[1] in "14"}
        assert bits(pair, software).cause == "unknown"  # type: ignore[arg-type]
        mixed = {f"{where} kind={'AABB'[int(where[1]) - 1]}": letters for where, letters in results.items()}
        assert bits(mixed, software).reason == "confounded"  # type: ignore[arg-type]


def test_one_wavers_while_two_are_stable_and_different() -> None:
    found = bits({"n1": "abaab", "n2": "ccccc", "n3": "ddddd"})
    assert (found.claim, found.cause, found.passed) == (Claim.BITS_DIFFER, "unknown", True)
    assert found.groups == (("n2",), ("n3",))
    assert found.here is not None
    assert [(item.node, item.results, item.repeats) for item in found.here.wavering] == [("n1", 2, 5)]


def test_chance_only_where_every_node_wavers() -> None:
    assert bits({"n1": "abab", "n2": "baab"}).cause == "chance"
    assert bits({"n1": "abab", "n2": "cccc", "n3": "cccc"}).cause == "unknown"


@pytest.mark.parametrize(
    ("results", "follows", "cause"),
    [
        ({"n1 code=v1": "aaa", "n1 code=v2": "bbb", "n2 code=v1": "aaa", "n2 code=v2": "bbb"}, ("code",), "code"),
        ({"n1 image=x": "aaa", "n1 image=y": "bbb", "n2 image=x": "aaa", "n2 image=y": "bbb"}, ("image",), "software"),
        ({"n1 boot=x": "aaa", "n1 boot=y": "bbb", "n2 boot=x": "aaa", "n2 boot=y": "bbb"}, ("boot",), "unknown"),
        (
            {
                "n1 code=v image=x": "aaa",
                "n1 code=w image=y": "bbb",
                "n2 code=v image=x": "aaa",
                "n2 code=w image=y": "bbb",
            },
            ("code", "image"),
            "unknown",
        ),
        ({"n1": "abcde", "n2": "abcde"}, ("repetition",), "unknown"),
        ({"n1": "aaaaabbbbb"}, ("moment",), "unknown"),
    ],
)
def test_what_follows_something_recorded_is_not_chance(
    results: Mapping[str, str], follows: tuple[str, ...], cause: str
) -> None:
    found = bits(results)
    assert (found.claim, found.within.follows, found.cause) == (Claim.BITS_FOLLOW, follows, cause)


def test_two_boots_of_three_runs_are_too_few() -> None:
    found = bits({"n1 boot=x": "aaa", "n1 boot=y": "bbb", "n2 boot=x": "aaa", "n2 boot=y": "aaa"})
    assert found.claim is Claim.BITS_FOLLOW
    assert not found.passed


def test_an_image_over_boots_is_counted_in_boots() -> None:
    """One boot of each image on two nodes: four boots that happen to follow the image are no proof."""
    few = {f"n{n} boot={i} image={i}": "ab"[i == "y"] * 5 for n in (1, 2) for i in "xy"}
    assert bits(few).within.follows == ("boot",)
    many = {f"n{n} boot={i}{k} image={i}": "ab"[i == "y"] * 3 for n in (1, 2) for i in "xy" for k in range(3)}
    assert bits(many).cause == "software"


def test_stable_once_a_setting_is_forced() -> None:
    found = bits({"n1": "abcab", "n2": "bacba", "n1+on": "ddddd", "n2+on": "ddddd"})
    assert found.cause == "chance"
    assert found.judged[0].settled == ("n1", "n2")
    rare = bits({"n1": "a" * 19 + "b", "n2": "a" * 20, "n1+on": "aaa", "n2+on": "aaa"})
    assert rare.judged[0].settled == ()


def test_a_setting_that_brings_chance_in() -> None:
    found = bits({"n1": "aaaaa", "n2": "aaaaa", "n1+on": "abcba", "n2+on": "cabca"})
    assert (found.claim, found.cause) == (Claim.BITS_UNSTABLE, "chance")


def test_each_setting_is_judged_by_itself() -> None:
    found = bits(under("ab", "cc") | {"n1+other": "ddd", "n2+other": "eee"})
    assert {item.setting[0][1]: item.effect for item in found.judged} == {"on": "removes", "other": "changes"}


def test_three_repeats_at_the_least() -> None:
    for results in ({"n1": "aa", "n2": "aa"}, {"n1": "aa", "n2": "bb"}, under("ab", "cc", count=2)):
        found = bits(results)
        assert not found.passed
        assert found.cause == "unknown"
        assert found.doubted(Doubt.FEW_REPEATS)


CELLS = ("n1 kind=A", "n2 kind=B", "n1+on kind=A", "n2+on kind=B")


def named(tossed: tuple[str, ...]) -> bool:
    return bits(dict(zip(CELLS, tossed, strict=True))).cause not in ("unknown", "chance")


def test_coins_of_two_repeats_never_name_hardware_or_setting() -> None:
    tosses = ["".join(toss) for toss in product("ab", repeat=2)]
    assert not [tossed for tossed in product(tosses, repeat=4) if named(tossed)]


def test_coins_of_three_repeats_hardly_ever_do() -> None:
    """Where a node wavers nothing is named (every 60th such table is tried); of 4096 tables 16 are left."""
    every = list(product(["".join(toss) for toss in product("ab", repeat=3)], repeat=4))
    calm = [tossed for tossed in every if all(len(set(cell)) == 1 for cell in tossed)]
    assert not [tossed for tossed in every[::60] if tossed not in calm and named(tossed)]
    assert sum(map(named, calm)) / len(every) < 0.005


def test_nothing_recorded_and_nothing_to_compare() -> None:
    assert bits({"n1": "---", "n2": "---"}).claim is Claim.BITS_NONE
    assert bits({"n1": "aaa"}).claim is Claim.BITS_NOT_COMPARED
    assert bits({"n1": "aaa", "n2": "---"}).claim is Claim.BITS_NOT_COMPARED


def test_the_table_and_the_times_are_told_what_agrees() -> None:
    found = bits(under("ab", "cc"))
    base, forced = found.settings
    assert (base.agree, forced.agree) == (False, True)
    assert found.agree_at(base.setting) is False
    assert found.same_as_baseline(forced.setting) is False
    assert bits(under("aa", "aa")).same_as_baseline(forced.setting) is True
