"""The state of a node in words."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.sidus import answers
from sidus_lab.sidus.status import NodeStatus

ROW: dict[str, Any] = {
    "name": "node1",
    "power": "on",
    "error": None,
    "state": "booting",
    "stage": "fetching",
    "seconds": 3.4,
    "fraction": 0.4,
    "reason": "",
    "stages": [{"stage": "ipxe", "time": 10.0, "seconds": 2.0}, {"stage": "fetching", "time": 12.0, "seconds": None}],
    "last": None,
}


def read(**changes: Any) -> NodeStatus:
    return answers.statuses({"nodes": [{**ROW, **changes}]})[0]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "node1 booting (fetching since 3 s)"),
        ({"seconds": None, "stage": "firmware"}, "node1 booting (firmware)"),
        ({"state": "up", "stage": "ready"}, "node1 up"),
        ({"state": "off", "stage": "", "seconds": None, "stages": []}, "node1 off"),
        ({"state": "refused", "reason": "verity"}, "node1 refused (verity)"),
        (
            {"state": "lost", "stage": "network", "reason": "silent"},
            "node1 lost (silent since the stage 'network')",
        ),
        ({"state": "lost", "reason": "a new word"}, "node1 lost (a new word)"),
        (
            {"state": "lost", "error": "The BMC at 127.0.0.1 does not answer."},
            "node1 lost (The BMC at 127.0.0.1 does not answer.)",
        ),
    ],
)
def test_in_words(changes: dict[str, Any], text: str) -> None:
    assert str(read(**changes)) == text


def test_stages_keep_their_times() -> None:
    assert read().stages == (("ipxe", 10.0), ("fetching", 12.0))
