"""Who has a port, asked of the kernel while real sockets hold it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sidus_lab.sidusctl.serve import taken
from sidus_lab.sidusctl.serve.service import Port


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_socket_is_found_with_its_process(kind: str, address: str) -> None:
    with socket.socket(type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as held:
        held.bind((address, 0))
        port = Port(kind, "127.0.0.1", held.getsockname()[1])
        if kind == "tcp":
            assert taken.holders([port]) == []  # bound is not listening
            held.listen()
        (found,) = taken.holders([port])
        assert (found.port, found.pid) == (port, os.getpid())
        assert f"(process {os.getpid()})" in str(found)
        assert [row.pid for row in taken.holders([port._replace(address="0.0.0.0")])] == [os.getpid()]
        elsewhere = taken.holders([port._replace(address="127.0.0.2")])
        assert bool(elsewhere) is (address == "0.0.0.0")
    assert taken.holders([port]) == []


def test_a_socket_for_both_protocols_takes_the_port_of_the_old_one() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as held:
        assert taken.holders([Port("tcp", "127.0.0.1", held.getsockname()[1])])


def test_whose_configuration_a_process_was_started_with() -> None:
    where = Path("/srv/a/serve/nginx.conf")
    assert taken.configuration_of([f"nginx: master process nginx -e stderr -c {where}"]) == where
    assert taken.configuration_of(["dnsmasq", "--conf-file=/srv/a/serve/dnsmasq.conf"]) == Path(
        "/srv/a/serve/dnsmasq.conf"
    )
    assert taken.configuration_of(["nginx", "-c", "/etc/nginx/nginx.conf"]) is None
    assert taken.configuration_of([]) is None
    assert taken.words_of(0) == []
