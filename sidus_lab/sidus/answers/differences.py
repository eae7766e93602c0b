"""What `image diff` gives."""

from __future__ import annotations

from typing import cast

from sidus_lab.sidus.answers.images import version
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.differences import (
    Diff,
    FileChange,
    FileGroup,
    PackageChange,
    RecipeChange,
    TextChange,
    UserChange,
)
from sidus_lab.sidus.rebuilt import Rebuilt
from sidus_lab.sidusctl import shapes


@reading
def difference(value: object) -> Diff:
    """Read what ``image diff`` gave."""
    found = cast("shapes.Diff", value)
    return Diff(
        before=version(found["before"]),
        after=version(found["after"]),
        same=found["same"],
        recipe=tuple(RecipeChange(each["key"], tuple(each["gone"]), tuple(each["new"])) for each in found["recipe"]),
        packages=tuple(
            PackageChange(each["name"], each["arch"], each["what"], each["before"], each["after"])
            for each in found["packages"]
        ),
        users=tuple(UserChange(each["kind"], each["name"], each["before"], each["after"]) for each in found["users"]),
        texts=tuple(map(_text, found["texts"])),
        files=tuple(map(_group, found["files"])),
        bookkeeping=_group(found["bookkeeping"]),
    )


@reading
def rebuilt(value: object) -> Rebuilt:
    """Read what ``image rebuild`` gave."""
    found = cast("shapes.Rebuilt", value)
    return Rebuilt(
        image=found["image"],
        version=found["version"],
        content=found["content"],
        again=found["again"],
        same=found["same"],
        diff=difference(found["diff"]),
        seconds=dict(found["seconds"]),
    )


def _text(found: shapes.TextChange) -> TextChange:
    return TextChange(
        path=found["path"],
        what=found["what"],
        why=tuple(found["why"]),
        package=found["package"],
        recipe=found["recipe"],
        lines=tuple(found["lines"]),
        left_out=found["left_out"],
        hidden=found["hidden"],
    )


def _group(found: shapes.FileGroup) -> FileGroup:
    rows = tuple(FileChange(each["path"], each["what"], tuple(each["why"])) for each in found["rows"])
    return FileGroup(found["package"], found["new"], found["gone"], found["changed"], rows)
