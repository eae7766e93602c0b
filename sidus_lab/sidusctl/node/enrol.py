"""`node enrol`: what is known of a node's TPM and firmware from now on. A deliberate step: nothing learns by itself.

The quote that an enrolment comes from is verified by whoever asks for it; here it is kept, and never silently replaced.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from pathlib import Path
from typing import Dict, List, Optional, cast

from .. import folded, formats, shaped, shapes
from ..errors import CtlError
from ..site import Site
from . import inventory

FIRMWARE = ("0", "2", "7")
"""The registers in which firmware, option ROMs and the state of Secure Boot are measured."""
LIMIT = 1 << 14
_FILE = "tpm.json"
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_KEY = re.compile(r"([0-9a-f]{2}){32,1024}\Z")


def enrol(site: Site, name: str, text: str, *, replace: bool = False) -> shapes.EnrolledNode:
    """Keep a node's TPM key, its firmware's registers and the loaders before the image; `text` is an object of JSON.

    The same once more changes nothing. Raises CtlError ``bad-enrolment``, ``already-enrolled`` for anything else about
    a node that is enrolled (unless `replace`), or as `inventory.select`.
    """
    [node] = inventory.select(site, folded.check_name(name))
    given = _read(text)
    with site.lock():
        known = _kept(site, name)
        if known is not None and not replace and not _same(known, given):
            raise CtlError(
                "already-enrolled",
                "{} is enrolled with {}.".format(
                    name, "another TPM" if known["key"] != given["key"] else "other firmware"
                ),
                hint="if its board or its firmware was exchanged on purpose, enrol it again and say so (replace)",
            )
        if known is None or not _same(known, given):
            enrolment: shapes.Enrolment = {**given, "when": round(time.time(), 3)}
            formats.write("enrolment", _path(site, node["name"]), enrolment, 0o600)
            known = enrolment
    return {"name": name, "enrolled": known}


def forget(site: Site, name: str) -> shapes.EnrolledNode:
    """Forget a node's enrolment: its TPM is asked no more. Raises CtlError as `inventory.select`."""
    [node] = inventory.select(site, folded.check_name(name))
    with site.lock(), contextlib.suppress(FileNotFoundError):
        _path(site, node["name"]).unlink()
    return {"name": name, "enrolled": None}


def look(site: Site, name: str) -> Optional[shapes.Enrolment]:
    """What is known of a node; None when it was never enrolled.

    One that cannot be read comes without a key: no quote fits it, and it never counts as none.
    """
    try:
        return _kept(site, name)
    except CtlError:
        return {"key": "", "firmware": {}, "loaders": [], "when": 0.0}


def _path(site: Site, name: str) -> Path:
    return site.secrets / name / _FILE


def _kept(site: Site, name: str) -> Optional[shapes.Enrolment]:
    found = formats.read("enrolment", _path(site, name))
    if found is None:
        return None
    enrolment = cast(shapes.Enrolment, {key: value for key, value in found.items() if key != "format"})
    if _fault(enrolment["key"], enrolment["firmware"], enrolment["loaders"]):
        raise formats.damaged(str(_path(site, name)), "it holds no enrolment")
    return enrolment


def _same(known: shapes.Enrolment, given: shapes.EnrolmentGiven) -> bool:
    return all(known[key] == given[key] for key in ("key", "firmware", "loaders"))


def _read(text: str) -> shapes.EnrolmentGiven:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    wrong = shaped.faults(found, shapes.EnrolmentGiven, exact=True)
    if not wrong:
        given = cast(shapes.EnrolmentGiven, found)
        fault = _fault(given["key"], given["firmware"], given["loaders"])
        wrong = [fault] if fault else []
    if wrong:
        raise CtlError(
            "bad-enrolment",
            "This is no enrolment: {}.".format("; ".join(wrong[:3])),
            hint="it is made by whoever asked the node: nodes.enrol() in a notebook",
        )
    return given


def _fault(key: str, firmware: Dict[str, str], loaders: List[str]) -> str:
    if not _KEY.match(key):
        return "the key is none"
    if set(firmware) != set(FIRMWARE) or not all(_DIGEST.match(value) for value in firmware.values()):
        return "the firmware must be registers {}".format(", ".join(FIRMWARE))
    if len(loaders) > 16 or not all(_DIGEST.match(each) for each in loaders):
        return "the loaders must be SHA-256 hashes, 16 at most"
    return ""
