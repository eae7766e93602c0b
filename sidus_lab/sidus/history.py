"""The history of an image, and what of it may go: frozen values."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sidus_lab import html, words
from sidus_lab.nodeset import fold
from sidus_lab.sidus.versions import Version, day


@dataclass(frozen=True)
class Changed:
    """What changed since the version before, by name: packages, and keys of the recipe."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    recipe: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give it in one line; empty when nothing of this changed."""
        parts = [f"{sign}{name}" for sign, names in (("+", self.new), ("-", self.gone)) for name in names[:2]]
        parts += [f"{name} up" for name in self.up[:2]] + [f"{name} down" for name in self.down[:2]]
        every = (self.new, self.gone, self.up, self.down)
        more = sum(map(len, every)) - sum(len(names[:2]) for names in every)
        parts += [f"{more} more"] if more else []
        parts += [f"{words.count(len(self.again), 'package')} made again"] if self.again else []
        parts += [f"recipe: {', '.join(self.recipe)}"] if self.recipe else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Entry:
    """A version with its place in the history.

    Attributes
    ----------
    version : Version
    tags : tuple of str
    assigned : tuple of str
        Nodes that boot it from their next start on.
    booted : tuple of str
        Nodes whose newest ordered start was told to boot it.
    held : tuple of str
        What it is held for, such as a run.
    changed : Changed
        What changed since the version before.
    """

    version: Version
    tags: tuple[str, ...]
    assigned: tuple[str, ...]
    booted: tuple[str, ...]
    held: tuple[str, ...]
    changed: Changed

    @property
    def made(self) -> str:
        """By whom, where and how; empty for a version of before this was kept."""
        version = self.version
        who = f"{version.author}@{version.host}" if version.author else ""
        steps = "; ".join(" ".join(step) for step in version.steps)
        how = f"on {version.parent[:12]}: {steps}" if steps else version.how
        return ", ".join(part for part in (who, how) if part)

    @property
    def nodes(self) -> str:
        """Who boots it, in words."""
        parts = [f"{fold(list(self.booted))} booted it" if self.booted else ""]
        parts += [f"assigned to {fold(list(self.assigned))}" if self.assigned else ""]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        version = self.version
        tags = f" [{', '.join(self.tags)}]" if self.tags else ""
        state = f"published as {version.root_hash[:12]}" if version.root_hash else "not published"
        parts = [self.made, str(self.changed), state, self.nodes, *(f"held for {why}" for why in self.held)]
        head = f"{version.name}  {day(version.created)}{tags}{f'  {version.message}' if version.message else ''}"
        return head + "\n    " + "; ".join(part for part in parts if part)


@dataclass(frozen=True)
class Log:
    """The versions of an image, newest first, each with what changed in it and who boots it.

    >>> print(lab.image("small").log()[0].changed)
    +hwloc, recipe: packages
    """

    image: str
    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, number: int) -> Entry:
        return self.entries[number]

    def __str__(self) -> str:
        return "\n".join([f"image {self.image}: {words.count(len(self), 'version')}", *map(str, self.entries)])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        columns = ["version", "tags", "made", "by", "why", "changed", "published", "nodes"]
        rows = [
            [
                each.version.name,
                ", ".join(each.tags) or None,
                day(each.version.created),
                each.made or None,
                each.version.message or None,
                str(each.changed) or None,
                each.version.root_hash[:12] or "no",
                each.nodes or None,
            ]
            for each in self.entries
        ]
        return html.mimebundle(str(self), html.table(rows, columns, caption=f"Image {self.image}"))


@dataclass(frozen=True)
class Gone:
    """Something that goes: a ``version``, what was ``published`` of it, a ``job``, a ``program``; and why."""

    what: str
    name: str
    why: str


@dataclass(frozen=True)
class Kept:
    """A version that stays, and each reason for it."""

    name: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Collected:
    """What went, or would go (`dry_run`), what stays and why, and about how many bytes are free by it."""

    dry_run: bool
    gone: tuple[Gone, ...]
    kept: tuple[Kept, ...]
    bytes: int

    @property
    def summary(self) -> str:
        """One sentence."""
        counts = {
            what: sum(each.what == what for each in self.gone) for what in ("version", "published", "job", "program")
        }
        nouns = {"published": ("published folder", ""), "program": ("old program", "")}
        said = [words.count(number, *nouns.get(what, (what, ""))) for what, number in counts.items() if number]
        verb = "would go" if self.dry_run else "went"
        free = f"{self.bytes / 1e6:.1f} MB"
        return f"{', '.join(said)} {verb}: about {free}" if said else f"nothing {verb}"

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [self.summary, *(f"  {each.what} {each.name[:40]}: {each.why}" for each in self.gone)]
        return "\n".join([*lines, "what stays:", *(f"  {each.name}: {'; '.join(each.why)}" for each in self.kept)])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        gone = html.table([[each.what, each.name[:40], each.why] for each in self.gone], ["goes", "name", "why"])
        kept = html.table([[each.name, "; ".join(each.why)] for each in self.kept], ["stays", "why"])
        return html.mimebundle(str(self), html.preformatted("", self.summary), *([gone] if self.gone else []), kept)
