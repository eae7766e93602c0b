"""A small change of an image, and what it means for the recipe, the packages and the initrd. Nothing is done here."""

from __future__ import annotations

from typing import AbstractSet, Iterable, List, NamedTuple, Sequence, Tuple

from .. import shapes
from ..errors import CtlError
from . import bootfiles, mmdebstrap, recipe
from .recipe import Recipe

KINDS = ("install", "remove", "run")

# What an initrd is made of beside the files that are in it: with a new file here it would come out another one.
_INITRD_INPUTS = (
    *("boot/vmlinuz-", "usr/lib/modules/", "etc/initramfs-tools/", "usr/share/initramfs-tools/"),
    *("etc/modules", "etc/modprobe.d/", "usr/lib/modprobe.d/", "etc/fstab", "etc/crypttab"),
)


class Change(NamedTuple):
    """What to do to a version: ``install`` or ``remove`` packages, or ``run`` one command for the shell."""

    kind: str
    words: Tuple[str, ...]

    def to_step(self) -> List[str]:
        """The change as a version carries it: its verb and its words."""
        return [self.kind, *self.words]


def of_step(step: Sequence[str]) -> Change:
    """The change that `Change.to_step` gave."""
    return Change(step[0], tuple(step[1:]))


def name(package: str) -> str:
    """The name of a package alone, of one given as ``name:arch=version``."""
    return package.partition("=")[0].partition(":")[0]


def recipe_after(old: Recipe, change: Change, installed: AbstractSet[str]) -> Recipe:
    """The recipe that says the same: what a whole build would need to come to what the change makes of `old`.

    `installed` are the names of the packages in the version. Raises CtlError ``bad-recipe`` for words that are no
    packages or no command, ``not-installed``, or ``needed-to-boot``.
    """
    packages, commands = list(old.packages), list(old.commands)
    if change.kind == "run":
        commands.append(change.words[0])
    named = recipe.check({**old.to_dict(), "packages": list(change.words)}).packages if change.kind != "run" else ()
    for package in dict.fromkeys(named):
        others = [entry for entry in packages if name(entry) != name(package)]
        if change.kind == "install":
            packages = packages if package in packages else [*others, package]
            continue
        _refuse(package, old, installed)
        if len(others) == len(packages):  # it came with another package, or with the variant
            commands.append(("apt-get", "--yes", "purge", "--autoremove", package))
        packages = others
    return recipe.check({**old._replace(packages=tuple(packages), commands=tuple(commands)).to_dict()})


def _refuse(package: str, old: Recipe, installed: AbstractSet[str]) -> None:
    if name(package) not in installed:
        raise CtlError(
            "not-installed",
            "There is no package {!r} in this version.".format(package),
            hint="image show NAME has the list of all packages, under 'lock'",
        )
    if old.kernel and name(package) in (name(old.kernel), *bootfiles.PACKAGES):
        raise CtlError(
            "needed-to-boot",
            "Without the package {!r} no node could boot the image.".format(package),
            hint='a tree that no node boots has kernel = "" in its recipe',
        )


def apt_words(change: Change) -> List[str]:
    """The words behind ``apt-get --yes`` that make the change; none for a command."""
    if change.kind == "install":
        return ["install", *change.words]
    return ["purge", "--autoremove", *change.words] if change.kind == "remove" else []


def refuse_lost(wanted: Recipe, change: Change, before: Iterable[str], after: Iterable[str]) -> None:
    """Refuse a change with which packages go that the recipe names: nobody asked for that.

    Raises CtlError ``needed-by``.
    """
    gone = set(before) - set(after) - {name(word) for word in change.words}
    lost = [each for each in map(name, mmdebstrap.packages(wanted)) if each in gone]
    if lost:
        raise CtlError(
            "needed-by",
            "With {} would go what the recipe names: {}.".format(", ".join(change.words), ", ".join(lost)),
            hint="remove these too, in the same call, if that is meant",
        )


def makes_initrd(changed: Iterable[str], held: Iterable[str]) -> bool:
    """Whether files that changed (paths without the first slash) make another initrd than one that holds `held`."""
    inside = frozenset(held) - {"etc/ld.so.cache"}  # an initrd has one of its own
    return any(path in inside or path.startswith(_INITRD_INPUTS) for path in changed)


def with_known_sums(lock: Iterable[shapes.Package], known: Iterable[shapes.Package]) -> List[shapes.Package]:
    """A lock with the sums that its lists do not have any more taken from an older lock of the same packages."""
    sums = {(row["name"], row["version"], row["arch"]): row["sha256"] for row in known}
    found: List[shapes.Package] = []
    for row in lock:
        same = (row["name"], row["version"], row["arch"])
        found.append({**row, "sha256": row["sha256"] or sums.get(same, "")})
    return found
