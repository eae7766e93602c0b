"""Nodes: `node add`, `list`, `assign`, `remove`, `power`, `status`; and nodes.json."""

from __future__ import annotations

from typing import Dict, List, Literal, Optional, TypedDict

from .damage import DamagedRow

PowerState = Literal["on", "off", "unknown"]
NodeState = Literal["off", "booting", "slow", "up", "refused", "lost"]


class Power(TypedDict):
    """How a node is switched on and off. Each kind declares its further keys in its own file of `power/`."""

    kind: str


class _Assignment(TypedDict):
    root_hash: str
    form: str
    levels: List[str]
    image: str
    version: str
    arguments: List[str]
    when: float


class Assignment(_Assignment, total=False):
    """What a node boots from its next start on; `arguments` are added to the kernel's command line.

    `tag` is the one by which it was assigned, which may mean another version by now.
    """

    tag: str


class NodeFacts(TypedDict):
    """A node in nodes.json. `host_key` is a public line; `power_on` when it was last switched on from here."""

    mac: str
    address: str
    ssh_port: int
    power: Power
    host_key: str
    assignment: Optional[Assignment]
    power_on: Optional[float]


class Node(NodeFacts):
    """A node as it is answered: never with a secret."""

    name: str


class Nodes(TypedDict):
    """`node list`, `node assign`; `damaged` are the entries of the inventory that are no whole node."""

    nodes: List[Node]
    damaged: List[DamagedRow]


class ProvenNote(TypedDict):
    """proven.json of a node: what it proved, newest first; `when` of each is when it did so last."""

    format: int
    proven: List[Assignment]


class ProvenRow(TypedDict):
    """What one node proved, newest first."""

    name: str
    proven: List[Assignment]


class ProvenRows(TypedDict):
    """`node proven`, `node note-proof`."""

    nodes: List[ProvenRow]


class Removed(TypedDict):
    """`node remove`: the names."""

    removed: List[str]


class Newcomer(TypedDict):
    """A machine that asked to boot and is in no inventory; all but `address` and the times is its own word.

    `firmware` is ``BIOS``, ``UEFI`` or empty; `address` who sent it, as the web server saw it; `first` and `last`
    are when it asked.
    """

    mac: str
    uuid: str
    maker: str
    product: str
    serial: str
    firmware: str
    address: str
    first: float
    last: float
    times: int


class Newcomers(TypedDict):
    """`node newcomers`, the one that asked last first."""

    machines: List[Newcomer]


class PowerRow(TypedDict):
    """The power of one node; `error` is a sentence when it could not be asked or switched."""

    name: str
    power: PowerState
    error: Optional[str]


class PowerRows(TypedDict):
    """`node power`."""

    nodes: List[PowerRow]


class StageRow(TypedDict):
    """A stage of a boot: when it was first reported, and how many seconds until the next (None: the last one)."""

    stage: str
    time: float
    seconds: Optional[float]


class ReportRow(TypedDict):
    """One report of a node; `details` is what stood in its address, as it came."""

    stage: str
    time: float
    details: Dict[str, str]


AlarmWord = Literal["forged", "doubled", "fetched-again", "booted-again"]


class AlarmRow(TypedDict):
    """What a boot in order does not leave in the web server's log: what, how often, and who sent it."""

    what: AlarmWord
    times: int
    addresses: List[str]


class Status(PowerRow):
    """Where a node is between off and up.

    `stage` is the last one of this boot and `seconds` how long ago it began; `reason` is a word that says why a node
    refused or counts as lost (see `node/stages.py`), else empty; `stages` is the waterfall of this boot.
    """

    state: NodeState
    stage: str
    seconds: Optional[float]
    fraction: float
    reason: str
    stages: List[StageRow]
    last: Optional[ReportRow]
    alarms: List[AlarmRow]


class Statuses(TypedDict):
    """`node status`; `damaged` as in `Nodes`."""

    nodes: List[Status]
    damaged: List[DamagedRow]


class EnrolmentGiven(TypedDict):
    """What `node enrol` takes on stdin: the public half of the TPM's key (TPM2B_PUBLIC, hexadecimal digits), the values
    of registers 0, 2 and 7 (SHA-256), and the Authenticode hashes of what its firmware starts before the image.
    """

    key: str
    firmware: Dict[str, str]
    loaders: List[str]


class Enrolment(EnrolmentGiven):
    """What is known of a node's TPM and firmware; its key is empty where what was kept cannot be read."""

    when: float


class EnrolmentNote(Enrolment):
    """tpm.json."""

    format: int


class EnrolledNode(TypedDict):
    """`node enrol`: None for a node whose enrolment was forgotten."""

    name: str
    enrolled: Optional[Enrolment]


class UefiStart(TypedDict):
    """What a measured start of a node must have been: SHA-256 of kernel, initrd and note, the Authenticode hashes of
    the program and of the kernel in it, and the whole command line as the loader hands it over.
    """

    kernel: str
    initrd: str
    osrel: str
    image_program: str
    kernel_program: str
    command_line: str


class Witness(PowerRow):
    """What the server saw of a node's newest ordered boot.

    `kind` is that of its power: one that is switched by hand has nobody who says whether it is on. `ordered` when it
    was ordered (None: never); `boot` the boot id that it reported ("": it did not); `answer` what it must answer to the
    nonce; `command_line` and `own` what the assignment gives it; `published` and `found` the SHA-256 of kernel and
    initrd as the manifest names them and as they lie there now; `build_id` that of the kernel there. `uefi` is None
    where nothing was ordered, or nothing for UEFI firmware is published; `tpm` where the node was not enrolled.
    """

    kind: str
    ordered: Optional[float]
    boot: str
    answer: str
    command_line: str
    own: str
    published: Dict[str, str]
    found: Dict[str, str]
    build_id: str
    uefi: Optional[UefiStart]
    tpm: Optional[Enrolment]
    alarms: List[AlarmRow]


class Witnesses(TypedDict):
    """`node witness`."""

    nodes: List[Witness]


class Inventory(TypedDict):
    """nodes.json."""

    format: int
    nodes: Dict[str, NodeFacts]
