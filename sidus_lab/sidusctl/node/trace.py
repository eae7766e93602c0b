"""What a log shows of one ordered boot: the reports that it really sent, and what should not be there. Pure."""

from __future__ import annotations

import hashlib
from typing import Dict, List, NamedTuple, Optional, Sequence

from .. import shapes
from ..own import digest
from . import ipxe, overlay, vouch
from .order import Order
from .reports import Fetch, Report

# iPXE cannot count: its reports are the same each time that it tries.
_REPEATED = ("ipxe",)
# Refusals that carry no mark, since there is no word to make it with. One that was not ordered counts only after the
# ordered boot has shown itself, and one without own files only before: so nobody ends a boot by a forged report.
_UNORDERED, _WITHOUT_OWN = "not-ordered", "no-overlay"


class Alarm(NamedTuple):
    """Something that a boot in order does not leave in the log: what, how often, and who sent it.

    forged: without this boot's mark. doubled: sent once more. fetched-again: the node's own files, its host key among
    them, went out more than once. booted-again: two boots had one word.
    """

    what: shapes.AlarmWord
    times: int
    addresses: List[str]

    def row(self) -> shapes.AlarmRow:
        """The alarm as it is answered."""
        return {"what": self.what, "times": self.times, "addresses": self.addresses}


class Trace(NamedTuple):
    """Reports of the ordered boot, oldest first; its kernel's boot id ("" until it reported); alarms."""

    reports: List[Report]
    boot: str
    alarms: List[Alarm]


def files_name(node: str, word: str) -> str:
    """The file's name under which a boot's own files are handed out."""
    return "{}-{}.cpio.gz".format(node, vouch.of_files(word))


def start(node: str, order: Order, own: Sequence[overlay.Entry]) -> ipxe.Start:
    """What iPXE is told of an ordered start."""
    marks = {name: vouch.of_report(order.word, node, stage, query) for name, (stage, query) in ipxe.REPORTS.items()}
    handed = hashlib.sha256(overlay.archive(own, order.word)).hexdigest()
    return ipxe.Start(digest(overlay.listed(own)), files_name(node, order.word), handed, marks)


def follow(node: str, order: Optional[Order], reports: Sequence[Report], fetches: Sequence[Fetch]) -> Trace:
    """What the log says of a node's newest order; `reports` are all that came under its name."""
    if order is None:
        return Trace([], "", [])
    since = [report for report in reports if report.time >= order.when]
    mine: List[Report] = []
    forged, doubled = [], []
    seen = set()
    for report in since:
        if not vouch.equal(report.mark, vouch.of_report(order.word, node, report.stage, report.query)):
            begun = order.taken is not None or any(each.details.get("boot") for each in mine)
            reason = report.details.get("reason") if report.stage == "refused" else ""
            if reason == (_UNORDERED if begun else _WITHOUT_OWN):
                mine.append(report)
            else:
                forged.append(report)
        elif report.mark in seen and report.stage not in _REPEATED and report.details.get("reason") != "ipxe-fetch":
            doubled.append(report)
        else:
            seen.add(report.mark)
            mine.append(report)
    boots: Dict[str, List[str]] = {order.boot: []} if order.boot else {}
    for report in mine:
        if report.details.get("boot"):
            boots.setdefault(report.details["boot"], []).append(report.address)
    taken = [fetch for fetch in fetches if fetch.file == files_name(node, order.word)]
    alarms = [
        *_alarm("forged", [report.address for report in forged], 1),
        *_alarm("doubled", [report.address for report in doubled], 1),
        *_alarm("fetched-again", [fetch.address for fetch in taken], 2),
    ]
    if len(boots) > 1:
        alarms.append(Alarm("booted-again", len(boots), sorted({a for sent in boots.values() for a in sent})))
    return Trace(mine, next(iter(boots), ""), alarms)


def _alarm(what: shapes.AlarmWord, addresses: Sequence[str], least: int) -> List[Alarm]:
    return [Alarm(what, len(addresses), sorted(set(addresses)))] if len(addresses) >= least else []
