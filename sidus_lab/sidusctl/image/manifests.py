"""What is published: the manifest in each folder under `published/`, read back through one door."""

from __future__ import annotations

from typing import List, Optional, cast

from .. import formats, shapes
from ..site import Site


def published(site: Site) -> List[shapes.Manifest]:
    """The manifests of all published versions, newest first.

    Raises CtlError ``damaged`` or ``site-format``.
    """
    read = (formats.read("manifest", path) for path in site.published.glob("*/manifest.json"))
    found = [cast(shapes.Manifest, entry) for entry in read if entry is not None]
    return sorted(found, key=lambda entry: (entry["created"], entry["root_hash"]), reverse=True)


def of_content(site: Site, content: str, form: str) -> Optional[shapes.Manifest]:
    """What is published of this content in this form, or None: equal content is published once, whichever version."""
    return next((entry for entry in published(site) if (entry["content"], entry["form"]) == (content, form)), None)
