"""A site that is served on a switch: by real dnsmasq and nginx, asked as machines ask, and taken back whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sidus_lab.sidusctl import shaped, shapes
from sidus_lab.sidusctl.serve import ask
from tests.network import entered, inside
from tests.sidusctl.serve.conftest import ADDRESS, Served

MAC = "52:54:00:77:00:01"
WORDS = ["--interface", "eth1", "--patience", "0.5"]


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _add(site: Served, number: int, address: str = "") -> None:
    words = ["--mac", f"52:54:00:77:00:{number:02x}", "--address", address or f"10.77.0.{10 + number}"]
    assert site("node", "add", f"node{number}", *words, "--power", "by-hand").code == 0


def _rows(site: Served) -> dict[str, dict[str, Any]]:
    value = site("site", "check", "--patience", "2").value
    assert shaped.faults(value, shapes.SiteCheck, exact=True) == []
    assert value["ok"] is all(row["ok"] for row in value["rows"])
    return {row["name"]: row for row in value["rows"]}


def test_a_plan_changes_nothing_and_says_all(served: Served) -> None:
    _add(served, 1)
    before = _files(served.site)
    plan = served("site", "plan", *WORDS).value
    assert shaped.faults(plan, shapes.SitePlan, exact=True) == []
    assert _files(served.site) == before
    assert plan["obstacles"] == []
    assert plan["url"] == f"http://{ADDRESS}"
    assert f"{ADDRESS}/24" in plan["words"][0]
    assert "1 node(s)" in " ".join(plan["words"])
    assert {row["state"] for row in plan["files"]} == {"new"}
    shown = {Path(row["path"]).name: row["content"] for row in plan["files"]}
    assert "interface=eth1" in shown["dnsmasq.conf"]
    assert shown["nodes.dhcp"] == f"{MAC},10.77.0.11,node1\n"
    up = served.up().value
    assert shaped.faults(up, shapes.SiteUp, exact=True) == []
    assert [row["state"] for row in up["services"]] == ["started", "started"]
    assert shown.keys() == {
        "nginx.conf",
        "dnsmasq.conf",
        "nodes.dhcp",
        "nodes.hosts",
        "undionly.kpxe",
        "ipxe.efi",
        "settings.json",
    }
    for row in plan["files"]:  # and what was planned is what was done
        if row["content"]:
            assert Path(row["path"]).read_text() == row["content"]
    assert {row["state"] for row in served("site", "plan", *WORDS).value["files"]} == {"equal"}


def test_up_twice_check_and_all_of_it_taken_back(served: Served) -> None:
    _add(served, 1)
    before = _files(served.site)
    assert served.up().value["url"] == f"http://{ADDRESS}"
    pids = [served.pid("nginx"), served.pid("dnsmasq")]
    assert [row["state"] for row in served.up().value["services"]] == ["left alone", "left alone"]
    assert [served.pid("nginx"), served.pid("dnsmasq")] == pids
    rows = _rows(served)
    assert all(row["ok"] for row in rows.values()), rows
    assert rows["boot by BIOS"]["text"] == "is offered 10.77.0.11 and undionly.kpxe"
    assert rows["boot by UEFI"]["text"] == "is offered 10.77.0.11 and ipxe.efi"
    assert rows["boot by iPXE"]["text"] == f"is offered 10.77.0.11 and http://{ADDRESS}/boot/boot.ipxe"
    assert {"TFTP ipxe.efi", "TFTP undionly.kpxe", "HTTP", "name node1.lab", "clock", "free space", "range"} <= set(
        rows
    )
    assert f"http://{ADDRESS}/" in (served.site / "boot" / "boot.ipxe").read_text()
    down = served("site", "down").value
    assert shaped.faults(down, shapes.SiteDown, exact=True) == []
    assert [row["state"] for row in down["services"]] == ["stopped", "stopped"]
    after = _files(served.site)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert {Path(name).name for name in changed} <= {"site.json", "boot.ipxe", "access.jsonl", "serve.lock"}
    assert served("site", "down").value == {"services": [], "removed": []}
    assert served("site", "check").error["next"] == ["site-up"]


def test_what_is_added_while_it_is_served_has_its_address_and_name(served: Served) -> None:
    served.up()
    _add(served, 2)
    with entered(served.server):
        _eventually(lambda: ask.name(ADDRESS, "node2.lab") == ["10.77.0.12"])
        found = ask.offers("eth1", ["bios"], bytes.fromhex("525400770002"), 30.0, bool)
    assert found[0].address == "10.77.0.12"
    assert served("node", "remove", "node2").code == 0
    with entered(served.server):
        _eventually(lambda: ask.name(ADDRESS, "node2.lab") == [])


def test_an_unknown_machine_gets_one_of_the_range_or_nothing(served: Served) -> None:
    served.up("--range", "10.77.0.100-10.77.0.101")
    with entered(served.server):
        found = ask.offers("eth1", ["bios"], bytes.fromhex("020000000001"), 60.0, bool)
    assert found[0].address in ("10.77.0.100", "10.77.0.101")
    _add(served, 1)
    assert [row["state"] for row in served.up("--known-only").value["services"]] == ["left alone", "restarted"]
    with entered(served.server):
        # The known one is offered its own, by when the unknown one would have been answered as well.
        assert ask.offers("eth1", ["bios"], bytes.fromhex(MAC.replace(":", "")), 60.0, bool)
        assert ask.offers("eth1", ["bios"], bytes.fromhex("020000000001"), 1.0) == []


def test_a_killed_service_is_named_and_started_again_alone(served: Served) -> None:
    served.up()
    nginx, dnsmasq = served.pid("nginx"), served.pid("dnsmasq")
    os.kill(dnsmasq, signal.SIGKILL)
    rows = _rows(served)
    assert not rows["dnsmasq"]["ok"]
    assert "does not run" in rows["dnsmasq"]["text"]
    assert not rows["boot by BIOS"]["ok"]
    assert not rows["TFTP ipxe.efi"]["ok"]
    assert rows["HTTP"]["ok"]
    states = {row["name"]: row["state"] for row in served.up().value["services"]}
    assert states == {"nginx": "left alone", "dnsmasq": "started"}
    assert served.pid("nginx") == nginx


def test_another_dhcp_server_is_named_before_anything_starts(served: Served, beside: Callable[..., str]) -> None:
    other = beside("dhcp-range=10.77.0.150,10.77.0.160,255.255.255.0")
    before = _files(served.site)
    error = served.up(patience="60").error
    assert error["code"] == "dhcp-there"
    assert other in error["message"]
    assert "proxy" in error["hint"]
    assert _files(served.site).keys() - before.keys() <= {str(served.site / "locks" / "serve.lock")}
    # Beside it the site says what to boot, and gives no address.
    assert served.up("--dhcp", "proxy", patience="60").code == 0
    rows = {row["name"]: row for row in served("site", "check", "--patience", "6").value["rows"]}
    assert rows["addresses"]["text"] == f"given by {other}"
    assert all(row["ok"] for row in rows.values()), rows
    assert rows["boot by iPXE"]["text"] == f"is offered http://{ADDRESS}/boot/boot.ipxe"


def test_the_lines_for_another_server_let_machines_boot_from_here(served: Served, beside: Callable[..., str]) -> None:
    plan = served("site", "plan", *WORDS, "--dhcp", "none").value
    assert set(plan["lines"]) == {"dnsmasq", "isc-dhcpd", "kea"}
    json.loads(plan["lines"]["kea"])
    beside("dhcp-range=10.77.0.150,10.77.0.160,255.255.255.0", "no-ping", *plan["lines"]["dnsmasq"].splitlines())
    assert served.up("--dhcp", "none").value["lines"] == plan["lines"]
    with entered(served.server):
        kinds = ("bios", "efi64", "ipxe")
        mac = bytes.fromhex("020000000009")
        found = ask.offers("eth1", kinds, mac, 60.0, lambda some: len({each.number & 7 for each in some}) == 3)
        assert len(ask.tftp(ADDRESS, "undionly.kpxe")) > 50_000
    files = {kinds[each.number & 7]: (each.file, each.next_server) for each in found}
    assert files["bios"] == ("undionly.kpxe", ADDRESS)
    assert files["efi64"] == ("ipxe.efi", ADDRESS)
    assert files["ipxe"][0] == f"http://{ADDRESS}/boot/boot.ipxe"


def test_a_proxy_without_a_server_of_addresses_is_refused(served: Served) -> None:
    error = served.up("--dhcp", "proxy").error
    assert error["code"] == "no-dhcp"
    assert not (served.site / "serve").exists()


def test_a_port_that_another_program_has_is_named_with_the_program(served: Served) -> None:
    script = f"import socket, time; s = socket.create_server(('{ADDRESS}', 80)); print(flush=True); time.sleep(600)"
    process = subprocess.Popen([*inside(served.server), "python3", "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline()
    error = served.up().error
    assert error["code"] == "port-taken"
    assert f"python3 (process {process.pid}) has TCP port 80 of {ADDRESS}" in error["message"]
    assert "--port 8080" in error["hint"]
    assert not (served.site / "serve").exists()
    assert served.up("--port", "8080").value["url"] == f"http://{ADDRESS}:8080"
    process.kill()
    process.communicate()


def test_two_sites_on_one_server_and_never_on_one_network(served: Served, tmp_path: Path) -> None:
    served.network.plug(served.server, "eth2", "10.78.0.1/24")
    other = served.other(served.site.parent / "second")
    other("init", "--privilege", "root")
    assert served.up().code == 0
    taken = other.up().error
    assert taken["code"] == "port-taken"
    assert str(served.site) in taken["hint"]
    assert other("site", "up", "--interface", "eth2", "--patience", "0.1", "--dhcp", "none").code == 0
    assert served("site", "down").code == 0
    assert other("site", "check").value["ok"]


def test_a_service_that_does_not_start_leaves_all_as_it_was(served: Served, tmp_path: Path) -> None:
    """Someone's own nginx that ends at once, found first in PATH."""
    (tmp_path / "nginx").write_text("#!/bin/sh\necho no such module >&2\nexit 1\n")
    (tmp_path / "nginx").chmod(0o755)
    words = ["env", f"PATH={tmp_path}:{os.environ['PATH']}"]
    up = ["site", "up", *WORDS]
    before = _files(served.site)
    failed = served.ctl(*up, prefix=[*inside(served.server), *words])
    assert failed.error["code"] == "service-failed"
    assert "no such module" in failed.error["detail"]
    assert set(_files(served.site)) - set(before) <= {str(served.site / "locks" / "serve.lock")}
    assert json.loads((served.site / "site.json").read_text())["url"] == ""
    # And where it was served before, it is served as before.
    served.up()
    config = (served.site / "serve" / "nginx.conf").read_bytes()
    failed = served.ctl(*up, "--port", "8080", prefix=[*inside(served.server), *words])
    assert failed.error["code"] == "service-failed"
    assert (served.site / "serve" / "nginx.conf").read_bytes() == config
    assert [row["state"] for row in served.up().value["services"]] == ["started", "left alone"]


def test_a_start_that_was_cut_off_is_gone_on_with_or_taken_back(served: Served) -> None:
    """Power fails after some files were written: neither settings nor services are there."""
    served.up()
    os.kill(served.pid("dnsmasq"), signal.SIGKILL)
    os.kill(served.pid("nginx"), signal.SIGKILL)
    (served.site / "serve" / "settings.json").unlink()
    (served.site / "serve" / "dnsmasq.conf").unlink()
    served.up()
    assert all(row["ok"] for row in _rows(served).values())
    (served.site / "serve" / "settings.json").unlink()
    assert len(served("site", "down").value["services"]) == 2
    assert not (served.site / "serve").exists()


def test_a_wrong_interface_is_refused_by_plan_and_up_alike(served: Served) -> None:
    for verb in ("plan", "up"):
        error = served("site", verb, "--interface", "nosuch", "--patience", "0").error
        assert error["code"] == "no-interface"
        assert "eth1" in error["hint"]
    assert not (served.site / "serve").exists()


def _eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
