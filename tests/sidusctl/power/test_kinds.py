"""What every kind of power must keep: tried on a real BMC, by hand, and on a tiny kind of the test's own."""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from sidus_lab.embedded import machine
from sidus_lab.embedded.service import free_ports, is_bound
from sidus_lab.sidusctl import shaped, shapes, tools
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.grammar import Word, word
from sidus_lab.sidusctl.power import kinds, switch
from sidus_lab.sidusctl.power.by_hand import ByHand
from sidus_lab.sidusctl.power.command import Command
from sidus_lab.sidusctl.power.ipmi import Ipmi
from sidus_lab.sidusctl.power.kind import Kind
from sidus_lab.sidusctl.power.redfish import Redfish
from sidus_lab.sidusctl.power.wake import Wake
from tests.sidusctl.conftest import Program, add_node, report
from tests.sidusctl.power.redfish_service import USER, Service, redfish_service  # noqa: F401 - a fixture

SECRET = "word"


class FilePower(shapes.Power):
    path: str


class FileKind:
    """A tiny second kind: the machine is a file, and it is on while the file is there."""

    name = "file"
    shape: type = FilePower
    secret = "word"
    words: tuple[Word, ...] = (word("--file"),)

    def given(self, given: argparse.Namespace) -> shapes.Power:
        if not given.file.startswith("/"):
            raise CtlError("bad-file", "No absolute path.", hint="for example /x")
        way: FilePower = {"kind": self.name, "path": given.file}
        return way

    def place(self, way: shapes.Power) -> str | None:
        return "file " + cast(FilePower, way)["path"]

    def ready(self) -> None:
        pass

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        if secret != SECRET:
            raise CtlError("wrong-word", "The word is wrong.")
        return "on" if Path(cast(FilePower, way)["path"]).exists() else "off"

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        self.state(way, secret)
        Path(cast(FilePower, way)["path"]).touch()
        return "on"

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        self.state(way, secret)
        Path(cast(FilePower, way)["path"]).unlink(missing_ok=True)
        return "off"


@dataclass(frozen=True)
class Case:
    """A kind with a machine that it can switch."""

    kind: Kind
    words: list[str]

    @property
    def way(self) -> shapes.Power:
        parser = argparse.ArgumentParser()
        for names, options in self.kind.words:
            parser.add_argument(*names, **options)
        return self.kind.given(parser.parse_args(self.words))


@pytest.fixture
def bmc(tmp_path: Path) -> Iterator[list[str]]:
    """A real BMC (ipmi_sim) whose machine is a process that sleeps; gives the words that describe it."""
    if tools.find("ipmi_sim") is None or tools.find("ipmitool") is None:
        pytest.skip("needs ipmi_sim and ipmitool")
    port, line = free_ports(2)
    (tmp_path / "state").mkdir()
    (tmp_path / "start").write_text("#!/bin/sh\nexec sleep 600\n")
    (tmp_path / "start").chmod(0o700)
    config = machine.bmc_config("n", port=port, vm_port=line, user="admin", password=SECRET, start="./start")
    (tmp_path / "lan.conf").write_text(config)
    (tmp_path / "sim.emu").write_text(machine.BMC_COMMANDS)
    words = [tools.need("ipmi_sim"), "-c", "lan.conf", "-f", "sim.emu", "-s", "state", "-n"]
    process = subprocess.Popen(words, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 30
        while not is_bound(port):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        yield ["--bmc-host", "127.0.0.1", "--bmc-port", str(port), "--bmc-user", "admin", "--bmc-cipher", "3"]
    finally:
        process.terminate()
        process.wait(30)


def _file(request: pytest.FixtureRequest) -> Case:
    return Case(FileKind(), ["--file", str(request.getfixturevalue("tmp_path") / "machine")])


def _ipmi(request: pytest.FixtureRequest) -> Case:
    return Case(Ipmi(), request.getfixturevalue("bmc"))


def _by_hand(_request: pytest.FixtureRequest) -> Case:
    return Case(ByHand(), [])


def _command(request: pytest.FixtureRequest) -> Case:
    """A power strip that is a file, switched by a script that asks for its word."""
    folder: Path = request.getfixturevalue("tmp_path")
    script = folder / "strip"
    script.write_text(
        f'#!/bin/sh\nread -r word; test "$word" = {SECRET} || {{ echo refused; exit 1; }}\ncd {folder}\n'
        'case "$1" in on) touch "$2" ;; off) rm -f "$2" ;; *) test -e "$2" && echo on || echo off ;; esac\n'
    )
    script.chmod(0o700)
    return Case(Command(), ["--power-command", str(script), "--power-argument", "socket7"])


def _redfish(request: pytest.FixtureRequest) -> Case:
    service: Service = request.getfixturevalue("redfish_service")
    words = ["--redfish-url", service.url, "--redfish-user", USER, "--redfish-fingerprint", service.fingerprint]
    return Case(Redfish(), words)


def _wake(_request: pytest.FixtureRequest) -> Case:
    return Case(Wake(), ["--wake-mac", "52:54:00:00:00:01", "--wake-broadcast", "127.255.255.255"])


ALL = [_file, _ipmi, _command, _redfish, _wake, _by_hand]
REMOTE = [_file, _ipmi, _command, _redfish]


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    make: Callable[[pytest.FixtureRequest], Case] = request.param
    return make(request)


def _node(case: Case, name: str = "n1") -> shapes.Node:
    return {
        "name": name,
        "mac": "52:54:00:00:00:01",
        "address": "h",
        "ssh_port": 22,
        "power": case.way,
        "host_key": "",
        "assignment": None,
        "power_on": None,
    }


def _switch(case: Case, action: str, monkeypatch: pytest.MonkeyPatch, secret: str = SECRET) -> shapes.PowerRow:
    monkeypatch.setitem(kinds.KINDS, case.kind.name, case.kind)
    return switch.power([_node(case)], action, lambda _name: secret)[0]


def test_every_kind_is_tried_here(request: pytest.FixtureRequest) -> None:
    light = {each(request).kind.name for each in (_by_hand, _file, _command, _wake)}
    assert light | {"ipmi", "redfish"} == {*kinds.KINDS, "file"}


@pytest.mark.parametrize("case", ALL, indirect=True)
def test_what_it_keeps_has_its_shape_and_is_the_same_each_time(case: Case) -> None:
    assert shaped.faults(case.way, case.kind.shape, exact=True) == []
    assert case.way["kind"] == case.kind.name
    assert case.way == case.way
    assert SECRET not in str(case.way)
    place = case.kind.place(case.way)
    assert place is None or place == case.kind.place(case.way)
    case.kind.ready()


@pytest.mark.parametrize("case", REMOTE, indirect=True)
def test_on_and_off_as_often_as_one_likes(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    for action, state in [
        ("status", "off"),
        ("off", "off"),
        ("on", "on"),
        ("on", "on"),
        ("status", "on"),
        ("cycle", "on"),
        ("off", "off"),
        ("cycle", "on"),
        ("off", "off"),
    ]:
        assert _switch(case, action, monkeypatch) == {"name": "n1", "power": state, "error": None}, action


@pytest.mark.parametrize("case", REMOTE, indirect=True)
def test_a_start_is_noted_only_when_it_is_one(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, case.kind.name, case.kind)
    noted: list[list[str]] = []
    for action in ("on", "on", "status", "off", "cycle"):
        switch.power([_node(case)], action, lambda _name: SECRET, noted.append)
    assert noted == [["n1"], [], ["n1"]]
    switch.power([_node(case)], "off", lambda _name: SECRET)


@pytest.mark.parametrize("case", REMOTE, indirect=True)
def test_a_wrong_secret_is_the_error_of_its_node(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    row = _switch(case, "on", monkeypatch, secret="s3cond")
    assert row["power"] == "unknown"
    assert row["error"]
    assert "s3cond" not in row["error"]


def test_by_hand_nothing_is_switched_and_nothing_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(ByHand(), [])
    assert _switch(case, "status", monkeypatch) == {"name": "n1", "power": "unknown", "error": None}
    for action in ("on", "off", "cycle"):
        row = _switch(case, action, monkeypatch)
        assert row["power"] == "unknown"
        assert "by hand" in str(row["error"])


def test_a_machine_without_a_bmc_is_up_when_it_reports(ctl: Program) -> None:
    words = ["--mac", "52:54:00:00:00:01", "--address", "h1"]
    node = ctl("node", "add", "node1", *words, "--power", "by-hand").value
    assert node["power"] == {"kind": "by-hand"}
    assert ctl("node", "status").value["nodes"][0]["state"] == "lost"
    ctl("node", "power", "node1", "on")  # nothing is switched, but a start is ordered: what it reports counts
    report(ctl, "ready", "up=40.1")
    assert ctl("node", "status").value["nodes"][0]["state"] == "up"
    assert add_node(ctl, 2).value["power"]["kind"] == "ipmi"
    assert ctl("node", "add", "node3", "--mac", "52:54:00:00:00:03", "--address", "h3").code == 2


def test_a_kind_that_nobody_knows_is_named(ctl: Program) -> None:
    add_node(ctl, 1)
    text = (ctl.site / "nodes.json").read_text().replace('"ipmi"', '"smoke-signals"')
    (ctl.site / "nodes.json").write_text(text)
    assert ctl("node", "list").value["nodes"][0]["power"]["kind"] == "smoke-signals"
    assert "smoke-signals" in ctl("node", "power", "node1", "on").error["message"]


@pytest.mark.parametrize(
    "words",
    [
        ["-U", "admin", "-I", "lan", "-A", "NONE"],
        ["-U", "admin", "-I", "lan", "-A", "MD5", "-P", "wrong"],
        ["-U", "admin", "-I", "lanplus", "-C", "3", "-P", "wrong"],
        ["-U", "admin2", "-I", "lanplus", "-C", "0", "-P", ""],  # it asks whoever knows the name for nothing more
        ["-U", "", "-I", "lanplus", "-C", "0", "-P", ""],
    ],
    ids=" ".join,
)
def test_the_lab_s_bmc_refuses_a_stranger(bmc: list[str], words: list[str]) -> None:
    where = ["-H", bmc[1], "-p", bmc[3], "-N", "1", "-R", "1"]
    done = tools.run(["ipmitool", *where, *words, "chassis", "power", "status"], timeout=60)
    assert done.returncode != 0
    assert b"Chassis Power is" not in done.stdout


def test_no_two_bmcs_of_a_lab_have_one_user_and_none_is_guessed() -> None:
    assert machine.bmc_user("one") != machine.bmc_user("two")
    assert len(machine.bmc_user("one")) == 15
    assert "one" not in machine.bmc_user("one")
