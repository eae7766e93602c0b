"""Images: named lines of versions, built from recipes, published for nodes to boot."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import ConnectError, SidusError
from sidus_lab.sidus import answers
from sidus_lab.sidus.differences import Diff
from sidus_lab.sidus.history import Log
from sidus_lab.sidus.rebuilt import Rebuilt
from sidus_lab.sidus.recipes import to_send
from sidus_lab.sidus.seen import Seen
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.versions import Details, Published, Tag, Version, day

BUILD_SECONDS = 80.0  # what a first build of a small image takes here: for the expected time only
PUBLISH_SECONDS = 30.0
CHANGE_SECONDS = 12.0


class Image:
    """One image of a site. It shows the versions that were there at the last look; `refresh` looks again.

    >>> lab.image("small").versions()[0].packages
    7
    """

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name
        self._seen: Seen[tuple[Version, ...]] = Seen("image.refresh()")

    def refresh(self) -> Image:
        """Look at the server again. Raises `SidusError` when there is no such image."""
        self.versions()
        return self

    def versions(self) -> list[Version]:
        """Ask for its versions, newest first. Raises `SidusError` when there is no such image."""
        return list(self.take(answers.catalogue(self._server.call("image", "list")).images))

    @property
    def newest(self) -> Version:
        """Its newest version at the last look."""
        seen = self._seen.value
        return (seen if seen is not None else self.versions())[0]

    def version(self, name: str) -> Version:
        """Ask for one version, by the first four or more characters of its name."""
        found = [each for each in self.versions() if len(name) >= 4 and each.commit.startswith(name)]
        if len(found) != 1:
            raise SidusError(
                f"Image {self.name} has {'more than one' if found else 'no'} version {name!r}.",
                hint=f"known: {', '.join(each.name for each in (self._seen.value or ())[:8])}",
            )
        return found[0]

    def details(self, version: str = "") -> Details:
        """Ask for the recipe, the lock and the publication of a version, the newest by default."""
        return answers.details(self._server.call("image", "show", self._target(version)))

    def log(self) -> Log:
        """Ask for its history: each version with who made it, why, what changed, its tags, and who boots it."""
        return answers.log(self._server.call("image", "log", self.name))

    def diff(self, before: Version | str = "", after: Version | str = "", *, all: bool = False) -> Diff:  # noqa: A002
        """Ask what differs between two versions: packages first, then configuration, then files by package.

        Parameters
        ----------
        before, after : Version or str
            Versions of this image by name, or of another as ``image@version``. With one of them, it is compared with
            the version that it came after; with none, the newest is.
        all : bool
            Name every file, and those that only note what was done.
        """
        names = [self._name(each) for each in (before, after) if each] or [self.name]
        return answers.difference(self._server.call("image", "diff", *names, *(["--all"] if all else [])))

    def tag(self, version: Version | str, name: str) -> Tag:
        """Give a version a name for people, or move the name to it; a tagged version stays, whatever `Lab.gc` takes.

        Nodes that were assigned the tag keep what it meant then. Raises `SidusError` for a name that looks like a hash
        or an option, or is an image's.
        """
        return answers.tag(self._server.call("image", "tag", self._name(version), "--", name))

    def untag(self, *names: str) -> None:
        """Take tags away; their versions stay until `Lab.gc`. Raises `SidusError` when there is no such tag."""
        self._server.call("image", "untag", "--", *names)

    def tags(self) -> list[Tag]:
        """Ask for the tags of its versions."""
        return [each for each in answers.tags(self._server.call("image", "tags")) if each.image == self.name]

    def publish(self, version: str = "", *, level: int | None = None) -> Action[Published]:
        """Make a version (the newest by default) ready to boot.

        `level` from 1 to 22 says how hard to compress it: more of the server's time, fewer bytes in each node's memory.
        Left out, what is published stays as it is, and what is not yet gets the level that was measured to be best.
        """
        target = self._target(version)
        chosen = [] if level is None else [f"--level={level}"]

        def work(control: Control) -> Published:
            job = self._server.start("image", "publish", target, *chosen)
            return answers.published(self._server.follow(job, control))

        return actions.start(work, name=f"publish {target}", expected=PUBLISH_SECONDS)

    def install(self, *packages: str, version: Version | str = "", message: str = "") -> Action[Version]:
        """Make a new version with more packages on a version (the newest by default), which stays as it is.

        Raises `SidusError` at its end: ``unknown-package`` and the like, and then there is no new version.
        """
        return self._change("install", packages, version, message)

    def remove(self, *packages: str, version: Version | str = "", message: str = "") -> Action[Version]:
        """Make a new version without some packages, and without what came for them alone.

        Raises `SidusError` at its end, also where another package of the recipe would go with them.
        """
        return self._change("remove", packages, version, message)

    def run(self, command: str, *, version: Version | str = "", message: str = "") -> Action[Version]:
        """Make a new version by one command for the shell, run as root in the tree of a version, without a terminal.

        Raises `SidusError` at its end, with the last lines that the command printed.
        """
        return self._change("run", (command,), version, message)

    def rebuild(self, version: Version | str = "") -> Action[Rebuilt]:
        """Make a version (the newest by default) again, whole, from what the site has kept of it, and compare.

        No archive is asked; the new tree is not kept. Raises `SidusError` at its end, ``not-kept`` where the site has
        not all that it was made from.
        """
        target = self._name(version)

        def work(control: Control) -> Rebuilt:
            job = self._server.start("image", "rebuild", target)
            return answers.rebuilt(self._server.follow(job, control))

        return actions.start(work, name=f"rebuild {target}", expected=BUILD_SECONDS)

    def _change(self, verb: str, given: Sequence[str], version: Version | str, message: str) -> Action[Version]:
        target = self._name(version)
        words = [*([f"--message={message}"] if message else []), target, *given]

        def work(control: Control) -> Version:
            job = self._server.start("image", verb, *words)
            made = answers.built(self._server.follow(job, control))
            return self.version(made.version)

        return actions.start(work, name=f"{verb} {' '.join(given)[:60]} on {target}", expected=CHANGE_SECONDS)

    def take(self, images: Mapping[str, Sequence[Version]]) -> tuple[Version, ...]:
        """Take over what one look at all images found. Raises `SidusError` when this one is not among them."""
        if self.name not in images:
            known = ", ".join(images)
            raise SidusError(
                f"There is no image {self.name!r} on {self._server.name}.",
                hint=f"known: {known}" if known else "lab.build(recipe) makes one",
            )
        return self._seen.note(tuple(replace(version, source=self) for version in images[self.name]))

    def _target(self, version: str) -> str:
        return f"{self.name}@{version}" if version else self.name

    def _name(self, version: Version | str) -> str:
        if isinstance(version, Version):
            return f"{version.image}@{version.commit}"
        return version if "@" in version or version == self.name else self._target(version)

    def __repr__(self) -> str:
        lines = [f"image {self.name}, {self._seen.words}"]
        return "\n".join([*lines, *(f"  {version}" for version in self._seen.value or ())])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = [
            [v.name, day(v.created), v.suite, v.packages, v.kernel, v.root_hash[:12] or "no"]
            for v in self._seen.value or ()
        ]
        columns = ["version", "built", "suite", "packages", "kernel", "published"]
        caption = f"Image {self.name}, {self._seen.words}"
        return html.mimebundle(repr(self), html.table(rows, columns, caption=caption))


def build(
    server: Server, recipe: str | bytes | Path | Mapping[str, object], *, force: bool = False, message: str = ""
) -> Action[Image]:
    """Build an image from a recipe: TOML text, a path to a TOML file, or the same as a mapping.

    `message` says why, in one line that the history keeps. The result is the image; when nothing in the tree changed,
    its newest version is the one that was there.
    Raises `SidusError` when the recipe cannot be read.
    """
    data = to_send(recipe)

    def work(control: Control) -> Image:
        words = ["image", "build", *(["--force"] if force else []), *([f"--message={message}"] if message else [])]
        job = server.start(*words, data=data)
        return built(server, answers.built(server.follow(job, control)))

    return actions.start(work, name="build image", expected=BUILD_SECONDS)


def built(server: Server, found: answers.Built) -> Image:
    """Give the image of a build that has ended, looked at where the connection allows: the build stands without it."""
    image = Image(server, found.image)
    with contextlib.suppress(ConnectError):
        image.refresh()
    return image
