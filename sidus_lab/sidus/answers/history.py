"""The history of an image: `image log`, `image gc`."""

from __future__ import annotations

from typing import cast

from sidus_lab.sidus.answers.images import version
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.history import Changed, Collected, Entry, Gone, Kept, Log
from sidus_lab.sidusctl import shapes


@reading
def log(value: object) -> Log:
    """Read what ``image log`` gave."""
    found = cast("shapes.Log", value)
    return Log(found["image"], tuple(map(_entry, found["versions"])))


@reading
def collected(value: object) -> Collected:
    """Read what ``image gc`` gave."""
    found = cast("shapes.Collected", value)
    gone = tuple(Gone(each["what"], each["name"], each["why"]) for each in found["gone"])
    kept = tuple(Kept(each["name"], tuple(each["why"])) for each in found["kept"])
    return Collected(found["dry_run"], gone, kept, found["bytes"])


def _entry(found: shapes.LogRow) -> Entry:
    changed = found["changed"]
    return Entry(
        version=version(found),
        tags=tuple(found["tags"]),
        assigned=tuple(found["assigned"]),
        booted=tuple(found["booted"]),
        held=tuple(found["held"]),
        changed=Changed(
            new=tuple(changed["new"]),
            gone=tuple(changed["gone"]),
            up=tuple(changed["up"]),
            down=tuple(changed["down"]),
            again=tuple(changed["again"]),
            recipe=tuple(changed["recipe"]),
        ),
    )
