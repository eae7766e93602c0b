"""A desk: copies of notebooks to work in, with a way back, so that nobody's reading modifies the originals.

<desk>/notebooks/*.ipynb      the copies
<desk>/out, <desk>/runs, ...  links to what notebooks and demos write elsewhere
<desk>/.desk.json             where the notebooks came from, and which content was copied
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import SidusError

NOTEBOOKS, OLD, MARK = "notebooks", "before-reset", ".desk.json"


@dataclass(frozen=True)
class Laid:
    """What was done to a desk: names of notebooks that are new, were brought up to date, or were kept as changed."""

    new: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]


def lay(desk: Path, source: Path, links: Mapping[str, Path] | None = None) -> Laid:
    """Put copies of the notebooks of `source` on a desk, and links to folders beside them.

    A copy that was changed (run, say) is kept as it is; one that was not follows its original. Raises `SidusError` when
    `source` has no notebooks, or the desk is a folder of something else.
    """
    originals = _found(source)
    if not originals:
        raise SidusError(f"There are no notebooks in {source}.", hint="name the folder that holds them")
    if desk.exists() and any(desk.iterdir()) and not (desk / MARK).exists():
        raise SidusError(f"{desk} holds something else.", hint="name an empty folder, or one that is not there yet")
    copied = _copied(desk)
    states: dict[str, list[str]] = {"new": [], "updated": [], "kept": []}
    for name, original in originals.items():
        copy = desk / NOTEBOOKS / name
        content = _digest(original)
        if copy.exists() and _digest(copy) != copied.get(name):
            states["kept"].append(name)
            continue
        if copied.get(name) != content or not copy.exists():
            states["updated" if copy.exists() else "new"].append(name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
        copied[name] = content
    _write(desk, source, copied)
    for name, target in (links or {}).items():
        target.mkdir(parents=True, exist_ok=True)
        if not (desk / name).is_symlink() and not (desk / name).exists():
            (desk / name).symlink_to(target.resolve())
    return Laid(*(tuple(states[state]) for state in ("new", "updated", "kept")))


def reset(desk: Path, names: Iterable[str] = ()) -> dict[str, Path]:
    """Put the notebooks back as they were delivered, or those of `names`; give where each changed one was moved to.

    Nothing is lost: what was changed is moved aside. Raises `SidusError` for a folder that is no desk, and for a name
    that no notebook has.
    """
    try:
        source = Path(json.loads((desk / MARK).read_text())["from"])
    except FileNotFoundError:
        raise SidusError(f"{desk} is no desk.", hint="run `make lab` first, or name its folder: --desk DIR") from None
    originals = _found(source)
    wanted = {name if name.endswith(".ipynb") else f"{name}.ipynb" for name in names} or set(originals)
    if unknown := sorted(wanted - set(originals)):
        raise SidusError(f"There is no notebook {unknown[0]} in {source}.", hint=f"choose from {', '.join(originals)}")
    copied, moved = _copied(desk), {}
    aside = desk / OLD / time.strftime("%Y%m%d-%H%M%S")
    for name in sorted(wanted):
        copy = desk / NOTEBOOKS / name
        if copy.exists() and _digest(copy) != _digest(originals[name]):
            moved[name] = _free(aside / name)
            moved[name].parent.mkdir(parents=True, exist_ok=True)
            copy.rename(moved[name])
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(originals[name], copy)
        copied[name] = _digest(copy)
    _write(desk, source, copied)
    return moved


def _found(source: Path) -> dict[str, Path]:
    """Return the notebooks below a folder by their path in it, without what Jupyter keeps for itself."""
    found = (path for path in sorted(source.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(source).as_posix(): path for path in found}


def _copied(desk: Path) -> dict[str, str]:
    """Return the content of each notebook as it was copied; nothing for a desk that is new or whose mark is damaged."""
    try:
        return dict(json.loads((desk / MARK).read_text())["copies"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(desk: Path, source: Path, copied: Mapping[str, str]) -> None:
    desk.mkdir(parents=True, exist_ok=True)
    aside = desk / f"{MARK}.new"
    aside.write_text(json.dumps({"from": str(source.resolve()), "copies": dict(copied)}, indent=1) + "\n")
    aside.replace(desk / MARK)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _free(path: Path) -> Path:
    """Return a path that is free: two resets in one second must not take each other's place."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
