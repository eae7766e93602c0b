"""What the control room shows, decided from what is known: no widgets, no server, no clock in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sidus_lab import palette
from sidus_lab.panels.rules import Facts, Wanted
from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.jobs import Job
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published
from sidus_lab.words import count

# What a node does when it reports a stage, in words (the stages are those of its boot script).
STAGES = {
    "firmware": "power is on, firmware starts",
    "ipxe": "network card fetches kernel and initrd",
    "network": "has an address",
    "fetching": "fetches the image",
    "fetched": "has the image",
    "verified": "root hash fits",
    "scrubbed": "every block read and verified",
    "mounted": "starts the system",
    "ready": "answers",
}
# Why a boot script refused, in words, with what to do next.
REASONS = {
    "ipxe-fetch": (
        "its network card cannot fetch kernel, initrd or own files",
        "does the web server run? It tries again",
    ),
    "no-server": ("its command line names no server", "press Assign, then Boot"),
    "no-node": ("its command line names no node", "press Assign, then Boot"),
    "no-root-hash": ("its command line names no root hash", "press Assign, then Boot"),
    "no-network": ("no network card, or no DHCP answer", "check cable and DHCP, then press Boot"),
    "fetch-failed": ("the image could not be fetched", "is it still published? Publish it, press Assign, then Boot"),
    "no-loop": ("the image could not be attached", "look at its console"),
    "verity": ("the image does not fit the root hash", "publish the image again, then press Boot"),
    "scrub": ("a block of the image does not fit the root hash", "publish the image again, then press Boot"),
    "no-overlay": ("its own files did not arrive", "press Assign, then Boot"),
    "own-files": ("its own files are not those of the assignment", "press Boot; if it stays, look at the network"),
    "not-ordered": ("it started by itself, without an order from the server", "press Boot"),
    "no-root": ("the overlay could not be stacked", "look at its console"),
}


@dataclass(frozen=True)
class Snapshot:
    """What one look at the site found: the inventory, the state of each node, the published versions, and when."""

    entries: Mapping[str, InventoryEntry]
    statuses: Sequence[NodeStatus]
    published: Sequence[Published]
    time: float  # when the inventory was read: seconds since 1970, this machine's clock
    looked: float = 0.0  # when the states were read, likewise
    jobs: Sequence[Job] = ()
    damaged: Sequence[Damaged] = ()

    def damaged_of(self, *what: str) -> list[Damaged]:
        """What of these kinds is not whole."""
        return [each for each in self.damaged if each.what in what]


@dataclass(frozen=True)
class NodeCard:
    """One node as it is shown.

    Attributes
    ----------
    word, detail : str
        Its state, and what there is to say beside it; `seconds` is how long it is in it.
    fraction : float or None
        How far its boot is; None where there is no bar.
    boots : str
        The version assigned to it, in words.
    note : str
        What the user should know or do next.
    off, assigned, busy : bool
        Whether it is switched off, has a version to boot, and is held by an action of this panel.
    used : str
        What runs on it, as far as this program knows.
    spoken : str
        The same for a screen reader: without what changes every second.
    """

    name: str
    word: str
    detail: str
    seconds: float | None
    fraction: float | None
    boots: str
    root_hash: str
    note: str
    off: bool
    assigned: bool
    busy: bool
    used: str = ""

    @property
    def facts(self) -> Facts:
        """What decides which buttons can be pressed."""
        return Facts(self.name, self.word, self.off, self.assigned, self.busy, self.used)

    @property
    def spoken(self) -> str:
        """What a screen reader is told of this node."""
        return f"{self.name} {self.word}{f': {self.detail}' if self.detail else ''}"


def node_card(
    status: NodeStatus,
    entry: InventoryEntry | None,
    *,
    busy: bool = False,
    wanted: Wanted | None = None,
    used: str = "",
) -> NodeCard:
    """Decide what to show of a node; while it is `busy` an action of this panel works on it.

    `wanted` is the version that Assign would give it, None when there is none.
    """
    assignment = entry.assignment if entry is not None else None
    detail, note = _words(status)
    if used and status.word == "up":
        detail = f"{used} is under way"
    if assignment is None and not busy:
        note = note or (
            f"press Assign, or Boot: it assigns {wanted.name} first" if wanted else "nothing is published yet"
        )
    elif status.word == "up" and not busy and _assigned_since(entry):
        note = note or "was assigned after it started: press Boot to run this version"
    return NodeCard(
        name=status.name,
        word=status.word,
        detail=detail,
        seconds=status.seconds,
        fraction=status.fraction if status.word in ("booting", "slow") else None,
        boots=assignment.name if assignment is not None else "nothing assigned",
        root_hash=assignment.root_hash if assignment is not None else "",
        note=note,
        off=status.power == "off" or status.word == "off",
        assigned=assignment is not None,
        busy=busy,
        used=used,
    )


def _words(status: NodeStatus) -> tuple[str, str]:
    """Give the detail and the note of a state."""
    if status.word == "booting":
        return STAGES.get(status.stage, status.stage), ""
    if status.word == "refused":
        return REASONS.get(status.reason, (status.reason or "it did not say why", "look at its console"))
    if status.word == "slow":
        return status.reason, "it is waited for: its next report makes it well again; or look at its console"
    if status.word == "lost":
        return status.reason, "look at its console, then press Boot"
    return "", ""


def _assigned_since(entry: InventoryEntry | None) -> bool:
    """Whether a node was given a version after it was switched on."""
    return bool(entry and entry.assignment and entry.assignment.when > (entry.powered_on or 0.0))


def cards(
    snapshot: Snapshot,
    busy: Iterable[str] = (),
    wanted: Wanted | None = None,
    uses: Mapping[str, str] | None = None,
) -> list[NodeCard]:
    """Give all cards, in the order of the inventory; `uses` says what runs on which node."""
    held, used = set(busy), uses or {}
    return [
        node_card(s, snapshot.entries.get(s.name), busy=s.name in held, wanted=wanted, used=used.get(s.name, ""))
        for s in snapshot.statuses
    ]


def summary(shown: Sequence[NodeCard]) -> str:
    """Give all nodes in one sentence, such as ``2 nodes: 1 up, 1 booting``."""
    if not shown:
        return "no nodes yet"
    words = [card.word for card in shown]
    order = [word for word in palette.STATES if word in words] + sorted(set(words) - set(palette.STATES))
    counts = ", ".join(f"{words.count(word)} {word}" for word in reversed(order))
    return f"{len(shown)} node{'s' if len(shown) > 1 else ''}: {counts}"


def spoken(shown: Sequence[NodeCard]) -> str:
    """Give what a screen reader is told: the nodes one by one where they are few, else their summary."""
    return ". ".join(card.spoken for card in shown) if len(shown) <= 4 else summary(shown)


def newest(published: Sequence[Published]) -> Wanted | None:
    """Give the version that is offered first, read and verified at each boot; None when nothing is published."""
    for each in published:
        return Wanted(each.root_hash, each.name, scrub=True)
    return None


def version_options(published: Sequence[Published]) -> list[tuple[str, str]]:
    """Give the published versions for a menu: label and root hash, newest first."""
    options = []
    for number, each in enumerate(published):
        label = f"{each.name}  ·  {each.root_hash[:12]}  ·  {each.created:%Y-%m-%d}"
        options.append((label + ("  (newest)" if number == 0 and len(published) > 1 else ""), each.root_hash))
    return options


def manifest_facts(published: Published) -> list[tuple[str, str]]:
    """Give what the panel says of a published version."""
    return [
        ("root hash", published.root_hash),
        ("kernel", published.kernel),
        ("packages", str(published.packages)),
        ("a node fetches", f"{published.size / 2**20:.0f} MiB"),
    ]


def assigned_summary(snapshot: Snapshot) -> str:
    """Say which versions are assigned to how many nodes."""
    names = [entry.assignment.name for entry in snapshot.entries.values() if entry.assignment is not None]
    none = len(snapshot.entries) - len(names)
    parts = [f"{name} on {count(names.count(name), 'node')}" for name in dict.fromkeys(names)]
    if none:
        parts.append(f"nothing on {count(none, 'node')}")
    return "Assigned: " + "; ".join(parts) if parts else "No nodes yet: lab.add_node(...)"
