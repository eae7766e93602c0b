"""Two machines of their own that boot from a damaged site, each through its own faults; what became of every boot."""

from __future__ import annotations

import json
import mmap
import queue
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded, sshd
from sidus_lab.embedded.lab import GUEST_VIEW
from sidus_lab.errors import ConnectError
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published
from sidus_lab.sidusctl.image.forms.memory import squash_options
from tests import labs as homes
from tests.boot.proxy import Fault, Proxy
from tests.labs import Labs

LIMIT = 300.0  # seconds for one boot, whatever becomes of it; a server that stops sending holds a node for 80


@dataclass(frozen=True)
class Case:
    """One boot: its faults, and whether the image is scrubbed."""

    faults: Sequence[Fault]
    scrub: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one boot."""

    node: str
    status: NodeStatus
    console: str
    login: str  # why nobody could log in over SSH; empty when somebody could
    seconds: float


class Damaged:
    """The damaged site, and one boot on one of its nodes after the other."""

    def __init__(self, embedded: Embedded, lab: Lab, proxy: Proxy) -> None:
        self.embedded = embedded
        self.lab = lab
        self.proxy = proxy
        self.outcomes: dict[str, Outcome] = {}

    def boot(self, name: str, case: Case) -> Outcome:
        """Boot a node with faults and wait until it is up, has refused, or is lost."""
        begin = time.monotonic()
        self.proxy.faults[name] = case.faults
        nodes = self.lab.nodes(name).assign(self.lab.published()[0], scrub=case.scrub)
        nodes.power("cycle").raise_for_failures()
        status = nodes.status()[name]
        while status.word not in ("up", "refused", "lost") and time.monotonic() < begin + LIMIT:
            time.sleep(0.5)
            status = nodes.status()[name]
        seconds = time.monotonic() - begin
        time.sleep(1.0)  # for what a node that stays down might still print
        console = self.embedded.console(name).read_text(errors="replace")
        return Outcome(name, status, console, login(self.embedded, self.lab, nodes[name]), seconds)

    def boot_all(self, cases: dict[str, Case]) -> None:
        """Do all boots, two at a time; the last one leaves its node as it is."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for each in cases:
            waiting.put(each)
        lock = threading.Lock()

        def work(name: str) -> None:
            while True:
                with lock:
                    if waiting.empty():
                        return
                    each = waiting.get()
                self.outcomes[each] = self.boot(name, cases[each])

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(work, name) for name in ("node1", "node2")]:
                done.result()


def login(embedded: Embedded, lab: Lab, node: Node) -> str:
    """Try to log in; give why not, or an empty string."""
    entry = lab.node(node.name).entry  # looked up again: each boot has a host key of its own
    key = sshd.user_key(embedded.home)
    try:
        lab.server.transport.jump(
            entry.address,
            entry.ssh_port,
            user="root",
            host_key=entry.host_key,
            identity=key,
            timeout=5,
        ).close()
    except ConnectError as error:
        return error.message
    return ""


@pytest.fixture(scope="session")
def damaged(labs: Labs, lab_home: Path) -> Iterator[Damaged]:
    home = labs.home("damaged", image_of=lab_home)
    embedded = Embedded(home)
    try:
        with embedded.up() as lab:
            web = next(where for name, _, where in embedded.status() if name == "nginx")
            nodes = {node.name: node.mac for node in lab.nodes()}
            proxy = Proxy(f"http://{web}", nodes, GUEST_VIEW)
            try:
                lab.init(url=proxy.url)
                yield Damaged(embedded, lab, proxy)
            finally:
                lab.nodes().power("off").raise_for_failures()
                proxy.close()
    finally:
        labs.drop(home)


@pytest.fixture(scope="session")
def unread_byte(lab_home: Path, published: Published, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Where in the published squashfs a byte lies that no boot reads: in the middle of OpenBLAS."""
    image = lab_home / "site" / "published" / published.root_hash / "root.squashfs"
    return place_in(image, r"/libopenblasp-[^/]*\.so$", tmp_path_factory.mktemp("place"))


def place_in(image: Path, pattern: str, folder: Path) -> int:
    """Find the compressed bytes of a file's middle in a squashfs: the file, packed alone, gives the same bytes."""
    reason = homes.missing("unsquashfs")
    if reason:
        pytest.skip(reason)
    listing = subprocess.run(["unsquashfs", "-lc", str(image)], check=True, capture_output=True, text=True).stdout
    path = next(line for line in listing.splitlines() if re.search(pattern, line)).partition("/")[2]
    subprocess.run(
        ["unsquashfs", "-q", "-n", "-d", str(folder / "tree"), str(image), path], check=True, capture_output=True
    )
    alone = folder / "alone"
    level = json.loads((image.parent / "manifest.json").read_text()).get("level", 15)
    words = ["mksquashfs", str(folder / "tree" / path), str(alone), "-no-progress", *squash_options(level)]
    subprocess.run(words, check=True, capture_output=True)
    packed = alone.read_bytes()
    middle = len(packed) // 2
    with image.open("rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as whole:
        found = whole.find(packed[middle : middle + 4096])
    assert found > 0, f"{path} was packed by another mksquashfs than the one here"
    return found
