"""Machines that asked to boot and are in no inventory: what the first script told of them, as the web server noted it.

All of it is a stranger's word: it is shown, and nothing is decided by it but which card a new node has.
"""

from __future__ import annotations

import re
from typing import Dict, List, Sequence

from .. import shapes
from ..errors import CtlError
from ..site import Site
from . import inventory, machine, reports
from .reports import Report
from .stages import NEWCOMER, SENDER

_MAC = re.compile(r"([0-9a-f]{2}-){5}[0-9a-f]{2}\Z")
_MOST = 1000


def look(site: Site) -> List[shapes.Newcomer]:
    """The machines that asked, newest first; those that are nodes by now are left out.

    Raises CtlError as `inventory.look`.
    """
    known = {node["mac"] for node in inventory.look(site).known.values()}
    told = reports.read(site.log).reports.get(SENDER, [])
    return [row for row in gathered(told) if row["mac"] not in known]


def gathered(told: Sequence[Report]) -> List[shapes.Newcomer]:
    """One row a card, with what it told last; `told` is oldest first."""
    rows: Dict[str, shapes.Newcomer] = {}
    for report in told:
        mac = report.details.get("mac", "").lower()
        if report.stage != NEWCOMER or not _MAC.match(mac):
            continue
        mac = mac.replace("-", ":")
        before = rows.pop(mac, None)
        rows[mac] = {
            "mac": mac,
            "uuid": _shown(report, "uuid"),
            "maker": _shown(report, "maker"),
            "product": _shown(report, "product"),
            "serial": _shown(report, "serial"),
            "firmware": {"efi": "UEFI", "pcbios": "BIOS"}.get(report.details.get("firmware", ""), ""),
            "address": report.address,
            "first": before["first"] if before else report.time,
            "last": report.time,
            "times": before["times"] + 1 if before else 1,
        }
    return list(reversed(list(rows.values())))[:_MOST]


def of(site: Site, mac: str) -> str:
    """The card of a newcomer, in its one form.

    Raises CtlError ``bad-mac``, or ``no-newcomer`` for a card that nobody saw.
    """
    wanted = machine.check_mac(mac)
    there = [row["mac"] for row in look(site)]
    if wanted not in there:
        hint = "asked to boot: " + ", ".join(there[:6]) if there else "no unknown machine asked to boot here yet"
        raise CtlError(
            "no-newcomer", "No unknown machine with the card {} asked to boot here.".format(wanted), hint=hint
        )
    return wanted


def _shown(report: Report, key: str) -> str:
    return "".join(sign for sign in report.details.get(key, "") if sign.isprintable())[:80]
