"""Places in a network."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl import hosts
from sidus_lab.sidusctl.errors import CtlError


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "fe80::1", "node1", "bmc-1.lab.example", "a" * 253])
def test_hosts(text: str) -> None:
    assert hosts.check_host("address", text) == text


@pytest.mark.parametrize(
    "text", ["", "a b", "-oProxyCommand=x", "$(id)", "a;b", "a\n", "a" * 254, ".a", "a/b", None, 5]
)
def test_what_is_no_host(text: object) -> None:
    with pytest.raises(CtlError, match="address of a node") as caught:
        hosts.check_host("address", text)
    assert caught.value.code == "bad-address"


@pytest.mark.parametrize(("port", "good"), [(1, True), (65535, True), (0, False), (65536, False), (-1, False)])
def test_ports(port: int, good: bool) -> None:
    if good:
        assert hosts.check_port("SSH port", port) == port
        return
    with pytest.raises(CtlError, match="SSH port") as caught:
        hosts.check_port("SSH port", port)
    assert caught.value.code == "bad-port"
