"""What the nodes were, real or virtual or emulated, and what follows for every duration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold
from sidus_lab.report import say

EMULATORS = ("qemu", "bochs")
"""What systemd-detect-virt(1) says of a machine whose processor is a program."""


def sentences(proof: Mapping[str, object] | None, names: Iterable[str] = ()) -> list[str]:
    """Say it for each kind of machine; nodes that no proof asked are among the unknown ones.

    `proof` is as `sidus.Proof.to_dict` gives it, `names` are the nodes that were measured.
    """
    stored: Mapping[str, Any] = proof or {}
    found: dict[tuple[str, str], list[str]] = {}
    asked = set()
    for node in stored.get("nodes", []):
        name, virtual = str(node.get("name", "?")), (node.get("hardware") or {}).get("virtual")
        asked.add(name)
        found.setdefault(_kind(virtual), []).append(name)
    for name in names:
        if name not in asked:
            found.setdefault(("unknown", ""), []).append(name)
    return [say.machines(kind, nodes=folded(nodes), how=how) for (kind, how), nodes in found.items()]


def _kind(virtual: object) -> tuple[str, str]:
    if virtual is None:
        return "unknown", ""
    how = str(virtual)
    return ("emulated", "") if how in EMULATORS else ("virtual", how) if how else ("real", "")


def folded(names: list[str]) -> str:
    """Give names as one folded text; names from elsewhere need not be node names."""
    try:
        return fold(names)
    except (ValueError, SidusError):
        return ", ".join(names)
