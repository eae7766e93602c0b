"""The way of docs/how-to/serve-a-site.md, from an empty Debian server to two proven nodes, without a hand-written line.

The server is a booted Debian with systemd; the machines are in no inventory, hang on the same switch as it does, and
start by their own firmware: one by BIOS, one by UEFI.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.power import ByHand
from sidus_lab.sidus.versions import Published
from sidus_lab.sidusctl.privilege import choose
from tests import network, server
from tests.network import Network
from tests.server import BootedServer

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1800)]

OVMF = Path("/usr/share/OVMF")
CARDS = {"BIOS": "52:54:00:77:00:01", "UEFI": "52:54:00:77:00:02"}
LIMIT = 900.0


class Machines:
    """Two machines in the switch, switched on as by hand."""

    def __init__(self, network: Network, folder: Path) -> None:
        self._network = network
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def switch_on(self, firmware: str) -> None:
        """Press the button of one."""
        card = f"virtio-net-pci,netdev=net,mac={CARDS[firmware]}"
        words = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-monitor", "none", "-m", "1024"]
        words += ["-machine", "q35,graphics=off,accel=tcg", "-cpu", "Haswell-noTSX,-erms", "-boot", "n"]
        words += ["-netdev", f"tap,id=net,ifname={self._network.tap()},script=no,downscript=no", "-device", card]
        words += ["-device", "virtio-rng-pci", "-serial", f"file:{self._folder / firmware}"]
        words += ["-smbios", f"type=1,manufacturer=Sidus test,product={firmware} machine,serial=S-{firmware}"]
        if firmware == "UEFI":
            variables = self._folder / "variables"
            shutil.copy(OVMF / "OVMF_VARS_4M.fd", variables)
            words += ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF / 'OVMF_CODE_4M.fd'}"]
            words += ["-drive", f"if=pflash,format=raw,file={variables}"]
        started = subprocess.Popen([*network.inside(self._network.switch), *words], stdin=subprocess.DEVNULL)
        self._running.append(started)

    def console(self) -> str:
        """The end of what each wrote."""
        ends = [(self._folder / name).read_bytes()[-1500:] for name in CARDS if (self._folder / name).exists()]
        return "\n".join(end.decode(errors="replace") for end in ends)

    def close(self) -> None:
        """Pull the plugs."""
        for each in self._running:
            each.kill()
            each.wait(60)


@pytest.fixture(scope="module")
def rack(lab_home: Path) -> Iterator[tuple[BootedServer, Machines]]:
    reason = network.missing() or server.missing()
    if not reason and not (OVMF / "OVMF_CODE_4M.fd").exists():
        reason = "needs ovmf"
    if reason:
        pytest.skip(reason)
    network.sweep()
    with tempfile.TemporaryDirectory(prefix="sl-rack-") as folder:
        top = Path(folder)
        top.chmod(0o755)
        switch = Network()
        booted = BootedServer(switch, top)
        machines = Machines(switch, top)
        try:
            reason = booted.start()
            if reason:
                pytest.skip(reason)
            # What took minutes to build and publish is the shared image's.
            published = str(lab_home / "site" / "published")
            assert choose().run(["cp", "-a", "--reflink=auto", published, str(booted.site)]).returncode == 0
            yield booted, machines
        finally:
            machines.close()
            booted.close()
            switch.close()


def test_from_an_empty_server_to_two_proven_nodes(rack: tuple[BootedServer, Machines], published: Published) -> None:
    booted, machines = rack
    with booted.connect() as lab:
        _the_way(lab, booted, machines, published)


def _the_way(lab: Lab, booted: BootedServer, machines: Machines, published: Published) -> None:
    run = lab.server.transport.run
    etc = _files(lab, "/etc")

    # The site, and its services
    lab.init(authorize=booted.key.with_suffix(".pub").read_text().strip())
    assert lab.site.plan(interface="eth1")
    assert _files(lab, "/etc") == etc
    assert set(lab.site.up(interface="eth1").services.values()) == {"started"}
    assert set(lab.site.up(interface="eth1").services.values()) == {"left alone"}
    check = lab.site.check()
    assert check, str(check)

    # Machines that nobody knows
    for firmware in CARDS:
        machines.switch_on(firmware)
    _until(lambda: len(lab.newcomers()) == len(CARDS), machines)
    found = {each.mac: each for each in lab.newcomers()}
    for firmware, mac in CARDS.items():
        newcomer = found[mac]
        assert (newcomer.firmware, newcomer.maker) == (firmware, "Sidus test")
        assert (newcomer.product, newcomer.serial) == (f"{firmware} machine", f"S-{firmware}")
        lab.adopt(mac, name=f"node-{firmware.lower()}", power=ByHand())

    # In the middle of it both services are killed: systemd brings them back, and the machines go on.
    run(["systemctl", "kill", "-s", "KILL", "sidus-nginx-*", "sidus-dnsmasq-*"])
    nodes = lab.nodes().assign(published)
    assert set(nodes.power("on").failed) == set(nodes.names)  # ordered; there is no remote power to switch
    _until(lambda: all(state.word == "up" for state in nodes.status().values()), machines)

    proof = nodes.prove()
    assert proof.same, str(proof)
    assert all(node.proven for node in proof.nodes)
    for node in nodes:
        assert node.run(["hostname"]).text.strip() == node.name
    assert lab.site.check()
    assert lab.newcomers().machines == ()

    # And all of it is taken back
    lab.site.down()
    assert _files(lab, "/etc") == etc
    assert not (booted.site / "serve").exists()
    left = run(["systemctl", "list-units", "--all", "--plain", "--no-legend", "sidus-nginx-*", "sidus-dnsmasq-*"])
    assert left.text.strip() == ""


def _files(lab: Lab, folder: str) -> set[str]:
    return set(lab.server.transport.run(["find", folder, "-xdev"]).text.splitlines())


def _until(holds: Callable[[], bool], machines: Machines) -> None:
    end = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < end, machines.console()
        time.sleep(1.0)
