"""A real site over SSH: what it says, what it refuses, and what happens when the connection breaks."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.actions import Action
from sidus_lab.embedded import Embedded
from sidus_lab.embedded.processes import of_lab
from sidus_lab.embedded.sshd import user_key
from sidus_lab.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectError,
    HostKeyChanged,
    NodesFailed,
    ServerError,
    SidusError,
)
from sidus_lab.sidus import connect
from sidus_lab.sidus.images import Image
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.power import ByHand, Ipmi
from tests.labs import IMAGE_PROGRAMS, missing
from tests.ssh.sshd import Sshd, public_line

needs_image_programs = pytest.mark.skipif(bool(missing(*IMAGE_PROGRAMS)), reason=missing(*IMAGE_PROGRAMS) or "-")
# The smallest that can be built: enough to be interrupted.
TINY: dict[str, Any] = {"name": "tiny", "suite": "bookworm", "variant": "apt", "kernel": ""}


def short(error: SidusError) -> bool:
    """Whether an error is what a user can read: a few lines, no traceback, with something to do next."""
    text = str(error)
    return len(text.splitlines()) <= 5 and "Traceback" not in text and bool(error.hint)


def test_init_is_idempotent_and_changes_only_what_is_given(site: Embedded, bare: Lab) -> None:
    facts = bare.init()
    assert facts.privilege in ("root", "sudo", "userns")
    assert facts.url.startswith("http://10.0.2.2:")
    assert bare.init() == facts
    assert [key.split()[0] for key in facts.authorized] == ["ssh-ed25519"]
    assert facts.url in str(facts)


def test_check(site: Embedded, bare: Lab) -> None:
    checks = bare.check()
    names = [row.name for row in checks.rows]
    assert {"privilege", "site"} <= set(names)
    assert checks.rows[-1].text == site.site
    assert ("missing" in str(checks)) == (not checks)


def test_a_site_that_is_not_there_yet(site: Embedded, tmp_path: Path) -> None:
    from sidus_lab.embedded import sshd

    with connect(sshd.HOST, site=str(tmp_path / "none"), config=site.home.ssh_config) as lab:
        row = lab.check().rows[-1]
        assert (row.name, row.ok, row.hint) == ("site", False, "lab.init()")
        with pytest.raises(ServerError) as caught:
            lab.nodes()
        assert caught.value.code == "no-site"
        assert short(caught.value)
    assert not (tmp_path / "none").exists()


def test_what_a_lab_shows(bare: Lab) -> None:
    assert repr(bare).startswith("<Lab ")
    assert "not looked at yet: lab.refresh()" in str(bare._repr_mimebundle_()["text/plain"])
    bundle = bare.refresh()._repr_mimebundle_()
    assert "node[1-2] (seen just now)" in str(bundle["text/plain"])
    assert "node[1-2]" in str(bundle["text/html"])
    nodes = bare.nodes()
    assert repr(nodes).splitlines()[0] == "2 nodes: node[1-2] (not asked yet: nodes.refresh())"
    assert "nothing assigned" in repr(nodes)
    shown = nodes.refresh()._repr_mimebundle_()
    assert shown["text/plain"] == repr(nodes)
    assert [line.split(",")[0] for line in repr(nodes).splitlines()[1:]] == ["  node1  off", "  node2  off"]
    assert "off" in str(shown["text/html"])
    assert repr(nodes.status()) == "State: 2 nodes\n  node1  off\n  node2  off"


# Names that a shell, a path or iPXE would take apart.
EVIL = ["x; touch {0}", "$(touch {0})", "`touch {0}`", "a b", "../x", "x\ntouch {0}", "-rf", "x|y", "é", ""]


@pytest.mark.parametrize("name", EVIL)
def test_a_node_name_with_shell_characters(name: str, bare: Lab, tmp_path: Path) -> None:
    proof = tmp_path / "touched"
    before = bare.nodes().names
    with pytest.raises(ServerError) as caught:
        bare.add_node(
            name.format(proof),
            mac="52:54:00:00:00:07",
            address="127.0.0.1",
            power=Ipmi("127.0.0.1", "u", "p"),
        )
    assert caught.value.code in ("bad-name", "usage")
    assert short(caught.value)
    assert not proof.exists()
    assert bare.nodes().names == before


@pytest.mark.parametrize("nodeset", [text for text in EVIL if text])
def test_a_set_of_nodes_with_shell_characters(nodeset: str, bare: Lab, tmp_path: Path) -> None:
    proof = tmp_path / "touched"
    with pytest.raises(ServerError) as caught:
        bare.nodes(nodeset.format(proof))
    assert caught.value.code in ("bad-name", "bad-nodeset", "usage")
    assert short(caught.value)
    assert not proof.exists()


BMC = Ipmi("192.0.2.109", "u", "p")


def add(lab: Lab, **changes: Any) -> Node:
    facts: dict[str, Any] = {"mac": "52:54:00:00:00:09", "address": "192.0.2.9", "power": BMC}
    return lab.add_node("node9", **{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"mac": "52:54:00:51:D5:01"}, "duplicate", "Node 'node1' has the MAC 52:54:00:51:d5:01 already."),
        ({"mac": "52-54-00-51-d5-02"}, "duplicate", "Node 'node2' has the MAC"),
        ({"mac": "nonsense"}, "bad-mac", "not the address of a network card"),
        ({"address": "a;b"}, "bad-address", "'a;b' cannot be the address of a node"),
        ({"ssh_port": 0}, "bad-port", "0 cannot be the SSH port of a node"),
        ({"power": replace(BMC, user="u;x")}, "bad-user", "not a BMC user"),
        ({"power": replace(BMC, password="two\nlines")}, "bad-password", "one line"),
    ],
)
def test_a_node_that_cannot_be_taken_in(changes: dict[str, Any], code: str, words: str, bare: Lab) -> None:
    with pytest.raises(ServerError) as caught:
        add(bare, **changes)
    assert caught.value.code == code
    assert words in caught.value.message
    assert short(caught.value)
    assert "node9" not in bare.nodes().names


def test_a_node_comes_and_goes(bare: Lab) -> None:
    node = add(bare)
    assert node.entry.host_key.startswith("ssh-ed25519 ")
    assert node.entry.power.kind == "ipmi"
    assert "p" not in node.entry.power.settings.values()
    with pytest.raises(ServerError, match="There is a node 'node9' already"):
        add(bare)
    assert add(bare, address="192.0.2.10", replace=True).entry.host_key == node.entry.host_key
    assert bare.remove_nodes("node9") == ["node9"]
    assert add(bare, power=ByHand()).entry.power.kind == "by-hand"
    assert bare.nodes("node9").power("status") == {"node9": "unknown"}
    failed = bare.nodes("node9").power("on").failed
    assert "switch it by hand" in failed["node9"].message
    assert bare.remove_nodes("node9") == ["node9"]
    with pytest.raises(ServerError, match="There is no node node9"):
        bare.node("node9")


def test_an_old_host_key_is_refused_once_it_is_renewed(site: Embedded, bare: Lab, tmp_path: Path) -> None:
    """An sshd of its own stands for the node: it shows the key that the server gave it."""
    node = add(bare)
    given = Path(site.site) / "secrets" / "node9" / "ssh_host_ed25519_key"
    machine = Sshd(tmp_path, [public_line(user_key(site.home))])
    shutil.copy(given, machine.host_keys[0])
    Path(f"{machine.host_keys[0]}.pub").write_text(node.entry.host_key + "\n")
    try:
        with machine:
            add(bare, address=machine.address, ssh_port=machine.port, replace=True)
            node = bare.node("node9")
            if os.geteuid() == 0:
                assert node.run(["true"]).ok
            else:  # who may log in is another matter: the key was believed
                with pytest.raises(AuthenticationFailed):
                    node.run(["true"])
            old = node.entry.host_key
            assert node.rekey().entry.host_key != old
            with pytest.raises(HostKeyChanged):
                node.run(["true"])
            proof = bare.nodes("node9").prove()
            assert list(proof.missing) == ["node9"]
            assert bare.nodes("node9").rekey()[0].entry.host_key not in (old, node.name)
    finally:
        bare.remove_nodes("node9")


@pytest.mark.parametrize("version", ["deadbeefdeadbeef", "ab", "no-such-image", "x; reboot", "../..", "--arg"])
def test_a_version_that_does_not_exist(version: str, bare: Lab) -> None:
    nodes = bare.nodes("node1")
    with pytest.raises(ServerError) as caught:
        nodes.assign(version)
    assert caught.value.code in ("unknown-version", "usage")
    assert short(caught.value)
    assert bare.node("node1").assignment is None


def test_names_that_are_not_there(bare: Lab) -> None:
    with pytest.raises(ServerError) as caught:
        bare.nodes("node[1-4]")
    assert "node[3-4]" in caught.value.message
    assert "node[1-2]" in caught.value.hint
    with pytest.raises(SidusError, match="no image 'none'"):
        bare.image("none")
    with pytest.raises(ServerError) as caught:
        Image(bare.server, "none").publish().result()
    assert caught.value.code == "unknown-image"
    with pytest.raises(ServerError) as caught:
        bare.follow("20200101-000000-abcd").result()
    assert caught.value.code == "unknown-job"
    with pytest.raises(SidusError, match="no node 'node7'"):
        bare.nodes()["node7"]


@pytest.mark.parametrize(
    ("recipe", "code", "words"),
    [
        ({**TINY, "package": ["x"]}, "unknown-recipe-key", "packages"),
        ({**TINY, "name": "../x"}, "bad-recipe", ""),
        ({**TINY, "packages": ["x; reboot"]}, "bad-recipe", ""),
        ({**TINY, "files": {"etc/passwd": "x"}}, "bad-recipe", ""),
    ],
)
def test_a_recipe_that_cannot_be_read(recipe: Any, code: str, words: str, bare: Lab) -> None:
    with pytest.raises(ServerError) as caught:
        bare.build(recipe).result()
    assert caught.value.code == code
    assert words in str(caught.value)
    assert short(caught.value)
    assert bare.images() == []


@pytest.mark.parametrize(
    ("recipe", "words"), [('name = "x"\nsuite = ', "in line 2"), ("", "is empty"), ("debian.toml", "looks like a path")]
)
def test_a_recipe_that_is_no_recipe_is_never_sent(recipe: str, words: str, bare: Lab) -> None:
    before = bare.jobs()
    with pytest.raises(SidusError, match=words) as caught:
        bare.build(recipe)
    assert short(caught.value)
    assert bare.jobs() == before


@needs_image_programs
@pytest.mark.image
@pytest.mark.parametrize(
    ("recipe", "code", "words"),
    [
        ({**TINY, "packages": ["no-such-package-at-all"]}, "unknown-package", "no-such-package-at-all"),
        ({**TINY, "suite": "no-such-suite"}, "unknown-suite", "no-such-suite"),
    ],
)
def test_a_recipe_that_cannot_be_built(recipe: Any, code: str, words: str, bare: Lab) -> None:
    with pytest.raises(ServerError) as caught:
        bare.build(recipe).result()
    assert caught.value.code == code
    assert words in str(caught.value)
    assert short(caught.value)
    assert bare.images() == []


def sessions(site: Embedded) -> list[int]:
    """The sshd processes that serve one connection each."""
    server = int(json.loads((site.home.run / "sshd.pid").read_text())["pid"])
    found = []
    for process in site.processes():
        with contextlib.suppress(OSError):
            name = Path(f"/proc/{process.pid}/comm").read_text().strip()
            if name.startswith("sshd") and process.pid != server:
                found.append(process.pid)
    return found


def drop_connections(site: Embedded) -> None:
    for pid in sessions(site):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], limit: float = 60) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def under_way(action: Action[Any]) -> Callable[[], bool]:
    return lambda: action.state != "running" or "mmdebstrap" in action.line


@needs_image_programs
@pytest.mark.image
def test_ssh_dropped_in_the_middle_of_a_build(site: Embedded, bare: Lab) -> None:
    action = bare.build({**TINY, "packages": ["iputils-ping"]})
    wait_until(under_way(action))
    job = next(job for job in bare.jobs() if job.state == "running")
    assert (job.operation, job.image) == ("image build", "tiny")
    drop_connections(site)
    # Another notebook follows the same job, and its connection is dropped too.
    with site.connect() as other:
        followed = other.follow(job.id)
        wait_until(lambda: bool(followed.lines))
        drop_connections(site)
        image = action.result(timeout=300)
        value = followed.result(timeout=60)
    assert isinstance(value, Image)
    assert image.name == value.name == "tiny"
    assert image.versions() == [image.newest] == [value.newest]
    assert any("the connection was lost; the job goes on" in line for line in action.lines)
    assert bare.jobs()[0].state == job.refresh().state == "done"
    # Followed once more, after it has ended, from a connection that knows nothing of it.
    with site.connect() as late:
        again = late.follow(job.id).result()
        assert isinstance(again, Image)
        assert again.newest == image.newest
    newest = bare.image("tiny").newest
    assert {package.name for package in newest.lock} >= {"iputils-ping"}
    assert len(newest.lock) == newest.packages
    assert newest.recipe.name == "tiny"
    assert bare.image("tiny").version(newest.name[:6]) == newest
    with pytest.raises(SidusError, match="no version 'ffff'") as caught:
        bare.image("tiny").version("ffff")
    assert newest.name in caught.value.hint


@needs_image_programs
@pytest.mark.image
def test_a_cancelled_build_leaves_nothing(site: Embedded, bare: Lab) -> None:
    before = [image.versions() for image in bare.images()]
    action = bare.build({**TINY, "name": "cancelled"})
    wait_until(under_way(action))
    action.cancel()
    with pytest.raises(Cancelled) as caught:
        action.result(timeout=60)
    assert "Nothing half is left" in caught.value.message
    assert action.state == "cancelled"
    assert bare.jobs()[0].state == "cancelled"
    assert list((site.home.site / "tmp").iterdir()) == []
    names = {Path(f"/proc/{p.pid}/cmdline").read_bytes().replace(b"\0", b" ") for p in of_lab(site.home.root, [])}
    assert not [name for name in names if b"mmdebstrap" in name or b" _job " in name]
    assert [image.versions() for image in bare.images()] == before


def test_a_dropped_connection_is_said_and_can_be_opened_again(site: Embedded, bare: Lab) -> None:
    assert bare.nodes().names
    drop_connections(site)
    wait_until(lambda: not bare.server.transport.alive())
    with pytest.raises(ConnectError) as caught:
        bare.nodes()
    assert short(caught.value)
    bare.server.reconnect()
    assert bare.nodes().names == ["node1", "node2"]


def test_a_server_that_cannot_be_reached(site: Embedded) -> None:
    from sidus_lab.embedded import sshd

    lab = site.connect()
    site.down()
    try:
        with pytest.raises(ConnectError):
            lab.nodes()
        with pytest.raises(ConnectError) as caught:
            connect(sshd.HOST, site=site.site, config=site.home.ssh_config)
        assert short(caught.value)
        with pytest.raises(ConnectError):
            lab.server.reconnect()
    finally:
        site.up().close()
    lab.server.reconnect()
    assert lab.nodes().names == ["node1", "node2"]
    lab.close()


@pytest.fixture
def silent_bmc(site: Embedded) -> Iterator[str]:
    """Stop node1's BMC: it is there, and does not answer."""
    pid = int(json.loads((site.home.run / "bmc-node1.pid").read_text())["pid"])
    os.kill(pid, signal.SIGSTOP)
    yield "node1"
    os.kill(pid, signal.SIGCONT)


@pytest.mark.boot
def test_a_bmc_that_does_not_answer_hides_no_other(bare: Lab, silent_bmc: str) -> None:
    nodes = bare.nodes()
    switched = nodes.power("on")
    assert switched.ok == {"node2": "on"}
    with pytest.raises(NodesFailed) as caught:
        switched.raise_for_failures()
    error = caught.value
    assert list(error.failed) == ["node1"]
    assert error.message == "Power on failed for 1 of 2 nodes."
    assert "node1: The BMC at 127.0.0.1 port" in error.detail
    assert "does not answer" in error.detail
    assert "node2" not in error.detail
    assert short(error)
    assert bare.nodes("node2").power("status") == {"node2": "on"}
    words = bare.nodes().status()
    assert words["node1"].word == "lost"
    assert "BMC does not answer" in words["node1"].reason
    assert words["node2"].word == "booting"
    # Off means off: a BMC says yes before its machine has ended.
    assert bare.nodes("node2").power("off") == {"node2": "off"}
    assert bare.nodes("node2").power("status") == {"node2": "off"}


def test_nothing_to_boot(bare: Lab) -> None:
    with pytest.raises(SidusError) as caught:
        bare.nodes().boot().result()
    assert caught.value.message == "node[1-2] cannot boot: nothing is assigned."
    assert short(caught.value)
    assert bare.nodes().power("status") == {"node1": "off", "node2": "off"}


def test_many_threads_ask_at_once(bare: Lab) -> None:
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(bare.nodes().names)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert found == [["node1", "node2"]] * 12
