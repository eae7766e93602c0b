"""The control room against a real site: a site without an image first (fast), then the shared lab and its nodes."""

from __future__ import annotations

import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab import actions
from sidus_lab.actions import Action
from sidus_lab.embedded import Embedded
from sidus_lab.errors import SidusError
from sidus_lab.panels import ControlRoom, code
from sidus_lab.panels import control_room as module
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Node, Nodes
from sidus_lab.sidus.power import Ipmi
from tests.labs import Labs
from tests.sidus.standins import Site


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


def names(room: ControlRoom) -> list[str]:
    """The names of all buttons and fields of the panel."""
    found: list[str] = []

    def walk(widget: object) -> None:
        found.append(str(getattr(widget, "description", "")))
        for child in getattr(widget, "children", ()):
            walk(child)

    walk(room.widget)
    return found


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
        wait_until(lambda: not looks())


def looks() -> bool:
    """Whether a control room looks at a site by itself."""
    return any(thread.name == "sidus_lab control room" for thread in threading.enumerate())


def running(room: ControlRoom) -> list[Action[Any]]:
    return [action for action in room.actions if action.state == "running"]


def part(room: ControlRoom, name: str) -> Any:
    """One of its sections, whatever its kind."""
    return room.section(name)


def test_a_new_site_is_shown_with_what_to_do(room: ControlRoom) -> None:
    assert [(card.name, card.word) for card in room.cards] == [("node1", "off"), ("node2", "off")]
    text = shown(room)
    assert "2 nodes: 2 off" in text
    assert "Nothing is published yet" in text
    assert "nothing is published yet" in text
    assert part(room, "image").assign.disabled
    card = part(room, "nodes").view("node1")
    assert (card.on.disabled, card.off.disabled, card.boot.disabled) == (True, True, True)
    assert (part(room, "nodes").on.disabled, part(room, "nodes").boot.disabled) == (True, True)
    assert "nodes.assign(" not in re.sub(r"<div class=.sr-code.*?</div>", "", text)


def test_bundle_serves_every_front_end(room: ControlRoom) -> None:
    bundle = room._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "node1 off" in bundle["text/plain"]
    assert "<table>" in bundle["text/html"]


def test_a_set_powers_on_nothing_that_has_nothing_to_boot(room: ControlRoom) -> None:
    """The set's button keeps to the rule of the card's, also when a click comes that should not."""
    nodes = part(room, "nodes")
    assert nodes.on.disabled
    nodes.on.click()
    assert "press Assign" in room.error.widget.value
    assert room.actions == []
    assert [card.word for card in room.cards] == ["off", "off"]


def test_power_through_a_real_bmc(room: ControlRoom, embedded: Embedded) -> None:
    """While it works the node's buttons are held; clicks too many, on its own button or the set's, start nothing."""
    with embedded.connect() as other:
        other.nodes("node1").power("on")
    room.refresh()
    wait_until(lambda: room.cards[0].word == "booting")
    assert room.cards[1].word == "off"
    nodes = part(room, "nodes")
    view = nodes.view("node1")
    assert 'role="progressbar"' in view.text
    assert not view.off.disabled
    nodes.nodeset.value = "node1"
    for clicked in (view.off, view.off, nodes.off):
        clicked.click()
    assert len(room.actions) == 1
    assert room.cards[0].busy or not running(room)
    wait_until(lambda: room.cards[0].word == "off" and not running(room))
    assert "Next:" not in room.error.widget.value
    assert [action.state for action in room.actions] == ["done"]


def test_a_double_click_the_button_of_the_set_and_a_cell_start_one_boot() -> None:
    """Eight threads click the card's Boot, then the set's is clicked, then a cell boots: the BMC hears of it once."""
    site = Site("node1", "node2")
    made = ControlRoom(site.lab, sections=["nodes"])
    try:
        nodes = part(made, "nodes")
        threads = [threading.Thread(target=nodes.view("node1").boot.click) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert "is under way already" in made.error.widget.value
        wait_until(lambda: site.cycles == [["node1"]])
        nodes.nodeset.value = "node[1-2]"
        nodes.boot.click()
        assert "is under way" in made.error.widget.value
        assert "press its Cancel" in made.error.widget.value
        assert [action.name for action in made.actions] == ["boot node1"]
        assert site.lab.nodes("node1").boot() is made.actions[0]
        site.let_up()
        wait_until(lambda: not running(made))
        assert site.cycles == [["node1"]]
        assert [action.state for action in made.actions] == ["done"]
    finally:
        made.close()


def test_what_a_cell_boots_is_held_in_the_panel() -> None:
    site = Site("node1", "node2")
    made = ControlRoom(site.lab, sections=["nodes"])
    try:
        action = site.lab.nodes("node1").boot()
        wait_until(lambda: bool(site.cycles))
        made.refresh()
        assert [card.busy for card in made.cards] == [True, False]
        assert part(made, "nodes").view("node1").boot.disabled
        part(made, "nodes").view("node1").boot.click()
        assert made.actions == [action]  # the click shows what the cell started
        site.let_up()
        action.result(30)
        assert site.cycles == [["node1"]]
    finally:
        made.close()


def test_a_node_on_which_an_experiment_runs_says_so_before_it_is_stopped() -> None:
    site = Site("node1", "node2")
    site.states = dict.fromkeys(site.states, "up")
    made = ControlRoom(site.lab, sections=["nodes"])
    try:
        with site.lab.nodes("node1").used("run 20260131-120000"):
            made.refresh()
            assert "run 20260131-120000 is under way" in shown(made)
            off = part(made, "nodes").view("node1").off
            off.click()
            assert off.description == "Sure? run 20260131-120000 is under way on node1"
            assert made.actions == []
    finally:
        made.close()


def test_five_hundred_nodes_are_shown_in_a_moment() -> None:
    site = Site(*(f"node{number}" for number in range(1, 501)))
    made = ControlRoom(site.lab, sections=["nodes"])
    try:
        assert "500 nodes: 500 off" in shown(made)
        assert part(made, "nodes").nodeset.value == "node[1-500]"
        assert len(made.widget.children) < 20
    finally:
        made.close()


def test_a_wrong_set_of_nodes_is_told_in_the_panel(room: ControlRoom) -> None:
    for wrong in ("node[1-", "nobody", ""):
        room.error.clear()
        part(room, "nodes").nodeset.value = wrong
        part(room, "nodes").boot.click()
        assert "Next:" in room.error.widget.value, wrong
        assert len(html.unescape(room.error.widget.value).splitlines()) <= 3
    assert room.actions == []


def test_a_node_with_nothing_to_boot_is_told_in_the_panel(room: ControlRoom) -> None:
    part(room, "nodes").view("node2").boot.click()  # a click that was on its way while the button was being held
    assert "Next: there is no version to boot" in room.error.widget.value
    assert room.actions == []
    assert room.cards[1].word == "off"


def test_the_proof_of_nodes_that_are_off_cannot_be_asked_for(room: ControlRoom) -> None:
    assert part(room, "proof").prove.disabled


def test_handlers_may_come_from_any_thread_and_return_at_once(room: ControlRoom) -> None:
    failed: list[BaseException] = []

    def click() -> None:
        try:
            part(room, "nodes").nodeset.value = "node[1-2]"
            part(room, "nodes").off.click()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: not running(room))
    assert failed == []
    assert len(room.actions) <= module.KEEP_ACTIONS + 4


def test_ended_actions_are_bounded(room: ControlRoom) -> None:
    for _ in range(module.KEEP_ACTIONS + 3):
        room.submit("wait", [], lambda: actions.start(lambda _control: None, name="wait"))
        wait_until(lambda: not running(room))
    assert len(room.actions) <= module.KEEP_ACTIONS + 1


def test_looks_only_while_somebody_sees_it(room: ControlRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.widget._view_count = 1
    wait_until(looks)
    room.widget._view_count = 0
    wait_until(lambda: not looks())
    room.widget._view_count = 1
    wait_until(looks)


def test_a_changed_inventory_is_noticed(room: ControlRoom, embedded: Embedded) -> None:
    with embedded.connect() as other:
        other.add_node("node9", mac="52:54:00:00:00:99", address="127.0.0.9", power=Ipmi("127.0.0.9", "u", "p"))
        try:
            room.refresh()
            assert [card.name for card in room.cards] == ["node1", "node2", "node9"]
            assert room.cards[2].word == "lost"
        finally:
            other.remove_nodes("node9")
    room.refresh()
    assert [card.name for card in room.cards] == ["node1", "node2"]


def test_a_lost_server_is_told_and_found_again(room: ControlRoom) -> None:
    room.lab.server.close()
    room.refresh()
    assert "Next:" in shown(room)
    room.refresh()
    assert "Next:" not in shown(room)


def test_closed_is_closed(embedded: Embedded) -> None:
    with embedded.connect() as lab:
        made = ControlRoom(lab, "node1")
        made.widget._view_count = 1
        made.close()
        wait_until(lambda: not looks())
        assert "node1" in made._repr_mimebundle_()["text/plain"]
        assert not looks()


def test_many_nodes_are_a_table(room: ControlRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidus_lab.panels.sections.nodes.MAX_CARDS", 1)
    room.refresh()
    assert "root hash" in shown(room)
    assert "Boot node1" not in names(room)
    assert "Boot node[1-2]" in names(room)


def test_code_of_nodes_runs(room: ControlRoom) -> None:
    lines = [line for line in code.nodes("node1").splitlines() if ".boot()" not in line]
    assert len(lines) == 3
    run_code("\n".join(lines).replace('"on"', '"off"'), room.lab)
    run_code(code.log("node1", console=False), room.lab)


def test_code_follows_what_is_chosen(room: ControlRoom) -> None:
    part(room, "nodes").nodeset.value = "node2"
    assert 'lab.nodes("node2")' in html.unescape(part(room, "nodes").frame.code)


@pytest.mark.image
def test_assign_from_the_menu(lab: Lab, lab_home: Path) -> None:
    before = {node.name: node.assignment for node in lab.nodes()}
    made = ControlRoom(lab)
    try:
        part(made, "image").nodeset.value = "node2"
        part(made, "image").scrub.value = True
        part(made, "image").assign.click()
        wait_until(lambda: not running(made))
        found = lab.node("node2").assignment
        assert found is not None
        assert found.root_hash == part(made, "image").choice.value == lab.published()[0].root_hash
        assert found.arguments == ("sidus.scrub=1",)
        names = run_code(code.image("node2", str(part(made, "image").choice.value), scrub=True), lab)
        assert isinstance(names["nodes"], Nodes)
        assert {node.name: node.assignment for node in lab.nodes("node1")} == {"node1": before["node1"]}
    finally:
        made.close()


def test_a_room_shows_the_sections_that_it_is_given(embedded: Embedded) -> None:
    with embedded.connect() as lab:
        made = ControlRoom(lab, sections=["jobs"])
        try:
            assert "Jobs of the site" in shown(made)
            assert "Nodes" not in shown(made)
        finally:
            made.close()
        with pytest.raises(SidusError, match="kind 'weather' is not known"):
            ControlRoom(lab, sections=["weather"])


def test_a_panel_carries_the_time_of_its_last_look(room: ControlRoom) -> None:
    """It is in the page all the time, and seen when the kernel can no longer say anything (tests/browser)."""
    assert re.search(r"As of \d\d:\d\d:\d\d\.", shown(room))
    assert "Run this cell again for a new panel" in shown(room)


@pytest.mark.boot
@pytest.mark.image
def test_proof_and_console_of_nodes_that_are_up(booted: Nodes, lab: Lab, lab_home: Path) -> None:
    made = ControlRoom(lab)
    try:
        assert {card.word for card in made.cards} == {"up"}
        part(made, "proof").prove.click()
        wait_until(lambda: part(made, "proof").proof is not None)
        assert part(made, "proof").proof is not None
        assert part(made, "proof").proof.same
        assert "run the same software" in shown(made)
        assert "Linux version" in shown(made) or "login:" in shown(made)
        proof = run_code(code.proof("node[1-2]", scrub=False), lab)["proof"]
        assert getattr(proof, "same", False)
        run_code(code.log("node1", console=True), lab)
        for boot in (part(made, "nodes").boot, part(made, "nodes").view("node1").boot):
            boot.click()
            assert "Sure? node" in boot.description
        assert running(made) == []
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
