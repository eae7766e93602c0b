"""What `ip` says of interfaces, and of this machine's own."""

from __future__ import annotations

import json
import shutil

import pytest

from sidus_lab.sidusctl.serve import links

SAID = [
    {},
    {
        "ifname": "lo",
        "flags": ["LOOPBACK", "UP"],
        "addr_info": [{"family": "inet", "local": "127.0.0.1", "prefixlen": 8}],
    },
    {
        "ifname": "eth0",
        "flags": ["BROADCAST", "UP", "LOWER_UP"],
        "addr_info": [
            {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "scope": "link"},
            {"family": "inet", "local": "192.0.2.7", "prefixlen": 24, "scope": "global"},
        ],
    },
    {"ifname": "eth1", "flags": ["NO-CARRIER", "BROADCAST", "UP"], "addr_info": []},
    {
        "ifname": "eth2",
        "flags": ["BROADCAST"],
        "addr_info": [{"family": "inet6", "local": "2001:db8::1", "scope": "global"}],
    },
]


def test_carrier_and_addresses() -> None:
    found = {link.name: link for link in links.read(json.dumps(SAID))}
    assert list(found) == ["lo", "eth0", "eth1", "eth2"]
    assert [str(each) for each in found["eth0"].addresses] == ["192.0.2.7/24"]
    assert (found["eth0"].carrier, found["eth0"].ipv6) == (True, False)
    assert not found["eth1"].carrier  # it is up, and no cable leads anywhere
    assert (found["eth2"].carrier, found["eth2"].ipv6) == (False, True)
    assert links.read("") == []


@pytest.mark.skipif(shutil.which("ip") is None, reason="needs ip")
def test_this_machine_has_no_loopback_among_them() -> None:
    assert "lo" not in {link.name for link in links.links()}
    assert links.gateway("no-such-interface") == ""
