"""A real site without machines for the tests of the site: its services run, its nodes are off, its images are none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sidus_lab.embedded import Embedded
from sidus_lab.sidus.lab import Lab
from tests.labs import Labs


@pytest.fixture(scope="session")
def site(labs: Labs) -> Iterator[Embedded]:
    """An embedded lab of these tests' own, up."""
    with labs.site("site") as embedded:
        yield embedded


@pytest.fixture
def bare(site: Embedded) -> Iterator[Lab]:
    """A new connection to it."""
    with site.connect() as lab:
        yield lab
