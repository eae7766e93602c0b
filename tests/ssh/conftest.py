"""One sshd for the tests of a module, and connections to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidus_lab import ssh
from sidus_lab.ssh.connection import SshTransport
from tests.ssh.sshd import Sshd, make_key, public_line


@dataclass
class Site:
    """A running sshd, the key that may log in, and a known_hosts file that has its host key."""

    sshd: Sshd
    identity: Path
    known_hosts: Path
    folder: Path

    def connect(self) -> SshTransport:
        return ssh.connect(self.sshd.address, port=self.sshd.port, identity=self.identity, known_hosts=self.known_hosts)


def make_site(folder: Path, **options: str) -> Site:
    identity = make_key(folder / "keys" / "user")
    sshd = Sshd(folder / "sshd", [public_line(identity)], options=options)
    sshd.start()
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(sshd.known_hosts_lines)
    return Site(sshd, identity, known_hosts, folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that tests share: they must not harm it."""
    made = make_site(tmp_path_factory.mktemp("site"))
    yield made
    made.sshd.stop()


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site of a test's own, to freeze, break and kill."""
    made = make_site(tmp_path / "own")
    yield made
    made.sshd.stop()


@pytest.fixture
def link(site: Site) -> Iterator[SshTransport]:
    """A connection to the shared site."""
    with site.connect() as transport:
        yield transport


@pytest.fixture
def mark() -> Callable[[], str]:
    """Words that no other process has on its command line."""
    return lambda: f"mark-{uuid.uuid4().hex}"
