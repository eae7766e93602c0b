"""Where the system of some nodes comes from: image, version, recipe and lock of what they boot, and how they booted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sidus_lab.errors import ServerError
from sidus_lab.sidus.images import Image
from sidus_lab.sidus.versions import Assignment, Published

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.sidus.nodes import Nodes
    from sidus_lab.sidus.server import Server


def origin(server: Server, nodes: Nodes) -> dict[str, object]:
    """Give ``images`` (by root hash: image, version, recipe, lock, manifest) and ``stages`` of the boot as plain data.

    Raises `SidusError` when the server cannot be asked; an image that is gone from it is left out.
    """
    images: dict[str, object] = {}
    for node in nodes:
        if node.assignment is not None and node.assigned not in images:
            try:
                images[node.assigned] = _image(server, node.assignment)
            except ServerError:
                continue
    return {"images": images, "stages": boot_stages(nodes).to_dict(orient="records")}


def _image(server: Server, boots: Assignment) -> dict[str, object]:
    found = Image(server, boots.image).details(boots.version)
    return {
        "image": boots.image,
        "version": boots.version,
        "recipe": dict(found.recipe),
        "lock": [asdict(package) for package in found.lock],
        "manifest": _manifest(found.published) if found.published is not None else None,
    }


def _manifest(published: Published) -> dict[str, object]:
    return {**asdict(published), "created": published.created.isoformat(), "levels": list(published.levels)}


def boot_stages(nodes: Nodes) -> pd.DataFrame:
    """Give the stages of each node's boot with the seconds since power-on: the frame of `figures.boot_waterfall`."""
    import pandas as pd

    rows = []
    power_on = {node.name: node.powered_on or 0.0 for node in nodes}
    for status in nodes.status().values():
        begin = power_on[status.name] or (status.stages[0][1] if status.stages else 0.0)
        rows += [{"node": status.name, "stage": stage, "seconds": at - begin} for stage, at in status.stages]
    return pd.DataFrame(rows, columns=["node", "stage", "seconds"])
