"""The embedded lab, up and down for real: its services run, and nothing is left of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded, default_machines
from sidus_lab.embedded.processes import look_up
from sidus_lab.errors import SidusError
from tests.labs import Labs, marked

ROOT = Path(__file__).parents[2]
# What another process does with a lab; it says when it is up, and waits.
OTHER = """
import signal, sys, time
from pathlib import Path
from sidus_lab.embedded import Embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored in the background
print("starting", flush=True)
Embedded(Path(sys.argv[1])).up(owner="demo", use_kvm=False, say=lambda line: print(line, flush=True))
print("UP", flush=True)
time.sleep(600)
"""


@pytest.fixture
def make_home(labs: Labs) -> Iterator[Callable[[str], Path]]:
    """Make an empty home; afterwards no process of it may be left once it is down."""
    made: list[Path] = []

    def make(name: str) -> Path:
        made.append(labs.home(name))
        return made[-1]

    yield make
    for home in made:
        Embedded(home).down()
        assert Embedded(home).processes() == []
        assert marked(home) == []
        labs.drop(home)


@pytest.fixture
def other(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start another process that takes a lab up."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", OTHER, str(home)]
        started.append(subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


def say_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """Read what a process says until a line begins with these words."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(words):
            return lines
    raise AssertionError(f"ended without {words!r}: {lines}")


def test_up_twice_and_down_twice(make_home: Callable[[str], Path]) -> None:
    embedded = Embedded(make_home("twice"))
    assert embedded.status() == []
    embedded.down()
    with pytest.raises(SidusError, match="not up") as caught:
        embedded.connect()
    assert caught.value.hint == "sidus-lab lab up"

    with embedded.up(use_kvm=False) as lab:
        assert lab.nodes().names == ["node1", "node2"]
        assert {state.word for state in lab.nodes().status().values()} == {"off"}
        rows = embedded.status()
        assert [(name, state) for name, state, _ in rows] == [
            (name, "up") for name in ("sshd", "nginx", "bmc-node1", "bmc-node2")
        ]
        before = {process.pid for process in embedded.processes()}
        with embedded.up() as again:
            assert again.nodes().names == lab.nodes().names
        assert before <= {process.pid for process in embedded.processes()}
        assert embedded.status() == rows

    said: list[str] = []
    embedded.down(said.append)
    assert said[0].startswith("ending ")
    assert {state for _, state, _ in embedded.status()} == {"off"}
    embedded.down()
    # The same ports again, and what the site knows is still there.
    with embedded.up() as lab:
        assert embedded.status() == rows
        assert lab.nodes().names == ["node1", "node2"]


def test_two_labs_at_once(make_home: Callable[[str], Path]) -> None:
    first, second = Embedded(make_home("first")), Embedded(make_home("second"))
    with first.up(use_kvm=False) as here, second.up(default_machines(1), use_kvm=False) as there:
        assert here.nodes().names == ["node1", "node2"]
        assert there.nodes().names == ["node1"]
        ports = [where for embedded in (first, second) for _, _, where in embedded.status()]
        assert len(set(ports)) == len(ports)
        mine = {process.pid for process in first.processes()}
        assert mine
        assert mine.isdisjoint({process.pid for process in second.processes()})
        second.down()
        assert here.nodes().power("status") == {"node1": "off", "node2": "off"}


def test_a_remembered_port_that_was_taken_since(make_home: Callable[[str], Path]) -> None:
    embedded = Embedded(make_home("port"))
    embedded.up(default_machines(1), use_kvm=False).close()
    before = {name: where for name, _, where in embedded.status()}
    embedded.down()
    with socket.create_server(("127.0.0.1", int(before["nginx"].rpartition(":")[2]))), embedded.up() as lab:
        after = {name: where for name, _, where in embedded.status()}
        assert before["nginx"] not in after.values()
        assert {state for _, state, _ in embedded.status()} == {"up"}
        # The site and the node know the new ports.
        port = after["nginx"].rpartition(":")[2]
        assert json.loads((embedded.home.site / "site.json").read_text())["url"].endswith(f":{port}")
        assert lab.nodes().power("status") == {"node1": "off"}


def test_other_nodes_than_last_time(make_home: Callable[[str], Path]) -> None:
    embedded = Embedded(make_home("more"))
    with embedded.up(default_machines(1), use_kvm=False) as lab:
        assert lab.nodes().names == ["node1"]
    with embedded.up(default_machines(3)) as lab:
        assert lab.nodes().names == ["node1", "node2", "node3"]
        assert set(lab.nodes().power("status").values()) == {"off"}
    with embedded.up(default_machines(2)) as lab:
        assert lab.nodes().names == ["node1", "node2"]


@pytest.mark.boot
def test_a_node_is_switched_through_its_bmc_and_ends_with_the_lab(make_home: Callable[[str], Path]) -> None:
    embedded = Embedded(make_home("power"))
    with embedded.up(use_kvm=False) as lab:
        nodes = lab.nodes("node1")
        assert nodes.power("on") == {"node1": "on"}
        pid = int(wait_for(embedded.home.run / "node1" / "qemu.pid"))
        assert nodes.power("status") == {"node1": "on"}
        assert look_up(pid) is not None
        assert pid in {process.pid for process in embedded.processes()}
        nodes.power("off")
        wait_until(lambda: look_up(pid) is None)
        nodes.power("on")
        wait_until(lambda: int(wait_for(embedded.home.run / "node1" / "qemu.pid")) != pid)
        again = int(wait_for(embedded.home.run / "node1" / "qemu.pid"))
        assert lab.nodes("node2").power("status") == {"node2": "off"}
    embedded.down()
    assert look_up(again) is None


def test_what_a_killed_owner_left_is_cleared(
    make_home: Callable[[str], Path], other: Callable[[Path], subprocess.Popen[str]]
) -> None:
    home = make_home("killed")
    owner = other(home)
    say_until(owner, "UP")
    left = {process.pid for process in Embedded(home).processes()}
    assert left
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    said: list[str] = []
    with Embedded(home).up(owner="tests", say=said.append) as lab:
        assert f"clearing what an earlier demo left behind (process {owner.pid} is gone)" in said
        assert not [pid for pid in left if look_up(pid) is not None]
        assert lab.nodes().names == ["node1", "node2"]


def test_a_lab_in_use_is_not_taken_from_its_owner(
    make_home: Callable[[str], Path], other: Callable[[Path], subprocess.Popen[str]]
) -> None:
    home = make_home("in-use")
    owner = other(home)
    say_until(owner, "UP")
    with pytest.raises(SidusError, match=f"Another demo \\(process {owner.pid}\\) uses the embedded lab") as caught:
        Embedded(home).up(owner="tests")
    assert "SIDUS_LAB_HOME=" in caught.value.hint
    # It may be looked at.
    with Embedded(home).connect() as lab:
        assert lab.nodes().names == ["node1", "node2"]


@pytest.mark.parametrize("moment", ["starting", "sshd on", "bmc-node1 on"])
def test_interrupted_while_it_starts(
    moment: str, make_home: Callable[[str], Path], other: Callable[[Path], subprocess.Popen[str]]
) -> None:
    home = make_home("int")
    process = other(home)
    say_until(process, moment)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in said
    assert process.returncode != 0
    assert Embedded(home).processes() == []
    with Embedded(home).up(owner="tests") as lab:
        assert lab.nodes().names == ["node1", "node2"]


# Each sign means something to one of: shell, QEMU's options, nginx, sshd, ssh, ipmi_sim.
@pytest.mark.boot
@pytest.mark.parametrize("name", ["with space é 中", "it's, [a]=10@h;#&|<x> {b}~*?`id`()"])
def test_a_home_with_any_signs_in_its_path(name: str, make_home: Callable[[str], Path]) -> None:
    embedded = Embedded(make_home(name))
    with embedded.up(default_machines(1), use_kvm=False) as lab:
        assert {state for _, state, _ in embedded.status()} == {"up"}
        assert lab.check().rows[-1].text == str(embedded.home.site)
        nodes = lab.nodes()
        nodes.power("on")
        # It finds its boot file by TFTP, and asks the web server for its own script (it has none).
        log = embedded.home.site / "log" / "access.jsonl"
        asked = f"/boot/by-mac/{default_machines(1)[0].mac.replace(':', '-')}.ipxe"
        wait_until(lambda: log.exists() and asked in log.read_text(), 90)
        assert embedded.console("node1").exists()
        assert nodes.power("off") == {"node1": "off"}


@pytest.mark.parametrize("name", ['quote"', "back\\slash", "line\nbreak", "100%h", "$HOME"])
def test_a_home_that_cannot_be_written_into_the_configurations(name: str, labs: Labs) -> None:
    with pytest.raises(SidusError, match="cannot be the home of an embedded lab") as caught:
        Embedded(labs.top / name)
    assert "SIDUS_LAB_HOME" in caught.value.hint
    assert not (labs.top / name).exists()


def wait_for(path: Path, limit: float = 30) -> str:
    """Give a file's text once it has some."""
    wait_until(lambda: path.exists() and bool(path.read_text().strip()), limit)
    return path.read_text()


def wait_until(condition: Callable[[], bool], limit: float = 30) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; this run is an ordinary user's")
@pytest.mark.boot
def test_as_an_ordinary_user(labs: Labs) -> None:
    user = f"sidus-test-{os.getpid() % 10000}"
    subprocess.run(["useradd", "--create-home", user], check=True)
    try:
        home = Path(f"~{user}").expanduser() / "lab"
        done = as_user(user, python_of(user), AS_USER, str(home))
        assert done.returncode == 0, done.stdout + done.stderr
        said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.split(" ")[0].isupper())
        assert said["PRIVILEGE"] in ("userns", "sudo")
        assert said["POWER"] == "{'node1': 'on'} {'node1': 'on'}"
        assert said["STATUS"] == "['up', 'up', 'up']"
        assert said["LEFT"] == "[]"
    finally:
        subprocess.run(["userdel", "--remove", user], check=True, capture_output=True)


AS_USER = """
import os, sys
from pathlib import Path
from sidus_lab.embedded import Embedded, default_machines
assert os.geteuid() != 0
embedded = Embedded(Path(sys.argv[1]))
try:
    with embedded.up(default_machines(1), owner="test", use_kvm=False, say=print) as lab:
        print("PRIVILEGE", lab.init().privilege)
        print("POWER", lab.nodes().power("on").ok, lab.nodes().power("status").ok)
        print("STATUS", [state for _, state, _ in embedded.status()])
finally:
    embedded.down(print)
print("LEFT", embedded.processes())
"""


def as_user(user: str, python: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program as another user, with the packages of this environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(Path(f"~{user}").expanduser()),
        "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")]),
        "LC_ALL": "C.UTF-8",
    }
    command = ["runuser", "-u", user, "--", python, "-c", *words]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True)


def python_of(user: str) -> str:
    """Give a Python that the user may run, of this version; this one may lie in root's own folder."""
    same = f"import sys, sidus_lab.embedded; assert sys.version_info[:2] == {sys.version_info[:2]}"
    for python in (sys.executable, "/usr/bin/python3"):
        if as_user(user, python, same).returncode == 0:
            return python
    pytest.skip(f"no Python {sys.version_info[0]}.{sys.version_info[1]} that an ordinary user may run")
