"""What the doctor finds in a site whose every file is whole; and that mending it loses nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sidus_lab.sidusctl.node import hostkey, order
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand, report


def found(ctl: Program, *words: str) -> list[tuple[str, bool]]:
    """What the doctor found and whether it mended it, but for the files that a made-up manifest lacks."""
    rows = ctl("doctor", *words).value["found"]
    assert all(row["why"] and row["hint"] for row in rows)
    return [(row["what"], row["mended"]) for row in rows if row["what"] not in ("published", "service")]


@pytest.fixture
def ordered(ctl: Program, published: dict[str, Any]) -> Program:
    """A site with a node that was ordered to start."""
    ctl("init", "--web-root-url", "http://127.0.0.1:1")  # nothing is there, and says so at once
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("node", "power", "node1", "on")
    assert found(ctl) == []
    return ctl


def _script(ctl: Program) -> None:
    (ctl.site / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe").write_text("#!ipxe\nshell\n")


def _first_script(ctl: Program) -> None:
    (ctl.site / "boot" / "boot.ipxe").unlink()


def _own_files(ctl: Program) -> None:
    (path,) = (ctl.site / "boot" / "overlay").iterdir()
    path.write_bytes(path.read_bytes()[:-1])


def _own_files_elsewhere(ctl: Program) -> None:
    (path,) = (ctl.site / "boot" / "overlay").iterdir()
    path.rename(ctl.site / "aside")
    path.symlink_to(ctl.site / "aside")


def _uninvited(ctl: Program) -> None:
    (ctl.site / "boot" / "by-mac" / "52-54-00-00-00-77.ipxe").write_text("#!ipxe\n")


def _open_jobs(ctl: Program) -> None:
    (ctl.site / "jobs").chmod(0o755)


def _open_inventory(ctl: Program) -> None:
    (ctl.site / "nodes.json").chmod(0o644)


def _half_a_key(ctl: Program) -> None:
    hostkey.prepare(ctl.site / "secrets" / "node1")


def _old_public_file(ctl: Program) -> None:
    (ctl.site / "secrets" / "node1" / "ssh_host_ed25519_key.pub").write_text("ssh-ed25519 AAAA")


def _forgotten(ctl: Program) -> None:
    site = Site(ctl.site)
    given = order.read(site, "node1")
    assert given is not None
    order.write(site, "node1", given._replace(when=given.when - 1e6))


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (_script, "boot"),
        (_first_script, "boot"),
        (_own_files, "boot"),
        (_own_files_elsewhere, "boot"),
        (_uninvited, "boot"),
        (_open_jobs, "mode"),
        (_open_inventory, "mode"),
        (_half_a_key, "key"),
        (_old_public_file, "key"),
        (_forgotten, "key"),
    ],
)
def test_it_is_found_and_mended(ordered: Program, harm: Callable[[Program], None], what: str) -> None:
    before = ordered("node", "list").value
    harm(ordered)
    assert found(ordered) == [(what, False)]
    assert found(ordered) == [(what, False)]  # looking mends nothing
    assert found(ordered, "--mend") == [(what, True)]
    assert found(ordered) == []
    assert ordered("node", "list").value == before


def test_an_order_that_nobody_took_is_taken_back(ordered: Program) -> None:
    _forgotten(ordered)
    ordered("init")  # what is handed out is that order's
    found(ordered, "--mend")
    assert list((ordered.site / "boot" / "overlay").iterdir()) == []


def test_a_lost_key_says_which_call_makes_a_new_one(ordered: Program) -> None:
    (ordered.site / "secrets" / "node1" / hostkey.PRIVATE).unlink()
    rows = [row for row in ordered("doctor").value["found"] if row["what"] == "key"]
    assert [row["next"] for row in rows] == [["node-rekey", "node1"]]
    ordered("node", "rekey", "node1")
    assert found(ordered) == []


@pytest.mark.parametrize("which", ["log", "inventory"])
def test_moments_that_have_not_been_yet(ordered: Program, which: str) -> None:
    if which == "log":
        report(ordered, "network", "up=1")
        log = ordered.site / "log" / "access.jsonl"
        line = json.loads(log.read_text())
        log.write_text(json.dumps({**line, "time": time.time() + 7200}) + "\n")
    else:
        path = ordered.site / "nodes.json"
        kept = json.loads(path.read_text())
        kept["nodes"]["node1"]["power_on"] = time.time() + 7200
        path.write_text(json.dumps(kept))
    assert found(ordered, "--mend") == [("clock", False)]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that it overrides)
        pass


@pytest.fixture
def web(ctl: Program) -> Iterator[ThreadingHTTPServer]:
    """A web server that hands out the site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ctl.site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_web_server_that_hands_out_something_else(ordered: Program, web: ThreadingHTTPServer) -> None:
    def rows() -> list[str]:
        return [row["why"] for row in ordered("doctor").value["found"] if row["what"] == "service"]

    port = web.server_address[1]
    ordered("init", "--web-root-url", f"http://127.0.0.1:{port}")
    assert rows() == []
    ordered("init", "--web-root-url", f"http://127.0.0.1:{port}/elsewhere")
    assert "does not answer" in rows()[0]
    other = ordered.site / "elsewhere" / "boot"
    other.mkdir(parents=True)
    (other / "boot.ipxe").write_text("#!ipxe\n")
    assert "hands out something else" in rows()[0]


def test_nobody_asks_for_a_web_server_that_nothing_needs(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    assert ctl("doctor").value["found"] == []
