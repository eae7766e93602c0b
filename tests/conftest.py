"""What all tests share: an embedded lab with one image, and two nodes that boot from it; each made when first needed.

To use an image again while developing, keep a home and name it: ``SIDUS_LAB_TEST_HOME=~/test-home pytest ...``. The
lab in it is taken down at the end, the image stays. A test that changes or breaks a site takes a copy (`copied_home`).
"""

from __future__ import annotations

import os
import signal
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.embedded import Embedded
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.versions import Published
from tests import labs as homes
from tests import parallel
from tests.labs import Labs
from tests.public_data import DATA


def pytest_configure() -> None:
    """Clean up after SIGTERM as after Ctrl-C; let notebooks that run beside the tests find the public data."""

    def interrupt(_number: int, _frame: types.FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    if (DATA / "cwb").is_dir():
        os.environ.setdefault("SIDUS_LAB_DATA", str(DATA))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items[:] = parallel.in_order(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> parallel.WholeFiles:
    """Keep the tests of one file in one process."""
    return parallel.WholeFiles(config, log)


@pytest.fixture(scope="session")
def labs() -> Iterator[Labs]:
    """The homes of this run; at its end no process of them may be left."""
    reason = homes.missing(*homes.SITE_PROGRAMS)
    if reason:
        pytest.skip(reason)
    homes.sweep()
    made = Labs()
    yield made
    made.close()
    left = homes.marked(made.top)
    assert not left, f"processes left: {left}"


@pytest.fixture(scope="session")
def lab_home(labs: Labs) -> Iterator[Path]:
    """The home of the shared lab, with its image built and published; the lab is up, its nodes are off."""
    reason = homes.missing(*homes.IMAGE_PROGRAMS)
    if reason:
        pytest.skip(reason)
    given = os.environ.get("SIDUS_LAB_TEST_HOME")
    home = Path(given).expanduser().absolute() if given else labs.home("lab")
    embedded = Embedded(home)
    try:
        with embedded.up() as lab:
            lab.build(homes.RECIPE).result().publish().result()
        yield home
    finally:
        embedded.down()


@pytest.fixture(scope="session")
def lab(lab_home: Path) -> Iterator[Lab]:
    """The shared lab. Tests leave its inventory and its images as they are, or as they found them."""
    with Embedded(lab_home).connect() as connected:
        yield connected


@pytest.fixture(scope="session")
def published(lab: Lab) -> Published:
    """The shared lab's published version."""
    return lab.published()[0]


@pytest.fixture
def booted(lab: Lab, published: Published) -> Nodes:
    """The shared lab's two nodes, up, scrubbed at boot. Booted when first needed, and again after a test put them off.

    Tests leave no files on them.
    """
    nodes = lab.nodes("node[1-2]")
    wanted = (published.root_hash, ("sidus.scrub=1",))
    as_wanted = all(node.assignment and (node.assigned, node.assignment.arguments) == wanted for node in nodes)
    if not as_wanted or any(state.word != "up" for state in nodes.status().values()):
        nodes.assign(published, scrub=True)
        nodes.boot().result()
    return nodes


@pytest.fixture
def copied_home(labs: Labs, lab_home: Path) -> Iterator[Callable[[str], Path]]:
    """Make a home with a copy of the image, for a test to harm; its lab is not up."""
    made: list[Path] = []

    def make(name: str) -> Path:
        made.append(labs.home(name, image_of=lab_home))
        return made[-1]

    yield make
    for home in made:
        labs.drop(home)
