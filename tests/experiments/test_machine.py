"""What machines can do beyond running a program: be proven, be started anew, and by whom."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.errors import Cancelled, SidusError
from sidus_lab.experiments import RunError
from sidus_lab.experiments.machine import Provable, by_name, provable, restarter
from tests.experiments.second_kinds import Bench, FixedBench
from tests.sidus.standins import Site, entry


def test_nodes_of_one_site_can_be_proven_together() -> None:
    site = Site("node1", "node2")
    nodes = site.lab.nodes()
    assert isinstance(nodes, Provable)
    assert provable(nodes) is nodes
    listed = provable(list(nodes))
    assert listed == nodes
    assert provable([*nodes, *Site("node3").lab.nodes()]) is None, "of two sites"
    assert provable([]) is None


def test_other_machines_have_no_proof(tmp_path: Path) -> None:
    assert provable([Bench(tmp_path, "node1")]) is None
    assert provable([Bench(tmp_path, "node1"), *Site("node2").lab.nodes()]) is None


def test_two_machines_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="same name"):
        by_name([Bench(tmp_path, "node1"), Bench(tmp_path, "node1")])


def test_who_can_be_started_anew(tmp_path: Path) -> None:
    assert restarter(Bench(tmp_path, "node1")) is not None
    assert restarter(FixedBench(tmp_path, "node1")) is None
    assert restarter(Site("node1").lab.node("node1")) is not None
    site = Site("node1")
    site.connection.values["node list"] = {"nodes": [entry("node1", power={"kind": "by-hand"})]}
    assert restarter(site.lab.node("node1")) is None, "somebody would have to go there"


def test_a_node_is_power_cycled_and_awaited() -> None:
    site = Site("node1")
    start = restarter(site.lab.node("node1"))
    assert start is not None
    ended: list[Any] = []
    thread = threading.Thread(target=lambda: ended.append(start(threading.Event())))
    thread.start()
    deadline = time.monotonic() + 60
    while not site.cycles:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not ended, "it boots"
    site.let_up()
    thread.join(60)
    assert ended == [None]
    assert site.cycles == [["node1"]]


def test_a_restart_that_fails_or_is_cancelled() -> None:
    site = Site("node1")
    start = restarter(site.lab.node("node1"))
    assert start is not None
    site.broken.add("node1")
    with pytest.raises(SidusError):
        start(threading.Event())
    site.broken.clear()
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    with pytest.raises(Cancelled):
        start(cancel)
