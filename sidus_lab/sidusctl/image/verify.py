"""Is what is published still what was published? Every file hashed anew, and the root held to its own hash tree."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

from .. import files, shapes
from ..errors import CtlError
from ..site import Site
from . import manifests
from .forms import kinds


def faults(folder: Path) -> List[str]:
    """What is wrong with one published folder, each fault a sentence; nothing when it is whole."""
    try:
        manifest = manifests.read(folder)
    except CtlError as error:
        return [error.message]
    found = [fault for name, about in manifest["files"].items() for fault in [_file(folder / name, about)] if fault]
    form = kinds.FORMS.get(manifest["form"])
    if found or form is None:
        return found
    missing = [name for name in form.files if name not in manifest["files"]]
    if missing:
        return ["The manifest does not name {}.".format(", ".join(missing))]
    fault = "" if form.unseen() else form.fault(folder, manifest["root_hash"])
    return [fault] if fault else []


def unseen(folder: Path) -> List[str]:
    """What cannot be looked at of one published folder here, each with its reason."""
    try:
        name = manifests.read(folder)["form"]
    except CtlError:
        return []
    if name not in kinds.FORMS:
        return ["The root was not looked at: this program does not know the form {!r}.".format(name)]
    why = kinds.FORMS[name].unseen()
    return [why] if why else []


def _file(path: Path, about: shapes.PublishedFile) -> Optional[str]:
    try:
        size = path.stat().st_size
        if path.is_symlink() or not path.is_file():
            return "{} is no file.".format(path.name)
        if size != about["bytes"]:
            return "{} has {} bytes and not {}.".format(path.name, size, about["bytes"])
        return None if files.sha256(path) == about["sha256"] else "{} has another content.".format(path.name)
    except OSError as error:
        return "{} cannot be read: {}.".format(path.name, error.strerror)


def verify(site: Site, wanted: str) -> shapes.Verified:
    """All that is published, or what `wanted` names: an image, a version, or 8 or more letters of a root hash.

    Raises CtlError ``unknown-version``.
    """
    site.facts()
    known = {entry["root_hash"]: entry for entry in manifests.published(site)}
    image, _, version = wanted.partition("@")
    rows: List[shapes.VerifiedRow] = []
    for folder in sorted(site.published.glob("*")):
        about = known.get(folder.name)
        named = about is not None and about["image"] == image and about["version"].startswith(version)
        if wanted and not named and not (len(wanted) >= 8 and folder.name.startswith(wanted)):
            continue
        found = faults(folder)
        target = "{}@{}".format(about["image"], about["version"]) if about else ""
        rows.append(
            {
                "root_hash": folder.name,
                "image": about["image"] if about else "",
                "version": about["version"] if about else "",
                "faults": found,
                "unseen": unseen(folder),
                "hint": _hint(target) if found else "",
                "next": ["image-publish", target] if found and target else [],
            }
        )
    if wanted and not rows:
        raise CtlError(
            "unknown-version",
            "No published version is called {!r}.".format(wanted[:80]),
            hint="image list shows what is published",
        )
    return {"published": rows}


def _hint(target: str) -> str:
    if target:
        return "publish it again: what is damaged is replaced as a whole"
    return "publish the version that it came from again, or remove the folder"
