"""Which tests run side by side, when there is more than one process for them (``pytest -n 2``): whole files.

All files that need the shared lab are one piece of work: they are the longest, so they begin first, and a second lab
with a second image would only be slower.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED_LAB = (
    "tests/boot/test_experiment.py",
    "tests/boot/test_measured.py",
    "tests/boot/test_proof.py",
    "tests/boot/test_real_site.py",
    "tests/boot/test_recording.py",
    "tests/boot/test_refusals.py",
    "tests/boot/test_two_nodes.py",
    "tests/browser/test_tour.py",
    "tests/panels/test_control_room.py",
    "tests/test_demo.py",
)


class WholeFiles(LoadScopeScheduling):
    """Give each process a file after the other, in the order of `in_order`."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        return "the shared lab" if file in SHARED_LAB else file


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with those of the shared lab first.

    Raises `pytest.UsageError` for a test that takes the shared lab in a file that `SHARED_LAB` does not name.
    """
    for item in items:
        if "lab_home" in getattr(item, "fixturenames", ()) and _file(item.nodeid) not in SHARED_LAB:
            raise pytest.UsageError(f"{item.nodeid} takes the shared lab: name its file in tests/parallel.py")
    return sorted(items, key=lambda item: _file(item.nodeid) not in SHARED_LAB)


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
