"""What differs between two versions: packages first, then configuration, then files by package. Frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from sidus_lab import html, words
from sidus_lab.sidus.versions import Version

FEW = 3  # files that are named of a package, in what is shown
_SIGNS = {"new": "+", "gone": "-"}


@dataclass(frozen=True)
class PackageChange:
    """A package that is ``new``, ``gone``, went ``up`` or ``down``, or was made ``again`` under the same version."""

    name: str
    arch: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.what in _SIGNS:
            return f"{_SIGNS[self.what]} {self.name} {self.after or self.before}"
        return f"  {self.name} {self.before} -> {self.after}{'' if self.what == 'up' else f' ({self.what})'}"


@dataclass(frozen=True)
class RecipeChange:
    """A key of the recipe: what of it is gone and what is new; both empty where only the order changed."""

    key: str
    gone: tuple[str, ...]
    new: tuple[str, ...]

    def __str__(self) -> str:
        parts = [*(f"- {each}" for each in self.gone), *(f"+ {each}" for each in self.new)]
        return f"{self.key}: {', '.join(parts) or 'another order'}"


@dataclass(frozen=True)
class UserChange:
    """A ``user`` or ``group``: its numbers, home and shell (or members) before and after; empty where it is not."""

    kind: str
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.before and self.after:
            return f"  {self.kind} {self.name} {self.before} -> {self.after}"
        return f"{'-' if self.before else '+'} {self.kind} {self.name} {self.before or self.after}"


@dataclass(frozen=True)
class FileChange:
    """A file that is ``new``, ``gone`` or ``changed``, and why it is listed: ``content``, ``mode 644 -> 755``..."""

    path: str
    what: str
    why: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path} ({', '.join(self.why)})"


@dataclass(frozen=True)
class TextChange(FileChange):
    """A text of configuration with its unified diff; `recipe`, where the recipe writes it; `package`, which owns it."""

    package: str
    recipe: bool
    lines: tuple[str, ...]
    left_out: int
    hidden: str

    def __str__(self) -> str:
        more = [f"... {words.count(self.left_out, 'line')} more"] if self.left_out else []
        head = f"{self.what} {FileChange.__str__(self)}{f': {self.hidden}' if self.hidden else ''}"
        return "\n".join([*self.lines, *more] if self.lines else [head])


@dataclass(frozen=True)
class FileGroup:
    """The other files of one package (empty: of none): counts, and the first of them in `rows`."""

    package: str
    new: int
    gone: int
    changed: int
    rows: tuple[FileChange, ...]

    def __len__(self) -> int:
        return self.new + self.gone + self.changed

    @property
    def counts(self) -> str:
        """The counts in words, without those that are none."""
        found = [f"{number} {what}" for what, number in self._counted() if number]
        return ", ".join(found)

    def _counted(self) -> tuple[tuple[str, int], ...]:
        return (("new", self.new), ("gone", self.gone), ("changed", self.changed))

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.rows[:FEW]))
        return f"{self.package or '(no package)'}: {self.counts}{f': {shown}' if len(self) <= FEW and shown else ''}"


@dataclass(frozen=True)
class Diff:
    """What differs between two versions of one image, or of two.

    Attributes
    ----------
    before, after : Version
    same : bool
        Whether their content is equal; then there is nothing else.
    recipe : tuple of RecipeChange
    packages : tuple of PackageChange
    users : tuple of UserChange
    texts : tuple of TextChange
        Files of the recipe, and files under ``/etc`` that came or went not with their package.
    files : tuple of FileGroup
        All other files, by the package that owns them.
    bookkeeping : FileGroup
        Files that only note what was done, such as dpkg's databases: counted, and named where all were asked for.
    """

    before: Version
    after: Version
    same: bool
    recipe: tuple[RecipeChange, ...]
    packages: tuple[PackageChange, ...]
    users: tuple[UserChange, ...]
    texts: tuple[TextChange, ...]
    files: tuple[FileGroup, ...]
    bookkeeping: FileGroup

    @property
    def summary(self) -> str:
        """One line: how many of what."""
        if self.same:
            return "the same content"
        counted = (
            (len(self.packages), "package"),
            (len(self.users), "user or group"),
            (len(self.texts), "text of configuration"),
            (sum(map(len, self.files)), "other file"),
        )
        plurals = {"user or group": "users or groups", "text of configuration": "texts of configuration"}
        return ", ".join(words.count(number, noun, plurals.get(noun, "")) for number, noun in counted if number)

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data; the two versions by name."""
        rest = {name: _plain(getattr(self, name)) for name in _PARTS}
        names = {"before": f"{self.before.image}@{self.before.name}", "after": f"{self.after.image}@{self.after.name}"}
        return {**names, "same": self.same, **rest, "bookkeeping": asdict(self.bookkeeping)}

    def _heading(self) -> str:
        return f"{self.before.image}@{self.before.name} -> {self.after.image}@{self.after.name}: {self.summary}"

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        for name, title in _PARTS.items():
            items = [str(each) for each in getattr(self, name)]
            if items:
                yield title, items
        if len(self.bookkeeping):
            rows = [f"  {each}" for each in self.bookkeeping.rows]
            asked = "" if rows else "; all=True names them"
            yield "bookkeeping", [f"{self.bookkeeping.counts} (databases, caches{asked})", *rows]

    def __str__(self) -> str:
        lines = [self._heading()]
        for title, items in self._sections():
            lines += ["", f"{title}:", *(f"  {line}" for item in items for line in item.splitlines())]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = [[each.name, each.before or None, each.after or None, each.what] for each in self.packages]
        parts: list[object] = [html.table(rows, ["package", "before", "after", "what"], caption=self._heading())]
        for title, items in self._sections():
            if title == _PARTS["packages"]:
                continue
            # What a reader looks for lies open; thousands of files do not.
            folded = title in (_PARTS["files"], "bookkeeping")
            shown = html.preformatted("\n".join(items), "" if folded else title.capitalize())
            parts.append(html.details(f"{title} ({len(items)})", shown) if folded else shown)
        return html.mimebundle(str(self), *parts)


_PARTS = {
    "packages": "packages",
    "recipe": "recipe",
    "users": "users and groups",
    "texts": "configuration",
    "files": "other files",
}


def _plain(items: Iterable[PackageChange | RecipeChange | UserChange | TextChange | FileGroup]) -> list[object]:
    return [asdict(each) for each in items]
