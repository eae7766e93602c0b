"""A key that somebody else may have: it is believed no more, and a renewal that is killed loses nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sidus_lab.sidusctl import formats
from sidus_lab.sidusctl.node import hostkey, inventory, rekey
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand


def named(ctl: Program) -> str:
    return str(ctl("node", "list", "node1").value["nodes"][0]["host_key"])


def handed_out(ctl: Program) -> bytes:
    (path,) = (ctl.site / "boot" / "overlay").iterdir()
    return gzip.decompress(path.read_bytes())


def test_the_old_key_is_believed_no_more(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    add_by_hand(ctl, 2)
    ctl("node", "assign", "node1", "debian12")
    before, other = named(ctl), ctl("node", "list", "node2").value["nodes"][0]["host_key"]
    old = (ctl.site / "secrets" / "node1" / hostkey.PRIVATE).read_bytes()
    (node,) = ctl("node", "rekey", "node1").value["nodes"]
    assert node["host_key"] == named(ctl) != before
    assert node["assignment"]["image"] == "debian12"
    assert old not in [path.read_bytes() for path in (ctl.site / "secrets").rglob("*") if path.is_file()]
    assert ctl("node", "list", "node2").value["nodes"][0]["host_key"] == other
    assert ctl("node", "rekey", "").error["code"] == "bad-nodeset"
    assert ctl("node", "rekey", "node9").error["code"] == "unknown-node"


def test_a_start_that_nobody_took_yet_is_ordered_anew(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("node", "power", "node1", "on")
    secrets = ctl.site / "secrets" / "node1"
    old_key, old_word = (
        (secrets / hostkey.PRIVATE).read_bytes(),
        json.loads((secrets / "boot.json").read_text())["word"],
    )
    assert old_key in handed_out(ctl)
    ctl("node", "rekey", "node1")
    now = handed_out(ctl)
    assert old_key not in now
    assert old_word.encode() not in now
    assert (secrets / hostkey.PRIVATE).read_bytes() in now


class Killed(BaseException):
    """The process is gone here."""


RENEW: dict[str, Callable[[Site], object]] = {
    "rekey": lambda site: rekey.rekey(site, "node1"),
    "order": lambda site: inventory.note_power_on(site, ["node1"]),
}


@pytest.mark.parametrize("renew", RENEW)
@pytest.mark.parametrize("moment", ["before the inventory", "after the inventory"])
def test_a_renewal_that_is_killed_loses_nothing(
    ctl: Program, published: dict[str, Any], renew: str, moment: str
) -> None:
    ctl("init", "--web-root-url", "http://127.0.0.1:1")  # nothing is there, and says so at once
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("node", "power", "node1", "on")
    before, site = named(ctl), Site(Path(ctl.site))
    place = (formats, "write") if moment == "before the inventory" else (hostkey, "settle")
    with mock.patch.object(*place, side_effect=Killed), pytest.raises(Killed):
        RENEW[renew](site)
    assert (named(ctl) == before) == (moment == "before the inventory")
    add_by_hand(ctl, 2)  # any other change goes well, and what is handed out has the key that is believed
    key = hostkey.private(ctl.site / "secrets" / "node1", named(ctl))
    assert key is not None
    assert key in handed_out(ctl)
    # No more than the files that this manifest lacks, and the web server.
    assert {row["what"] for row in ctl("doctor").value["found"]} == {"published", "service"}
    ctl("node", "rekey", "node1").value  # noqa: B018
    assert [path.name for path in (ctl.site / "secrets" / "node1").glob("ssh_*")] == [hostkey.PRIVATE]


def test_a_key_that_was_lost_hands_out_nothing_and_harms_no_other(ctl: Program, published: dict[str, Any]) -> None:
    for number in (1, 2):
        add_by_hand(ctl, number)
    ctl("node", "assign", "node[1-2]", "debian12")
    ctl("node", "power", "node[1-2]", "on")
    (ctl.site / "secrets" / "node1" / hostkey.PRIVATE).unlink()
    add_by_hand(ctl, 3)
    assert len(list((ctl.site / "boot" / "overlay").iterdir())) == 1
    assert len(ctl("node", "witness", stdin="00" * 16).value["nodes"]) == 3
    ctl("node", "rekey", "node1")
    assert len(list((ctl.site / "boot" / "overlay").iterdir())) == 2
