"""The control room against a real site: a site without an image first (fast), then the shared lab and its nodes."""

from __future__ import annotations

import ast
import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded
from sidus_lab.panels import ControlRoom, code
from sidus_lab.panels import control_room as module
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Node, Nodes
from tests.labs import Labs


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def shown(room: ControlRoom) -> str:
    """All text of the panel."""
    values: list[str] = []

    def walk(widget: object) -> None:
        value = getattr(widget, "value", None)
        values.append(value if isinstance(value, str) else "")
        for child in getattr(widget, "children", ()):
            walk(child)

    walk(room.widget)
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", "\n".join(values), flags=re.S))


def run_code(text: str, lab: Lab) -> dict[str, object]:
    """Run the lines that a panel shows."""
    names: dict[str, object] = {"lab": lab}
    exec(compile(text, "shown code", "exec"), names)
    return names


@pytest.fixture(scope="module")
def embedded(labs: Labs) -> Iterator[Embedded]:
    """A site without an image."""
    with labs.site("panels") as made:
        yield made


@pytest.fixture
def room(embedded: Embedded) -> Iterator[ControlRoom]:
    with embedded.connect() as lab:
        made = ControlRoom(lab)
        yield made
        made.close()
        wait_until(lambda: not made._poller.running)


def test_a_new_site_is_shown_with_what_to_do(room: ControlRoom) -> None:
    assert [(card.name, card.word) for card in room.cards] == [("node1", "off"), ("node2", "off")]
    text = shown(room)
    assert "2 nodes: 2 off" in text
    assert "Nothing is published yet" in text
    assert "choose a version above and assign it" in text
    assert room.image.assign.disabled
    assert room.machines.view("node1").boot.disabled


def test_bundle_serves_every_front_end(room: ControlRoom) -> None:
    bundle = room._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "node1 off" in bundle["text/plain"]
    assert "<table>" in bundle["text/html"]


def test_power_through_a_real_bmc(room: ControlRoom, embedded: Embedded) -> None:
    """The set's button powers on, the node's own powers off; while it works the node's buttons are held."""
    room.machines.nodeset.value = "node1"
    room.machines.on.click()
    assert room.cards[0].can_off is False
    wait_until(lambda: room.cards[0].word != "off")
    assert room.cards[0].word == "booting"
    assert room.cards[1].word == "off"
    view = room.machines.view("node1")
    assert 'role="progressbar"' in view._body.value
    wait_until(lambda: not view.off.disabled)
    view.off.click()
    wait_until(lambda: room.cards[0].word == "off" and not room._running)
    assert room.error.widget.value == ""
    assert {panel.action.state for panel in room._panels} == {"done"}


def test_a_wrong_set_of_nodes_is_told_in_the_panel(room: ControlRoom) -> None:
    for wrong in ("node[1-", "nobody", ""):
        room.error.clear()
        room.machines.nodeset.value = wrong
        room.machines.boot.widget.click()
        assert "Next:" in room.error.widget.value, wrong
        assert len(html.unescape(room.error.widget.value).splitlines()) <= 3
    assert room._running == {}


def test_a_node_with_nothing_to_boot_is_told_in_the_panel(room: ControlRoom) -> None:
    room.machines.view("node2").boot.disabled = False
    room.machines.view("node2").boot.click()
    wait_until(lambda: not room._running)
    assert "Next:" in shown(room)
    assert room.cards[1].word == "off"


def test_the_proof_of_nodes_that_are_off_cannot_be_asked_for(room: ControlRoom) -> None:
    assert room.proof.prove.disabled


def test_handlers_may_come_from_any_thread_and_return_at_once(room: ControlRoom) -> None:
    failed: list[BaseException] = []

    def click() -> None:
        try:
            room.machines.nodeset.value = "node[1-2]"
            room.machines.off.widget.click()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: not room._running)
    assert failed == []
    assert len(room._panels) <= module.KEEP_ACTIONS + 4


def test_ended_actions_are_bounded(room: ControlRoom) -> None:
    for _ in range(module.KEEP_ACTIONS + 3):
        room.machines.off.widget.click()
        wait_until(lambda: not room._running)
    assert len(room._panels) <= module.KEEP_ACTIONS + 1
    assert len(room._actions.children) == len(room._panels)


def test_looks_only_while_somebody_sees_it(room: ControlRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.widget._view_count = 1
    wait_until(lambda: room._poller.running)
    room.widget._view_count = 0
    wait_until(lambda: not room._poller.running)
    room.widget._view_count = 1
    wait_until(lambda: room._poller.running)


def test_a_changed_inventory_is_noticed(room: ControlRoom, embedded: Embedded) -> None:
    with embedded.connect() as other:
        other.add_node(
            "node9", mac="52:54:00:00:00:99", address="127.0.0.9", bmc="127.0.0.9", bmc_user="u", bmc_password="p"
        )
        try:
            room.refresh()
            assert [card.name for card in room.cards] == ["node1", "node2", "node9"]
            assert room.cards[2].word == "lost"
        finally:
            other.remove_nodes("node9")
    room.refresh()
    assert [card.name for card in room.cards] == ["node1", "node2"]


def test_a_lost_server_is_told_and_found_again(room: ControlRoom) -> None:
    room._lab.server.close()
    room.refresh()
    assert "Next:" in room._trouble.widget.value
    room.refresh()
    assert room._trouble.widget.value == ""


def test_closed_is_closed(embedded: Embedded) -> None:
    with embedded.connect() as lab:
        made = ControlRoom(lab, "node1")
        made.widget._view_count = 1
        made.close()
        wait_until(lambda: not made._poller.running)
        assert "node1" in made._repr_mimebundle_()["text/plain"]
        assert not made._poller.running


def test_many_nodes_are_a_table(room: ControlRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidus_lab.panels.nodes_section.MAX_CARDS", 1)
    room.refresh()
    assert room.machines._grid.children == ()
    assert "<table>" in room.machines._table.value


@pytest.mark.parametrize(
    "text",
    [
        code.image("node1", "a" * 64, scrub=True),
        code.nodes("node[1-2]"),
        code.proof("node1", scrub=True),
        code.log("node1", console=True),
        code.log("node1", console=False),
    ],
)
def test_code_names_what_there_is(text: str) -> None:
    """Every method that the lines call on nodes is one that nodes have."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id in ("nodes", "lab"):
            assert hasattr(Nodes if call.value.id == "nodes" else Lab, call.attr), call.attr


def test_code_of_nodes_runs(room: ControlRoom) -> None:
    lines = [line for line in code.nodes("node1").splitlines() if ".boot()" not in line]
    assert len(lines) == 3
    run_code("\n".join(lines).replace('"on"', '"off"'), room._lab)
    run_code(code.log("node1", console=False), room._lab)


def test_code_follows_what_is_chosen(room: ControlRoom) -> None:
    room.machines.nodeset.value = "node2"
    assert 'lab.nodes("node2")' in html.unescape(room.machines.section.code)


@pytest.mark.image
def test_assign_from_the_menu(lab: Lab, lab_home: Path) -> None:
    before = {node.name: node.assignment for node in lab.nodes()}
    made = ControlRoom(lab)
    try:
        made.image.nodeset.value = "node2"
        made.image.scrub.value = True
        made.image.assign.click()
        wait_until(lambda: not made._running)
        found = lab.node("node2").assignment
        assert found is not None
        assert found.root_hash == made.image.choice.value == lab.published()[0].root_hash
        assert found.arguments == ("sidus.scrub=1",)
        names = run_code(code.image("node2", str(made.image.choice.value), scrub=True), lab)
        assert isinstance(names["nodes"], Nodes)
        assert {node.name: node.assignment for node in lab.nodes("node1")} == {"node1": before["node1"]}
    finally:
        made.close()


@pytest.mark.boot
@pytest.mark.image
def test_proof_and_console_of_nodes_that_are_up(booted: Nodes, lab: Lab, lab_home: Path) -> None:
    made = ControlRoom(lab)
    try:
        assert {card.word for card in made.cards} == {"up"}
        made.proof.prove.click()
        wait_until(lambda: made.proof.proof is not None)
        assert made.proof.proof is not None
        assert made.proof.proof.same
        assert "run the same software" in shown(made)
        assert "<table>" in made.proof._shown.value
        assert "Linux version" in shown(made) or "login:" in shown(made)
        proof = run_code(code.proof("node[1-2]", scrub=False), lab)["proof"]
        assert getattr(proof, "same", False)
        run_code(code.log("node1", console=True), lab)
        made.machines.boot.widget.click()
        assert "Sure?" in made.machines.boot.widget.description
        assert made._running == {}
    finally:
        made.close()


@pytest.mark.boot
@pytest.mark.image
def test_ensure_up_leaves_nodes_running_that_run_the_right_version(booted: Nodes) -> None:
    def boots() -> dict[str, str]:
        return {node.name: node.inspect().boot for node in booted}

    before = boots()
    assert all(isinstance(node, Node) and node.runs_assigned() for node in booted)
    action = booted.ensure_up()
    action.result()
    assert action.fraction == 1.0
    assert boots() == before
