"""Where the system of nodes comes from, as plain data that a run keeps."""

from __future__ import annotations

import json
from typing import Any

from sidus_lab.errors import ServerError
from sidus_lab.sidus.origin import boot_stages, origin
from tests.sidus.standins import Site, entry, status, version

STAGES = [{"stage": "ipxe", "time": 7.0, "seconds": 2.5}, {"stage": "ready", "time": 9.5, "seconds": None}]
LOCK = [{"name": "bash", "version": "5.2", "arch": "amd64", "sha256": "a" * 64}]


def site() -> Site:
    made = Site("node1", "node2", "node3")
    values = made.connection.values
    shown = {**version(), "recipe": {"name": "small"}, "lock": LOCK, "manifest": None, "versions": []}
    values["image show"] = lambda name: {**shown, "asked": name}
    values["node list"] = {"nodes": [entry("node1"), entry("node2", power_on=None), entry("node3", assignment=None)]}
    rows = [status("node1", "up", stages=STAGES), status("node2", "up", stages=STAGES), status("node3", "off")]
    values["node status"] = {"nodes": rows}
    return made


def test_each_image_once_with_recipe_and_lock() -> None:
    made = site()
    nodes = made.nodes
    found: dict[str, Any] = json.loads(json.dumps(origin(made.connection.server, nodes)))
    assert list(found["images"]) == ["ab" * 32]
    image = found["images"]["ab" * 32]
    assert (image["image"], image["version"]) == ("small", "0123456789ab")
    assert image["lock"] == LOCK
    assert image["recipe"] == {"name": "small"}
    assert image["manifest"] is None
    assert [words for words in made.connection.asked if words[0] == "image"] == [
        ("image", "show", "small@0123456789ab")
    ]


def test_stages_count_from_power_on_or_from_the_first_report() -> None:
    table = boot_stages(site().nodes)
    assert table.groupby("node")["seconds"].apply(list).to_dict() == {"node1": [2.0, 4.5], "node2": [0.0, 2.5]}


def test_an_image_that_is_gone_is_left_out() -> None:
    made = site()

    def gone(_name: str) -> dict[str, Any]:
        raise ServerError("There is no image.", code="unknown-image")

    made.connection.values["image show"] = gone
    assert origin(made.connection.server, made.nodes)["images"] == {}
