"""Does a value have its shape?"""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.sidusctl import shaped, shapes

STAGE = {"stage": "ipxe", "time": 1.5, "seconds": None}
ROW = {
    "name": "n",
    "power": "on",
    "error": None,
    "state": "up",
    "stage": "ready",
    "seconds": 3,
    "fraction": 1.0,
    "reason": "",
    "stages": [STAGE],
    "last": None,
    "alarms": [],
}


def test_what_fits() -> None:
    assert shaped.faults({"nodes": [ROW], "damaged": []}, shapes.Statuses, exact=True) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"power": "melted"}, "nodes[0].power must be one of 'on', 'off', 'unknown'"),
        ({"fraction": True}, "nodes[0].fraction must be a number"),
        ({"seconds": "3"}, "nodes[0].seconds must be a number"),
        ({"stages": {}}, "nodes[0].stages must be a list"),
        ({"stages": [{**STAGE, "time": None}]}, "nodes[0].stages[0].time must be a number"),
        ({"last": []}, "nodes[0].last must be an object"),
        ({"more": 1}, "nodes[0].more is unknown"),
    ],
)
def test_what_does_not(change: dict[str, Any], fault: str) -> None:
    assert shaped.faults({"nodes": [{**ROW, **change}], "damaged": []}, shapes.Statuses, exact=True) == [fault]


def test_a_key_is_missing() -> None:
    row = {key: value for key, value in ROW.items() if key != "reason"}
    assert shaped.faults({"nodes": [row], "damaged": []}, shapes.Statuses) == ["nodes[0].reason is missing"]
    assert shaped.faults(3, shapes.Statuses) == ["the value must be an object"]


def test_a_key_of_a_newer_version_is_let_be() -> None:
    assert shaped.faults({"nodes": [{**ROW, "more": 1}], "damaged": []}, shapes.Statuses) == []
