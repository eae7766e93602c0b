"""Where the system of some nodes comes from: image, version, recipe and lock of what they boot, and how they booted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sidus_lab.errors import ServerError
from sidus_lab.sidus.images import Image

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.sidus.nodes import Nodes
    from sidus_lab.sidus.server import Server


def origin(server: Server, nodes: Nodes) -> dict[str, Any]:
    """Give ``images`` (by root hash: image, version, recipe, lock, manifest) and ``stages`` of the boot as plain data.

    Raises `SidusError` when the server cannot be asked; an image that is gone from it is left out.
    """
    images: dict[str, Any] = {}
    for node in nodes:
        assignment = node.entry.get("assignment") or {}
        root = str(assignment.get("root_hash", ""))
        if root and root not in images:
            try:
                shown = Image(server, str(assignment["image"])).show(str(assignment["version"]))
            except ServerError:
                continue
            images[root] = {name: shown.get(name) for name in ("image", "version", "recipe", "lock", "manifest")}
    return {"images": images, "stages": boot_stages(nodes).to_dict(orient="records")}


def boot_stages(nodes: Nodes) -> pd.DataFrame:
    """Give the stages of each node's boot with the seconds since power-on: the frame of `figures.boot_waterfall`."""
    import pandas as pd

    rows = []
    power_on = {node.name: float(node.entry.get("power_on") or 0) for node in nodes}
    for status in nodes.status():
        begin = power_on[status.name] or (status.stages[0][1] if status.stages else 0.0)
        rows += [{"node": status.name, "stage": stage, "seconds": at - begin} for stage, at in status.stages]
    return pd.DataFrame(rows, columns=["node", "stage", "seconds"])
