"""Files: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sidus_lab.errors import ConnectError, RemoteFileError, ServerUnreachable
from sidus_lab.ssh.connection import SshTransport
from tests.ssh.conftest import Site, make_site

LIMIT = 20.0


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_mode_and_no_leftovers(link: SshTransport, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    link.put(b"secret", str(path), mode=0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    link.put(b"program", str(path), mode=0o755)
    assert path.stat().st_mode & 0o777 == 0o755
    assert names(path.parent) == ["file"]


def test_a_kill_during_the_upload_leaves_the_old_file(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"the old content")
    program = f"""
from pathlib import Path
from sidus_lab import ssh
link = ssh.connect({site.sshd.address!r}, port={site.sshd.port}, identity=Path({str(site.identity)!r}),
                   known_hosts=Path({str(site.known_hosts)!r}))
while True:
    link.put(bytes(500_000_000), {str(path)!r})
"""
    client = subprocess.Popen([sys.executable, "-c", program])
    try:
        deadline = time.monotonic() + LIMIT
        while not any(part.stat().st_size > 1_000_000 for part in tmp_path.glob("file.*.part")):
            assert time.monotonic() < deadline
            assert client.poll() is None
            time.sleep(0.005)
        client.send_signal(signal.SIGKILL)
    finally:
        client.kill()
        client.wait()
    assert path.read_bytes() == b"the old content"
    with site.connect() as link:  # and the next upload works
        link.put(b"the new content", str(path))
    assert path.read_bytes() == b"the new content"


def test_a_connection_lost_during_the_upload_leaves_the_old_file(own_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"the old content")
    with own_site.connect() as link, ThreadPoolExecutor(1) as pool:
        future = pool.submit(link.put, bytes(300_000_000), str(path))
        deadline = time.monotonic() + LIMIT
        while not any(part.stat().st_size > 1_000_000 for part in tmp_path.glob("file.*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        own_site.sshd.drop()
        with pytest.raises(ServerUnreachable):
            future.result(LIMIT)
    assert path.read_bytes() == b"the old content"


def test_readers_never_see_half_a_file(link: SshTransport, tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    contents = [bytes([65 + n]) * 200_000 for n in range(4)]
    link.put(contents[0], path)
    with ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(link.put, contents[n % 4], path) for n in range(12)]
        reads = [pool.submit(link.get, path) for _ in range(12)]
        for write in writes:
            write.result(60)
        assert all(read.result(60) in contents for read in reads)
    assert names(tmp_path) == ["file"]


def test_a_big_file_from_disk(link: SshTransport, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(5_000_001))
    link.put(source, str(tmp_path / "copy"))
    assert link.get(str(tmp_path / "copy")) == source.read_bytes()


def test_files_without_a_size(link: SshTransport) -> None:
    assert link.get("/proc/self/status").startswith(b"Name:")


def test_the_home_folder(link: SshTransport) -> None:
    name = f".sidus-lab-test-{os.getpid()}"
    try:
        link.put(b"x", f"~/{name}")
        assert link.get(name) == b"x"
        assert link.run(["sh", "-c", f'cat "$HOME/{name}"']).stdout == b"x"
    finally:
        link.run(["sh", "-c", f'rm -f "$HOME/{name}"'])


def test_where_no_file_can_be(link: SshTransport, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "plain" / "below", tmp_path / "folder", Path("/proc/no/such")):
        with pytest.raises(RemoteFileError, match="Cannot write"):
            link.put(b"x", str(path))
    assert names(tmp_path) == ["folder", "plain"]
    with pytest.raises(RemoteFileError, match="Cannot read"):
        link.get(str(tmp_path / "folder"))
    assert link.run(["true"]).ok


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_this_user_may_not_write(link: SshTransport) -> None:
    with pytest.raises(RemoteFileError) as caught:
        link.put(b"x", "/etc/sidus-lab-test")
    assert caught.value.reason == "denied"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk(link: SshTransport, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("cannot mount here")
    try:
        link.put(b"old", str(small / "file"))
        with pytest.raises(RemoteFileError, match="disk full"):
            link.put(bytes(5_000_000), str(small / "file"))
        assert names(small) == ["file"]
        assert link.get(str(small / "file")) == b"old"
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_server_without_sftp(tmp_path: Path) -> None:
    site = make_site(tmp_path / "plain", Subsystem="other /bin/false")
    try:
        with site.connect() as link:
            with pytest.raises(ConnectError, match="has no SFTP"):
                link.get("/etc/hostname")
            assert link.run(["true"]).ok
    finally:
        site.sshd.stop()
