"""Images: `image list`, `show`, `build`, `publish`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sidus_lab.sidus.answers.damage import damaged
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.recipes import Recipe
from sidus_lab.sidus.versions import Details, Package, Published, PublishedFile, Tag, Version
from sidus_lab.sidusctl import shapes


@dataclass(frozen=True)
class Catalogue:
    """All images of a site with their versions, newest first, and all that is published, newest first."""

    images: dict[str, tuple[Version, ...]]
    published: tuple[Published, ...]
    damaged: tuple[Damaged, ...] = ()


@dataclass(frozen=True)
class Built:
    """What a build gave: a version, whether it is a new one, and how many seconds each step took."""

    image: str
    version: str
    new: bool
    packages: int
    seconds: dict[str, float]


@reading
def catalogue(value: object) -> Catalogue:
    """Read what ``image list`` gave."""
    found = cast("shapes.Images", value)
    images = {each["name"]: tuple(map(version, each["versions"])) for each in found["images"]}
    return Catalogue(images, tuple(map(_published, found["published"])), tuple(damaged(found)))


@reading
def details(value: object) -> Details:
    """Read what ``image show`` gave."""
    found = cast("shapes.VersionShown", value)
    lock = tuple(Package(each["name"], each["version"], each["arch"], each["sha256"]) for each in found["lock"])
    manifest = found["manifest"]
    return Details(Recipe(dict(found["recipe"])), lock, _published(manifest) if manifest else None)


@reading
def tag(value: object) -> Tag:
    """Read what ``image tag`` gave."""
    return _tag(cast("shapes.Tag", value))


@reading
def tags(value: object) -> list[Tag]:
    """Read what ``image tags`` gave."""
    return [_tag(each) for each in cast("shapes.Tags", value)["tags"]]


@reading
def published(value: object) -> Published:
    """Read what ``image publish`` gave."""
    return _published(cast("shapes.Manifest", value))


@reading
def built(value: object) -> Built:
    """Read what ``image build`` gave."""
    found = cast("shapes.Build", value)
    return Built(found["image"], found["version"], found["new"], found["packages"], dict(found["seconds"]))


@reading
def job_started(value: object) -> str:
    """Read what a verb gave that only starts a job: the job's id."""
    return cast("shapes.Started", value)["job"]


def version(found: shapes.Version) -> Version:
    """Read a version as every verb answers it."""
    return Version(
        image=found["image"],
        name=found["version"],
        commit=found["commit"],
        content=found["content"],
        created=_moment(found["created"]),
        suite=found["suite"],
        packages=found["packages"],
        kernel=found["kernel"],
        root_hash=found["published"] or "",
        # A recording of before the history was kept does not say the rest.
        author=found.get("author", ""),
        host=found.get("host", ""),
        parent=found.get("parent", ""),
        how=found.get("how", ""),
        message=found.get("message", ""),
        steps=tuple(tuple(step) for step in found.get("steps", ())),
    )


def _tag(found: shapes.Tag) -> Tag:
    return Tag(
        name=found["name"],
        image=found["image"],
        version=found["version"],
        commit=found["commit"],
        root_hash=found["published"] or "",
        author=found["author"],
        when=datetime.fromtimestamp(found["when"], UTC),
    )


def _published(found: shapes.Manifest) -> Published:
    return Published(
        root_hash=found["root_hash"],
        form=found["form"],
        levels=tuple(found["levels"]),
        image=found["image"],
        version=found["version"],
        commit=found["commit"],
        content=found["content"],
        created=_moment(found["created"]),
        suite=found["suite"],
        packages=found["packages"],
        kernel=found["kernel"],
        files={name: PublishedFile(each["bytes"], each["sha256"]) for name, each in found["files"].items()},
        level=found.get("level", 15),
        tools=dict(found.get("tools", {})),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
