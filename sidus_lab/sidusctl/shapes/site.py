"""The site itself: `init` and `check`."""

from __future__ import annotations

from typing import Dict, List, Optional, TypedDict

from .damage import DamagedRow


class SiteFacts(TypedDict):
    """site.json: `url` is what the nodes reach the folder by, empty until that was said.

    `authorized` are the keys that may log in to them.
    """

    format: int
    privilege: str
    url: str
    authorized: List[str]


class Site(SiteFacts):
    """`init`: the facts, and the folder that they stand for."""

    site: str


class NeedRow(TypedDict):
    """One thing that the server needs; `found` is where it is, `hint` the command that brings it."""

    name: str
    what: str
    why: str
    parts: List[str]
    package: str
    found: Optional[str]
    ok: bool
    hint: str


class PrivilegeRow(TypedDict):
    """Whether one way to privilege works here, and if not, why."""

    works: bool
    why_not: Optional[str]


class Check(TypedDict):
    """`check`: needs, ways to privilege by name, and one command that installs all that is missing.

    `damaged` is all that cannot be read in the site's folder; `ok` is about the needs alone.
    """

    needs: List[NeedRow]
    ok: bool
    install: str
    privilege: Dict[str, PrivilegeRow]
    site: Optional[str]
    damaged: List[DamagedRow]
