"""What is published: the manifest in each folder under `published/`, read back through one door."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, NamedTuple, Optional, cast

from .. import formats, shapes
from ..errors import CtlError
from ..site import Site
from .forms import effort
from .forms.kinds import FORMS

_HASH = re.compile(r"[0-9a-f]{64}\Z")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:+~_@-]{0,200}\Z")
"""What each text of a manifest must be: it is written into boot scripts, and names files."""
_MOMENT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z\Z")
_TEXTS = ("form", "image", "version", "suite", "kernel")


class Published(NamedTuple):
    """The manifests that can be believed, newest first, and what lies beside them."""

    whole: List[shapes.Manifest]
    damaged: List[shapes.DamagedRow]


def look(site: Site) -> Published:
    """All that is published; a folder without a manifest that can be believed hides no other."""
    whole: List[shapes.Manifest] = []
    damaged: List[shapes.DamagedRow] = []
    for folder in sorted(site.published.glob("*")):
        try:
            whole.append(read(folder))
        except CtlError as error:
            damaged.append(error.to_row("published", str(folder)))
    # Of one version packed twice the hardest packed comes first: by its name alone it is the one that is meant.
    whole.sort(
        key=lambda entry: (entry["created"], entry.get("level", effort.BEFORE), entry["root_hash"]), reverse=True
    )
    return Published(whole, damaged)


def published(site: Site) -> List[shapes.Manifest]:
    """The manifests of all published versions that can be believed, newest first."""
    return look(site).whole


def read(folder: Path) -> shapes.Manifest:
    """The manifest of one published folder, held to its shape, its own form and its folder's name.

    Raises CtlError ``damaged`` or ``site-format``.
    """
    found = cast("Optional[shapes.Manifest]", formats.read("manifest", folder / "manifest.json"))
    why = "it has no manifest.json" if found is None else _fault(found, folder.name)
    if found is None or why:
        raise formats.damaged(str(folder), why)
    return found


def _fault(manifest: shapes.Manifest, name: str) -> str:
    if not _HASH.match(name):
        return "its name is no root hash"
    if manifest["root_hash"] != name:
        return "its manifest has another root hash"
    if not _MOMENT.match(manifest["created"]):
        return "its manifest does not say when it was created"
    for key in _TEXTS:
        if not _PLAIN.match(str(manifest[key])):  # type: ignore[literal-required]
            return "the {} in its manifest cannot be {!r}".format(key, str(manifest[key])[:80])  # type: ignore[literal-required]
    form = FORMS.get(manifest["form"])  # of one that this program does not know, nothing more can be said
    missing = [each for each in ("vmlinuz", "initrd", *(form.files if form else ())) if each not in manifest["files"]]
    if missing:
        return "its manifest does not name {}".format(", ".join(missing))
    for file, about in manifest["files"].items():
        if not _PLAIN.match(file) or not _HASH.match(about["sha256"]) or about["bytes"] < 0:
            return "its manifest names a file that cannot be, {!r}".format(file[:80])
    if manifest["uefi"] is not None and not all(_HASH.match(str(each)) for each in manifest["uefi"].values()):
        return "its manifest has no hashes of its program for UEFI"
    return ""


def of_content(site: Site, content: str, form: str, level: Optional[int] = None) -> Optional[shapes.Manifest]:
    """What is published of this content in this form, packed at one level or at any, or None.

    Equal content is published once, whichever version it came from.
    """
    found = [entry for entry in published(site) if (entry["content"], entry["form"]) == (content, form)]
    return next((entry for entry in found if level in (None, entry.get("level", effort.BEFORE))), None)
