"""What differs between two versions, decided from what was read of both. Pure."""

from __future__ import annotations

import difflib
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .. import shapes
from . import debian_version
from .trees import WORDS, Entry

LINES = 400
"""Lines of a text that are shown at most."""


def packages(before: Sequence[shapes.Package], after: Sequence[shapes.Package]) -> List[shapes.PackageChange]:
    """The packages that are new, gone, or have another version, by name; ``again`` is the same one, made anew."""
    old, new = ({(each["name"], each["arch"]): each for each in lock} for lock in (before, after))
    rows: List[shapes.PackageChange] = []
    for name, arch in sorted({*old, *new}):
        one, other = old.get((name, arch)), new.get((name, arch))
        if one == other:
            continue
        was, is_ = one["version"] if one else "", other["version"] if other else ""
        rows.append({"name": name, "arch": arch, "what": _what(was, is_), "before": was, "after": is_})
    return rows


def _what(was: str, is_: str) -> shapes.PackageWhat:
    if not was or not is_:
        return "new" if not was else "gone"
    if was == is_:
        return "again"
    return "up" if debian_version.is_later(is_, was) else "down"


def recipe(before: shapes.Recipe, after: shapes.Recipe) -> List[shapes.RecipeChange]:
    """The keys of the recipe that changed, with what of each is gone and what is new."""
    rows: List[shapes.RecipeChange] = []
    for key in sorted({*before, *after}):
        old, new = (_items(wanted.get(key)) for wanted in (before, after))
        if old != new:
            gone, fresh = [each for each in old if each not in new], [each for each in new if each not in old]
            rows.append({"key": key, "gone": gone, "new": fresh})
    return rows


def _items(value: object) -> List[str]:
    """A key's value as items in words; of files the paths, since their texts are shown as such."""
    if isinstance(value, dict):
        return ["{} ({})".format(path, about["mode"]) for path, about in sorted(value.items())]
    if isinstance(value, list):
        return [" ".join(each) if isinstance(each, list) else str(each) for each in value]
    return [str(value)] if value else []


def users(kind: shapes.UserKind, before: str, after: str) -> List[shapes.UserChange]:
    """The users or groups that are new, gone or have another number, home, shell or members, from two such files."""
    old, new = _accounts(before), _accounts(after)
    return [
        {"kind": kind, "name": name, "before": old.get(name, ""), "after": new.get(name, "")}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _accounts(text: str) -> Dict[str, str]:
    rows = [line.split(":") for line in text.splitlines() if ":" in line]
    return {row[0]: ":".join(row[2:]) for row in rows}


def reasons(one: Entry, other: Entry, content: Optional[bool]) -> List[str]:
    """Why a path that both have is listed; `content` says whether its bytes differ (None: nobody may read them)."""
    if one.kind != other.kind:
        return ["{} -> {}".format(WORDS[one.kind], WORDS[other.kind])]
    found = ["content"] if content else ["content not looked at"] if content is None else []
    if one.target != other.target:
        found = ["link {} -> {}".format(one.target, other.target)]
    if one.mode != other.mode:
        found.append("mode {} -> {}".format(one.mode, other.mode))
    if one.owner != other.owner:
        found.append("owner {}:{} -> {}:{}".format(*one.owner, *other.owner))
    if one.xattrs != other.xattrs:
        found.append("xattr")
    return found


def told(path: str, before: Optional[str], after: Optional[str]) -> Tuple[List[str], int]:
    """Two texts as a unified diff, and how many of its lines were left out."""
    old, new = ((text or "").splitlines() for text in (before, after))
    one, other = ("/dev/null" if text is None else side + path for side, text in (("a", before), ("b", after)))
    found = list(difflib.unified_diff(old, new, one, other, lineterm=""))
    return found[:LINES], max(0, len(found) - LINES)


def groups(rows: Iterable[Tuple[str, shapes.FileRow]], most: Optional[int]) -> List[shapes.FileGroup]:
    """Files by the package that owns them (first "": none does); at most `most` of each are named, all are counted."""
    found: Dict[str, List[shapes.FileRow]] = {}
    for package, row in rows:
        found.setdefault(package, []).append(row)
    return [group(package, sorted(those, key=_path), most) for package, those in sorted(found.items())]


def group(package: str, rows: Sequence[shapes.FileRow], most: Optional[int]) -> shapes.FileGroup:
    """One group with its counts."""
    new, gone, changed = (sum(row["what"] == what for row in rows) for what in ("new", "gone", "changed"))
    return {"package": package, "new": new, "gone": gone, "changed": changed, "rows": list(rows[:most])}


def _path(row: shapes.FileRow) -> str:
    return row["path"]
