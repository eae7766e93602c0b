"""Connecting: whom we trust, whom they let in, the user's configuration, and jumps."""

from __future__ import annotations

import contextlib
import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sidus_lab import ssh
from sidus_lab.errors import AuthenticationFailed, ConnectError, HostKeyChanged, HostKeyUnknown, ServerUnreachable
from sidus_lab.ssh.connection import SshTransport
from sidus_lab.transport import Transport
from tests.ssh.conftest import Site, make_site
from tests.ssh.sshd import Sshd, fingerprint, make_key, public_line
from tests.transport_contract import CONTRACT, Check


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_contract(check: Check, site: Site, tmp_path: Path) -> None:
    with site.connect() as transport:
        check(transport, str(tmp_path))


def test_it_has_the_type_of_a_transport(link: SshTransport) -> None:
    transport: Transport = link
    assert transport.name == f"{link.name}"


# Whom we trust


def test_an_unknown_key_is_refused_and_nothing_written(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    with pytest.raises(HostKeyUnknown) as caught:
        ssh.connect(site.sshd.address, port=site.sshd.port, identity=site.identity, known_hosts=known_hosts)
    assert fingerprint(site.sshd.host_keys[0]) in str(caught.value)
    assert f"trust('127.0.0.1', port={site.sshd.port}, " in str(caught.value)
    assert not known_hosts.exists()


def test_trust_with_the_right_fingerprint_then_connect(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "new" / "known_hosts"
    right = fingerprint(site.sshd.host_keys[0])
    for _ in range(2):  # the second time writes nothing
        line = ssh.trust(site.sshd.address, port=site.sshd.port, fingerprint=right, known_hosts=known_hosts)
        assert line == site.sshd.host_key
        assert ssh.fingerprint(line) == right
    assert known_hosts.read_text() == site.sshd.known_hosts_lines
    assert known_hosts.stat().st_mode & 0o777 == 0o600
    with ssh.connect(
        site.sshd.address, port=site.sshd.port, identity=site.identity, known_hosts=known_hosts
    ) as transport:
        assert transport.run(["true"]).ok


def test_trust_with_the_wrong_fingerprint(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    wrong = fingerprint(make_key(tmp_path / "other"))
    with pytest.raises(HostKeyUnknown, match="Nothing was recorded") as caught:
        ssh.trust(site.sshd.address, port=site.sshd.port, fingerprint=wrong, known_hosts=known_hosts)
    assert fingerprint(site.sshd.host_keys[0]) in str(caught.value)
    assert not known_hosts.exists()


@pytest.mark.parametrize("text", ["", "SHA256:short", "MD5:aa:bb", "aa:bb:cc"])
def test_trust_with_no_fingerprint_at_all(site: Site, text: str) -> None:
    with pytest.raises(ConnectError, match="Not a SHA-256 fingerprint"):
        ssh.trust(site.sshd.address, port=site.sshd.port, fingerprint=text)


def test_a_changed_key_is_refused_also_by_trust(own_site: Site, tmp_path: Path) -> None:
    old = own_site.known_hosts.read_text()
    port = own_site.sshd.port
    own_site.sshd.stop()
    for file in [own_site.sshd.host_keys[0], Path(f"{own_site.sshd.host_keys[0]}.pub")]:
        file.unlink()
    own_site.sshd.start(port)
    with pytest.raises(HostKeyChanged, match="not the one on record") as caught:
        own_site.connect()
    assert "ssh-keygen -R" in str(caught.value)
    new = fingerprint(own_site.sshd.host_keys[0])
    with pytest.raises(HostKeyChanged):
        ssh.trust(own_site.sshd.address, port=port, fingerprint=new, known_hosts=own_site.known_hosts)
    assert own_site.known_hosts.read_text() == old
    subprocess.run(
        ["ssh-keygen", "-q", "-R", f"[127.0.0.1]:{port}", "-f", own_site.known_hosts], check=True, capture_output=True
    )
    ssh.trust(own_site.sshd.address, port=port, fingerprint=new, known_hosts=own_site.known_hosts)
    own_site.connect().close()


def test_a_revoked_key_is_refused(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(site.sshd.known_hosts_lines + f"@revoked * {site.sshd.host_key}\n")
    with pytest.raises(HostKeyChanged, match="revoked"):
        ssh.connect(site.sshd.address, port=site.sshd.port, identity=site.identity, known_hosts=known_hosts)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_the_key_on_record_is_asked_for_whatever_its_type(tmp_path: Path, kind: str) -> None:
    identity = make_key(tmp_path / "user")
    kinds = ("ed25519", "ecdsa", "rsa")
    with Sshd(tmp_path / "sshd", [public_line(identity)], host_key_kinds=kinds) as sshd:
        known_hosts = tmp_path / "known_hosts"
        key = next(key for key in sshd.host_keys if key.name == f"host_{kind}")
        ssh.trust(sshd.address, port=sshd.port, fingerprint=fingerprint(key), known_hosts=known_hosts)
        assert known_hosts.read_text().count("\n") == 1
        with ssh.connect(sshd.address, port=sshd.port, identity=identity, known_hosts=known_hosts) as transport:
            assert transport.run(["true"]).ok


def test_a_hashed_known_hosts_file(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(site.sshd.known_hosts_lines)
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", known_hosts], check=True, capture_output=True)
    assert "127.0.0.1" not in known_hosts.read_text()
    ssh.connect(site.sshd.address, port=site.sshd.port, identity=site.identity, known_hosts=known_hosts).close()


# Whom they let in


def test_a_key_that_may_not_log_in(site: Site, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger")
    with pytest.raises(AuthenticationFailed) as caught:
        ssh.connect(site.sshd.address, port=site.sshd.port, identity=stranger, known_hosts=site.known_hosts)
    assert str(stranger) in str(caught.value)
    assert "ssh-copy-id" in str(caught.value)
    assert "PRIVATE KEY" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("content", [None, "no key at all\n", ""])
def test_a_key_file_that_is_none(site: Site, tmp_path: Path, content: str | None) -> None:
    identity = tmp_path / "identity"
    if content is not None:
        identity.write_text(content)
    with pytest.raises(AuthenticationFailed, match="without a key"):
        ssh.connect(site.sshd.address, port=site.sshd.port, identity=identity, known_hosts=site.known_hosts)


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setenv("SSH_AUTH_SOCK", str(path))
    yield
    process.terminate()
    process.wait()
    process.stdout.close()


def test_a_locked_key_alone_and_through_the_agent(
    site: Site, tmp_path: Path, agent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = make_key(tmp_path / "locked", passphrase="secret words")
    authorized = site.sshd.folder / "authorized_keys"
    before = authorized.read_text()
    authorized.write_text(f"{before}{public_line(locked)}\n")
    with pytest.raises(AuthenticationFailed, match="ssh-add"):
        ssh.connect(site.sshd.address, port=site.sshd.port, identity=locked, known_hosts=site.known_hosts)
    ask = tmp_path / "ask"
    ask.write_text("#!/bin/sh\necho secret words\n")
    ask.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(ask))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    subprocess.run(["ssh-add", locked], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    with ssh.connect(
        site.sshd.address, port=site.sshd.port, identity=locked, known_hosts=site.known_hosts
    ) as transport:
        assert transport.run(["true"]).ok
        assert "secret" not in repr(vars(transport)) + repr(transport)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_types_of_user_key(site: Site, tmp_path: Path, kind: str) -> None:
    identity = make_key(tmp_path / "user", kind)
    with (site.sshd.folder / "authorized_keys").open("a") as stream:
        stream.write(f"{public_line(identity)}\n")
    ssh.connect(site.sshd.address, port=site.sshd.port, identity=identity, known_hosts=site.known_hosts).close()


def test_no_secret_in_any_repr(link: SshTransport, site: Site) -> None:
    secret = site.identity.read_text().splitlines()[1]
    for thing in (link, link._link, link._keyring, vars(link), vars(link._link)):
        assert secret not in repr(thing)


# Where nobody answers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_with_nothing_behind_it(site: Site) -> None:
    with pytest.raises(ServerUnreachable, match="connection refused") as caught:
        ssh.connect("127.0.0.1", port=free_port(), identity=site.identity, known_hosts=site.known_hosts)
    assert "Next:" in str(caught.value)


def test_a_name_that_does_not_exist(site: Site) -> None:
    with pytest.raises(ServerUnreachable, match=r"no host named no-such-host\.invalid"):
        ssh.connect("no-such-host.invalid", identity=site.identity, known_hosts=site.known_hosts)


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_something_else_behind_the_port(site: Site, words: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            peer, _ = server.accept()
            peer.sendall(words)
            peer.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ServerUnreachable, match="not as an SSH server"):
            ssh.connect("127.0.0.1", port=server.getsockname()[1], identity=site.identity, known_hosts=site.known_hosts)
        thread.join()
    assert capfd.readouterr().err == ""  # none of paramiko's tracebacks


def test_a_server_that_accepts_and_says_nothing(site: Site, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host *\n  ConnectTimeout 1\n")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ServerUnreachable, match="not within 1 s"):
        ssh.connect(
            "127.0.0.1",
            port=server.getsockname()[1],
            identity=site.identity,
            known_hosts=site.known_hosts,
            config=config,
        )


@pytest.mark.parametrize("host", ["", "-oProxyCommand=id", "a b", "a\nb"])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(ConnectError, match="Not a host name"):
        ssh.connect(host)


# The user's own configuration


def test_an_alias_with_include_and_all(site: Site, tmp_path: Path) -> None:
    included = tmp_path / "included"
    included.write_text(
        f"Host lab\n  HostName 127.0.0.1\n  Port {site.sshd.port}\n  User {site.sshd.user}\n"
        f"  IdentityFile {site.identity}\n  IdentitiesOnly yes\n  UserKnownHostsFile {site.known_hosts}\n"
    )
    config = tmp_path / "config"
    config.write_text(f"Include {included}\n")
    with ssh.connect("lab", config=config) as transport:
        assert transport.name == f"{site.sshd.user}@127.0.0.1:{site.sshd.port}"
        assert transport.run(["echo", "hello"]).text == "hello\n"
    config.write_text("Nonsense yes\n")
    with pytest.raises(ConnectError, match="does not accept its configuration"):
        ssh.connect("lab", config=config)


def test_host_key_alias(site: Site, tmp_path: Path) -> None:
    known_hosts = tmp_path / "known"
    known_hosts.write_text(f"my-server {site.sshd.host_key}\n")
    config = tmp_path / "config"
    config.write_text(f"Host *\n  HostKeyAlias my-server\n  UserKnownHostsFile {known_hosts}\n")
    ssh.connect("127.0.0.1", port=site.sshd.port, identity=site.identity, config=config).close()


def test_proxy_jump_verifies_both(site: Site, own_site: Site, tmp_path: Path) -> None:
    known_hosts, config = tmp_path / "known", tmp_path / "config"
    config.write_text(
        f"Host *\n  UserKnownHostsFile {known_hosts}\n  IdentitiesOnly yes\n"
        f"Host gate\n  HostName 127.0.0.1\n  Port {site.sshd.port}\n  IdentityFile {site.identity}\n"
        f"Host inner\n  HostName 127.0.0.1\n  Port {own_site.sshd.port}\n  IdentityFile {own_site.identity}\n"
        "  ProxyJump gate\n"
    )
    inner_only = own_site.sshd.known_hosts_lines
    known_hosts.write_text(inner_only)
    with pytest.raises(HostKeyUnknown, match=str(site.sshd.port)):
        ssh.connect("inner", config=config)
    known_hosts.write_text(site.sshd.known_hosts_lines)
    with pytest.raises(HostKeyUnknown, match=str(own_site.sshd.port)):
        ssh.connect("inner", config=config)
    # trust goes the same way
    ssh.trust("inner", config=config, fingerprint=fingerprint(own_site.sshd.host_keys[0]))
    assert known_hosts.read_text() == site.sshd.known_hosts_lines + inner_only
    gate_log = site.sshd.log.read_text()
    with ssh.connect("inner", config=config) as transport:
        peer = transport.run(["sh", "-c", "echo $SSH_CONNECTION"]).text.split()
        assert peer[3] == str(own_site.sshd.port)
    assert "Accepted publickey" in site.sshd.log.read_text().removeprefix(gate_log)


def test_a_proxy_jump_that_does_not_end(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n")
    with pytest.raises(ConnectError, match=r"does not end|loop"):
        ssh.connect("a", config=config)


def test_a_proxy_command_is_refused_in_words(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host *\n  ProxyCommand nc %h %p\n")
    with pytest.raises(ConnectError, match="ProxyCommand"):
        ssh.connect("example.org", config=config)


# Jumps to nodes


def jump(link: SshTransport, node: Site, host_key: str | None = None) -> SshTransport:
    return link.jump(
        node.sshd.address,
        node.sshd.port,
        user=node.sshd.user,
        host_key=host_key or node.sshd.host_key,
        identity=node.identity,
    )


def test_jump_with_the_right_node_key(link: SshTransport, own_site: Site, tmp_path: Path) -> None:
    with jump(link, own_site) as node:
        assert node.run(["sh", "-c", "echo $SSH_CONNECTION"]).text.split()[3] == str(own_site.sshd.port)
        node.put(b"content", str(tmp_path / "file"))
        assert node.get(str(tmp_path / "file")) == b"content"
        assert node.alive()
    assert link.run(["echo", "the way there stays"]).ok


def test_jump_with_the_wrong_node_key(link: SshTransport, own_site: Site, tmp_path: Path) -> None:
    for kind in ("ed25519", "rsa"):
        wrong = public_line(make_key(tmp_path / kind, kind))
        with pytest.raises(HostKeyChanged, match="may be another machine"):
            jump(link, own_site, wrong)
    assert "Accepted publickey" not in own_site.sshd.log.read_text()
    with pytest.raises(ValueError, match="public key line"):
        jump(link, own_site, "nonsense")


def test_jump_with_a_key_that_may_not_log_in(link: SshTransport, own_site: Site) -> None:
    with pytest.raises(AuthenticationFailed):  # without identity: the key of the server, which the node does not know
        link.jump(own_site.sshd.address, own_site.sshd.port, user=own_site.sshd.user, host_key=own_site.sshd.host_key)


def test_jump_to_a_node_that_is_not_there(link: SshTransport, own_site: Site) -> None:
    port = free_port()
    with pytest.raises(ServerUnreachable, match=f"Nothing answers at 127.0.0.1:{port}, seen from"):
        link.jump("127.0.0.1", port, user="root", host_key=own_site.sshd.host_key)
    assert link.run(["true"]).ok


def test_jump_to_a_node_that_accepts_and_says_nothing(link: SshTransport, own_site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ServerUnreachable, match="not within 1 s"):
        link.jump("127.0.0.1", server.getsockname()[1], user="root", host_key=own_site.sshd.host_key, timeout=1)


def test_a_node_that_hangs_holds_up_nobody(link: SshTransport, own_site: Site) -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)  # once its queue is full, the kernel answers nobody
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        pool = stack.enter_context(ThreadPoolExecutor(1))
        port = server.getsockname()[1]
        hanging = pool.submit(link.jump, "127.0.0.1", port, user="root", host_key=own_site.sshd.host_key, timeout=6)
        assert link.run(["true"]).ok
        jump(link, own_site).close()
        assert not hanging.done()
        with pytest.raises(ServerUnreachable, match="did not answer"):
            hanging.result(30)


def test_jump_where_the_server_forbids_it(tmp_path: Path, own_site: Site) -> None:
    site = make_site(tmp_path / "closed", AllowTcpForwarding="no")
    try:
        with site.connect() as link, pytest.raises(ConnectError, match="does not let this user through"):
            jump(link, own_site)
    finally:
        site.sshd.stop()


def test_when_the_way_ends_so_does_the_node(site: Site, own_site: Site) -> None:
    link = site.connect()
    node = jump(link, own_site)
    assert node.run(["true"]).ok
    link.close()
    with pytest.raises(ServerUnreachable):
        node.run(["true"])


def test_a_node_that_freezes_is_not_the_server(link: SshTransport, own_site: Site) -> None:
    node = jump(link, own_site)
    own_site.sshd.freeze()
    assert not node.alive(1.0)
    assert link.alive()
    own_site.sshd.thaw()
    assert node.alive(10.0)


def test_twenty_nodes_through_one_connection(link: SshTransport, own_site: Site) -> None:
    nodes = [jump(link, own_site) for _ in range(20)]
    assert [node.run(["echo", "x"]).text for node in nodes] == ["x\n"] * 20
    for node in nodes:
        node.close()


# The end


def test_a_connection_lives_as_long_as_what_hangs_on_it(site: Site, own_site: Site) -> None:
    assert list(site.connect().stream(["seq", "3"])) == [b"1", b"2", b"3"]
    node = jump(site.connect(), own_site)
    gc.collect()
    assert node.run(["true"]).ok
    node.close()


def test_a_forgotten_connection_ends(own_site: Site) -> None:
    link = own_site.connect()
    assert own_site.sshd.sessions()
    del link
    for _ in range(200):
        if not own_site.sshd.sessions():
            break
        threading.Event().wait(0.05)
    assert own_site.sshd.sessions() == []


def test_threads_end_with_the_connection(site: Site) -> None:
    before = set(threading.enumerate())
    with site.connect() as link:
        link.run(["cat"], input=b"x" * 100_000)
        list(link.stream(["seq", "10"]))
        assert link.alive()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), thread.name


def test_a_program_may_end_with_an_open_connection(site: Site) -> None:
    program = (
        "from pathlib import Path; from sidus_lab import ssh; "
        f"link = ssh.connect({site.sshd.address!r}, port={site.sshd.port}, identity=Path({str(site.identity)!r}), "
        f"known_hosts=Path({str(site.known_hosts)!r})); print(link.run(['echo', 'done']).text, end='')"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    assert (out.stdout, out.stderr) == (b"done\n", b"")
