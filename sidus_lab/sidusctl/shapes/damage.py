"""What is kept on disk and is not what this program wrote."""

from __future__ import annotations

from typing import List, Literal, TypedDict

DamagedWhat = Literal[
    "site", "job", "published", "node", "orphan", "space", "boot", "key", "clock", "service", "version", "mode"
]


class DamagedRow(TypedDict):
    """One damaged entry, listed beside those that are whole: what it is, where it lies, and why it cannot be read.

    `hint` and `next` say what to do about it, as those of an error do.
    """

    what: DamagedWhat
    where: str
    why: str
    hint: str
    next: List[str]


class DoctorRow(DamagedRow):
    """One thing that the doctor found, and whether it was mended."""

    mended: bool


class Doctor(TypedDict):
    """`doctor`: all that is wrong in the site's folder (`ok`: nothing, or all of it mended), and free bytes there."""

    found: List[DoctorRow]
    ok: bool
    free: int
