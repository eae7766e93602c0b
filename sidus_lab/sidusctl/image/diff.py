"""`image diff`: reads both versions without a checkout, and lets `changes` decide what differs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

from .. import shapes
from ..site import Site
from . import catalogue, changes, names, owners, trees
from .store import Store, Version
from .trees import Entry

ROWS = 200
"""Files that are named of each package, unless all are asked for."""
_TEXT = 256 << 10
"""Bytes of a text at most: what is larger is data."""
_ACCOUNTS: Tuple[Tuple[shapes.UserKind, str], ...] = (("user", "/etc/passwd"), ("group", "/etc/group"))
_TOLD = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow")
"""Said by the users and groups, whose passwords are nobody's to see."""


class _Side(NamedTuple):
    """One version, and of its tree the entries that the other has not the same."""

    version: Version
    entries: Dict[str, Entry]
    owners: Dict[str, str]


def diff(site: Site, before: str, after: str, *, whole: bool = False) -> shapes.Diff:
    """What differs between two versions, of one image or of two; with `whole`, every file is named.

    Without `after`, `before` is compared with the version that it came after. Raises CtlError as `Store.find`, and
    ``no-parent``.
    """
    store = Store(site.repo, site.privilege())
    return between(site, store, *_two(site, store, before, after), whole=whole)


def between(site: Site, store: Store, before: Version, after: Version, *, whole: bool = False) -> shapes.Diff:
    """What differs between two versions that were found already, as `diff`."""
    two = (before, after)
    roots = catalogue.roots(site)
    found: shapes.Diff = {
        "before": catalogue.entry(two[0], roots),
        "after": catalogue.entry(two[1], roots),
        "same": two[0].content == two[1].content,
        "recipe": changes.recipe(two[0].info["recipe"], two[1].info["recipe"]),
        "packages": [],
        "users": [],
        "texts": [],
        "files": [],
        "bookkeeping": changes.group("", [], None),
    }
    return found if found["same"] else _filled(store, two, found, None if whole else ROWS)


def _two(site: Site, store: Store, before: str, after: str) -> "Tuple[Version, Version]":
    if after:
        return names.find(site, store, before), names.find(site, store, after)
    later = names.find(site, store, before)
    return store.before(later), later


def _filled(store: Store, two: "Tuple[Version, Version]", found: shapes.Diff, most: Optional[int]) -> shapes.Diff:
    with ThreadPoolExecutor(max_workers=2) as pool:  # each is a program that reads its tree
        listings = list(pool.map(lambda version: store.listing(version.commit), two))
        locks = list(pool.map(lambda version: store.lock_or_none(version.commit), two))
    parts = trees.apart(*listings)
    # Of the older version only the lists that changed: the newer one has the others too.
    lists = parts[0], trees.entries(line for line in trees.lines(listings[1]) if owners.LISTS in line)
    old, new = (_Side(version, part, _owners(store, each)) for version, part, each in zip(two, parts, lists))
    found["packages"] = changes.packages(*locks)
    for kind, path in _ACCOUNTS:
        texts = [_text(store, side.entries.get(path)) or "" for side in (old, new)]
        found["users"] += changes.users(kind, *texts)
    written = {*two[0].info["recipe"]["files"], *two[1].info["recipe"]["files"]}
    fresh = {row["name"] for row in found["packages"] if row["what"] in ("new", "gone")}
    rest: List[Tuple[str, shapes.FileRow]] = []
    noted: List[shapes.FileRow] = []
    for row in _rows(store, old, new):
        path = row["path"]
        package = owners.owner(path, new.owners) or owners.owner(path, old.owners)
        text = None
        if path in _TOLD:
            continue
        if owners.is_bookkeeping(path):
            noted.append(row)
            continue
        # The configuration that came or went with its package is that package's; nobody changed it.
        if path in written or (path.startswith("/etc/") and not (row["what"] != "changed" and package in fresh)):
            text = _told(store, row, old.entries.get(path), new.entries.get(path))
        if text is None:
            rest.append((package, row))
        else:
            lines, left_out, hidden = text
            about: shapes.TextChange = {
                **row,
                "package": package,
                "recipe": path in written,
                "lines": lines,
                "left_out": left_out,
                "hidden": hidden,
            }
            found["texts"].append(about)
    found["texts"].sort(key=lambda text: (not text["recipe"], text["what"] != "changed", text["path"]))
    found["files"] = changes.groups(rest, most)
    found["bookkeeping"] = changes.group("", noted, None if most is None else 0)
    return found


def _rows(store: Store, old: _Side, new: _Side) -> List[shapes.FileRow]:
    """Every path that differs, and why; a folder that came or went is said by what is in it, unless it is empty."""
    pairs = [(path, old.entries.get(path), new.entries.get(path)) for path in sorted({*old.entries, *new.entries})]
    full = {path.rpartition("/")[0] for path, _, _ in pairs}
    contents = _contents(store, [(one, other) for _, one, other in pairs if one is not None and other is not None])
    rows: List[shapes.FileRow] = []
    for path, one, other in pairs:
        entry = one or other
        if one is not None and other is not None:
            if one.object != other.object or one.kind != other.kind:
                why = changes.reasons(one, other, contents.get((one.object, other.object), False))
                rows.append({"path": path, "what": "changed", "why": why})
        elif entry is not None and not (entry.kind == "d" and path in full):
            what: shapes.FileWhat = "new" if one is None else "gone"
            rows.append({"path": path, "what": what, "why": [what]})
    return rows


def _contents(store: Store, pairs: "List[Tuple[Entry, Entry]]") -> "Dict[Tuple[str, str], Optional[bool]]":
    """Whether the bytes of two files differ. OSTree's name of a file is of its mode and owner too."""
    found: Dict[Tuple[str, str], Optional[bool]] = {}
    doubt: List[Tuple[str, str]] = []
    for one, other in pairs:
        if one.kind == other.kind == "-" and one.object != other.object:
            names = one.object, other.object
            alike = (one.mode, one.owner, one.xattrs) == (other.mode, other.owner, other.xattrs)
            found[names] = True
            if not alike and one.size == other.size:
                doubt.append(names)
    sums = store.objects.sums([name for names in doubt for name in names])
    for one_name, other_name in doubt:
        first, second = sums.get(one_name), sums.get(other_name)
        found[one_name, other_name] = None if first is None or second is None else first != second
    return found


def _owners(store: Store, listed: Mapping[str, Entry]) -> Dict[str, str]:
    named = ((owners.package_of_list(path), entry) for path, entry in listed.items())
    texts = ((package, _text(store, entry)) for package, entry in named if package)
    return owners.owners((package, text) for package, text in texts if text)


def _text(store: Store, entry: Optional[Entry]) -> Optional[str]:
    """A file's text; None for what is no text, is too large, or is not everybody's to read."""
    if entry is None or entry.kind != "-" or not entry.open:
        return None
    content = store.objects.content(entry.object, _TEXT + 1)
    if content is None or len(content) > _TEXT or b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _told(
    store: Store, row: shapes.FileRow, one: Optional[Entry], other: Optional[Entry]
) -> "Optional[Tuple[List[str], int, str]]":
    """Lines of the unified diff, how many were left out, why none is shown; None for what is no text."""
    there = [entry for entry in (one, other) if entry is not None]
    if row["what"] == "changed" and not any(why.startswith(("content", "link")) or "->" in why for why in row["why"]):
        return [], 0, ""
    if not all(entry.open for entry in there):
        return [], 0, "not everybody may read it"
    texts = [_shown(store, entry) if entry is not None else None for entry in (one, other)]
    if any(text is None for text, entry in zip(texts, (one, other)) if entry is not None):
        return None
    lines, left_out = changes.told(row["path"], *texts)
    return lines, left_out, ""


def _shown(store: Store, entry: Entry) -> Optional[str]:
    return "-> {}\n".format(entry.target) if entry.kind == "l" else _text(store, entry)
