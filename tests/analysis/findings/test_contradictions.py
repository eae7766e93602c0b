"""No verdict contradicts itself: of two findings that cannot both be meant the weaker loses its tick."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.findings.claims import NodeFinding, RepeatsFinding, SwapFinding
from sidus_lab.analysis.findings.contradictions import RULES, clashes, mended
from tests.analysis.findings.bits_example import bits
from tests.analysis.say.findings_example import every_finding


def made(claim: Claim, kind: type[Finding] = Finding, **more: Any) -> Finding:
    return kind(**{"about": "nodes", "subject": "speed", "claim": claim, "held": True, **more})


SAME = made(Claim.SOFTWARE_SAME, about="software", subject="", cause="none")
UNPROVEN = made(Claim.SOFTWARE_UNPROVEN, about="software", subject="", held=False)
DIFFER = made(Claim.NODES_DIFFER, NodeFinding, cause="hardware")
DRIFT = made(Claim.DRIFT, about="repeats")
UNKNOWN_ORDER = (Doubted(Doubt.ORDER_UNKNOWN, "unknown"),)

PAIRS = {
    "the nodes differ": (DIFFER, made(Claim.EFFECT_NOT_SHOWN, SwapFinding, role="node", about="cause", held=False)),
    "a node stands apart": (made(Claim.NODES_APART), made(Claim.NODES_NOT_SHOWN, NodeFinding, held=False)),
    "the repeats are alike": (made(Claim.REPEATS_NOT_SHOWN, RepeatsFinding, alike=True), DRIFT),
    "a level or a node": (made(Claim.EFFECT, about="setting", cause="setting", doubts=UNKNOWN_ORDER), DRIFT),
    "one factor is a cause": (
        made(Claim.EFFECT, SwapFinding, role="node", cause="hardware", about="cause"),
        made(Claim.INTERACTION, SwapFinding, role="node:image", about="cause"),
    ),
    "the software is the same": (SAME, made(Claim.EFFECT, SwapFinding, role="image", cause="software", about="cause")),
    "the hardware is the cause": (DIFFER, UNPROVEN),
    "all nodes have the same bits": (
        replace(bits({"n1": "aaa", "n2": "aaa", "n3": "---"}), held=True),
        made(Claim.LIMIT, held=False),
    ),
    "the nodes have the same bits": (
        replace(bits({"n1": "aaa", "n2": "aaa"}), subject="speed"),
        made(Claim.NODES_NOT_SHOWN, NodeFinding, same_bits=False, held=False),
    ),
    "a node is faster": (
        made(Claim.NODES_DIFFER, NodeFinding, same_bits=True),
        replace(bits({"n1": "aaa", "n2": "bbb"}), subject="speed"),
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_weaker_of_a_pair_gives_way_and_says_why(rule: Any) -> None:
    weak, strong = next(pair for start, pair in PAIRS.items() if rule.name.startswith(start))
    assert weak.passed
    for order in ((weak, strong), (strong, weak)):
        left = mended(order)
        one, other = left if order[0] is weak else left[::-1]
        assert not one.passed
        assert one.cause == "unknown"
        assert [doubt.doubt for doubt in one.failed] == [Doubt.CONTRADICTION]
        assert other == strong
    if not rule.name.startswith("all"):
        assert mended([weak])[0].passed
    if not rule.name.startswith(("all", "the software", "the hardware")):
        assert mended([weak, replace(strong, subject="other")])[0].passed


def test_what_loses_its_ground_gives_way_too() -> None:
    """The image of a swap is a cause: then the proof is not one of these boots, and hardware is not told either."""
    image = made(Claim.EFFECT, SwapFinding, role="image", cause="software", about="cause")
    left = mended([SAME, DIFFER, image])
    assert [finding.passed for finding in left] == [False, False, True]


def test_a_swap_holds_the_software_apart_by_itself() -> None:
    node = made(Claim.EFFECT, SwapFinding, role="node", cause="hardware", about="cause")
    assert mended([UNPROVEN, node])[1].passed


def test_findings_that_agree_stay_as_they_are() -> None:
    sound = [SAME, DIFFER, made(Claim.REPEATS_NOT_SHOWN, RepeatsFinding, alike=False), DRIFT]
    assert mended(sound) == tuple(sound)


def test_any_set_of_findings_is_mended() -> None:
    """A property over drawn findings: nothing clashes afterwards, no tick is given, the order stays, once is enough."""
    rng = np.random.default_rng(7)
    pool = [finding for pair in PAIRS.values() for finding in pair]
    pool += [made(claim, kind) for claim in Claim for kind in (Finding, NodeFinding, SwapFinding, RepeatsFinding)]
    pool += [finding for finding in every_finding() if finding.about in ("bits", "software")][::3]
    for _ in range(500):
        drawn = [pool[index] for index in rng.integers(0, len(pool), rng.integers(2, 9))]
        left = mended(drawn)
        assert clashes(left) == []
        assert len(left) == len(drawn)
        assert all(before.passed or not after.passed for before, after in zip(drawn, left, strict=True))
        assert all(before == after or not after.passed for before, after in zip(drawn, left, strict=True))
        assert mended(left) == left


def test_the_order_of_findings_does_not_matter() -> None:
    for some in combinations([finding for pair in list(PAIRS.values())[:7] for finding in pair], 3):
        answers = {
            frozenset((id(finding), new.passed) for finding, new in zip(order, mended(order), strict=True))
            for order in permutations(some)
        }
        assert len(answers) == 1
