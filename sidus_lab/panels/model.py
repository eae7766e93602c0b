"""What the control room shows, decided from what is known: no widgets, no server, no clock in here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sidus_lab import palette
from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published
from sidus_lab.words import count, duration

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
    "no-server": ("its command line names no server", "assign a version, then boot"),
    "no-node": ("its command line names no node", "assign a version, then boot"),
    "no-root-hash": ("its command line names no root hash", "assign a version, then boot"),
    "no-network": ("no network card, or no DHCP answer", "check cable and DHCP, then boot"),
    "fetch-failed": ("the image could not be fetched", "is it still published? Publish and assign it, then boot"),
    "no-loop": ("the image could not be attached", "look at its console"),
    "verity": ("the image does not fit the root hash", "publish the image again, then boot"),
    "scrub": ("a block of the image does not fit the root hash", "publish the image again, then boot"),
    "no-overlay": ("its own files did not arrive", "assign a version again, then boot"),
    "no-root": ("the overlay could not be stacked", "look at its console"),
}

FAST, SLOW = 1.0, 6.0  # seconds between two looks: while something moves, and while nothing does
IDLE_LIMIT = 3600.0  # seconds without a click after which the panel stops looking by itself
GRACE = 30.0  # seconds that a front end has to say that it shows the panel


@dataclass(frozen=True)
class Snapshot:
    """What one look at the site found: the inventory, the state of each node, the published versions, and when."""

    entries: Mapping[str, InventoryEntry]
    statuses: Sequence[NodeStatus]
    published: Sequence[Published]
    time: float  # seconds since 1970, this machine's clock


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
    can_on: bool
    can_off: bool
    can_boot: bool

    @property
    def spoken(self) -> str:
        """What a screen reader is told of this node."""
        return f"{self.name} {self.word}{f': {self.detail}' if self.detail else ''}"


def node_card(status: NodeStatus, entry: InventoryEntry | None, *, busy: bool = False) -> NodeCard:
    """Decide what to show of a node; while it is `busy` (an action of this panel works on it) its buttons are off."""
    assignment = entry.assignment if entry is not None else None
    detail, note = _words(status)
    if assignment is None:
        note = note or "choose a version above and assign it"
    elif status.word in ("up", "booting") and assignment.when > (entry.powered_on if entry and entry.powered_on else 0):
        note = note or "was assigned after it started: boot it to run this version"
    off = status.power == "off" or status.word == "off"
    return NodeCard(
        name=status.name,
        word=status.word,
        detail=detail,
        seconds=status.seconds,
        fraction=status.fraction if status.word == "booting" else None,
        boots=assignment.name if assignment is not None else "nothing assigned",
        root_hash=assignment.root_hash if assignment is not None else "",
        note=note,
        can_on=not busy and off and assignment is not None,
        can_off=not busy and not off,
        can_boot=not busy and assignment is not None,
    )


def _words(status: NodeStatus) -> tuple[str, str]:
    """Give the detail and the note of a state."""
    if status.word == "booting":
        return STAGES.get(status.stage, status.stage), ""
    if status.word == "refused":
        return REASONS.get(status.reason, (status.reason or "it did not say why", "look at its console"))
    if status.word == "lost":
        return status.reason, "look at its console, then boot it"
    return "", ""


def cards(snapshot: Snapshot, busy: Iterable[str] = ()) -> list[NodeCard]:
    """Give all cards, in the order of the inventory."""
    held = set(busy)
    return [node_card(s, snapshot.entries.get(s.name), busy=s.name in held) for s in snapshot.statuses]


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


def next_look(shown: Sequence[NodeCard], *, busy: bool, views: int, ever_seen: bool, idle: float) -> float | None:
    """Decide in how many seconds to look at the site again, or None: not before somebody looks or clicks.

    Parameters
    ----------
    busy : bool
        Whether an action of this panel is under way.
    views : int
        How many views of the panel front ends show now; `ever_seen`, whether any ever did.
    idle : float
        Seconds since the panel was made, shown or clicked last.
    """
    if busy:
        return FAST
    watched = views > 0 or (not ever_seen and idle < GRACE)
    if not watched or idle > IDLE_LIMIT:
        return None
    return FAST if any(card.word == "booting" for card in shown) else SLOW


@dataclass(frozen=True)
class ActionView:
    """An action as it is shown: its state in a word, how far it is, its clock, what it does now, or why it failed."""

    name: str
    word: str
    fraction: float | None
    clock: str
    line: str
    error: str
    can_cancel: bool

    @property
    def spoken(self) -> str:
        """What a screen reader is told: without what changes every second."""
        return f"{self.name}: {self.word}"


def action_view(action: Action[Any]) -> ActionView:
    """Decide what to show of an action now."""
    state = action.state
    clock = duration(action.elapsed)
    if state == "running" and action.expected:
        clock += f" of about {duration(action.expected)}"
    return ActionView(
        name=action.name,
        word="cancelling" if action.cancelling else state,
        fraction=action.fraction if state == "running" else None,
        clock=clock,
        line=action.line if state == "running" else "",
        error=error_text(action.error) if state == "failed" and action.error is not None else "",
        can_cancel=state == "running" and not action.cancelling,
    )


def error_text(error: BaseException) -> str:
    """Give an error in the few lines that a panel shows: what happened, and what to do next."""
    if isinstance(error, SidusError):
        return str(error)
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}{f': {first}' if first else ''}\nNext: the log of the kernel has the whole of it"
