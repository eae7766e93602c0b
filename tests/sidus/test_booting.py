"""When waiting for nodes is in vain, and why."""

from __future__ import annotations

import pytest

from sidus_lab.sidus.booting import BOOT_LIMIT, OFF_LIMIT, progress, trouble
from sidus_lab.sidus.status import NodeStatus


def state(name: str, word: str, reason: str = "", fraction: float | None = 0.5) -> NodeStatus:
    return NodeStatus(name, word, "", 1.0, fraction, reason, "on", ())


@pytest.mark.parametrize(
    ("words", "elapsed", "said"),
    [
        (["up", "up"], BOOT_LIMIT + 1, ""),
        (["booting", "up"], BOOT_LIMIT - 1, ""),
        (["booting", "up"], BOOT_LIMIT + 1, "node1 is not up after 3600 s."),
        (["off", "booting"], OFF_LIMIT - 1, ""),
        (["off", "booting"], OFF_LIMIT + 1, "node1 went off again"),
        (["off", "off"], OFF_LIMIT + 1, "node[1-2] went off again"),
        (["refused", "up"], 0.0, "node1 did not come up."),
        (["lost", "refused"], 0.0, "node[1-2] did not come up."),
        ([], BOOT_LIMIT + 1, ""),
    ],
)
def test_trouble(words: list[str], elapsed: float, said: str) -> None:
    found = trouble([state(f"node{number}", word) for number, word in enumerate(words, 1)], elapsed)
    assert (found is not None) == bool(said)
    if found is not None:
        assert said in found.message
        assert found.hint


def test_the_reason_is_the_evidence() -> None:
    found = trouble([state("node1", "refused", "verity"), state("node2", "up")], 1.0)
    assert found is not None
    assert found.detail == "node1 refused (verity)"


def test_progress() -> None:
    assert progress([state("a", "booting", fraction=0.5), state("b", "up", fraction=1.0)]) == 0.75
    assert progress([state("a", "lost", fraction=None)]) == 0.0
    assert progress([]) == 0.0
