"""Lists of nodes: all of one or none of it; every line that cannot be is named; hundreds at once."""

from __future__ import annotations

import json

import pytest

from sidus_lab.sidusctl import formats
from sidus_lab.sidusctl.node import lists
from sidus_lab.sidusctl.node.lists import CtlError
from sidus_lab.sidusctl.serve import settings
from tests.sidusctl.conftest import Program, add_by_hand
from tests.sidusctl.serve.test_kinds import SERVING

HEAD = "name,mac,address\n"


def _line(number: int) -> str:
    return f"n{number},52:54:00:00:{number >> 8:02x}:{number & 255:02x},10.1.{number >> 8}.{number & 255}\n"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Name; MAC\n\nn1; 52:54:00:00:00:01\n", [(3, {"name": "n1", "mac": "52:54:00:00:00:01"})]),
        ("# ours\nmac\tname\tbmc-host\naa\tn1\tb1\n", [(3, {"name": "n1", "mac": "aa", "bmc_host": "b1"})]),
        ('name,mac,address\n"n1",aa,"x, y"\n#n2,bb,z\n', [(2, {"name": "n1", "mac": "aa", "address": "x, y"})]),
        ("# ethers\n8:0:20:0:61:CA  pal\n", [(2, {"mac": "08:00:20:00:61:CA", "name": "pal"})]),
        ("8:0:20:0:61:CA\tpal\n", [(1, {"mac": "08:00:20:00:61:CA", "name": "pal"})]),
        (
            "1700000000 52:54:00:00:00:01 10.0.0.9 n1 01:52:54:00:00:00:01\nduid 00:01\n1700000000 1 fe80::1 n1 00\n",
            [
                (1, {"mac": "52:54:00:00:00:01", "address": "10.0.0.9", "name": "n1"}),
                (3, {"mac": "1", "address": "fe80::1", "name": "n1"}),
            ],
        ),
    ],
)
def test_each_kind_of_list_is_known_by_its_first_line(text: str, rows: list[tuple[int, dict[str, str]]]) -> None:
    assert lists.read(text) == rows
    assert lists.read(text.replace("\n", "\r\n")) == rows


@pytest.mark.parametrize("text", ["", "\n#\n", "nodes\nn1\n", "name,address\nn1,x\n", "name,mac\n", "\x7fELF"])
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(CtlError) as caught:
        lists.read(text)
    assert caught.value.code == "bad-list"
    assert "CSV" in caught.value.hint or "line" in caught.value.hint


def test_five_hundred_nodes_or_three_sentences(ctl: Program) -> None:
    """Three bad lines: a card twice, a name that is none, an address of a node that is there; nothing is taken in."""
    add_by_hand(ctl, 1)
    before = (ctl.site / "nodes.json").read_bytes()
    lines = [_line(number) for number in range(2, 502)]
    bad = [*lines]
    bad[99] = bad[99].replace("52:54:00:00:00:65", "52:54:00:00:00:02")
    bad[299] = "Not A Name" + bad[299][bad[299].index(",") :]
    bad[499] = bad[499].replace("52:54", "53:54")
    error = ctl("node", "import", stdin=HEAD + "".join(bad)).error
    assert error["code"] == "bad-lines"
    assert error["message"].startswith("3 of 500 lines")
    told = error["detail"].splitlines()
    assert [line.partition(":")[0] for line in told] == ["line 101", "line 301", "line 501"]
    assert "'n2' has the MAC 52:54:00:00:00:02" in told[0]
    assert "Not A Name" in told[1]
    assert "53:54:00:00:01:f5" in told[2]
    assert (ctl.site / "nodes.json").read_bytes() == before
    assert {path.name for path in (ctl.site / "secrets").iterdir()} == {"node1"}
    # Whole, it is taken in, and a second time every line is refused.
    taken = ctl("node", "import", stdin=HEAD + "".join(lines)).value["nodes"]
    assert len(taken) == 500
    assert taken[0]["power"] == {"kind": "by-hand"}
    assert len(ctl("node", "list").value["nodes"]) == 501
    assert ctl("node", "import", stdin=HEAD + "".join(lines)).error["message"].startswith("500 of 500 lines")
    assert ctl("doctor").value["found"] == []
    # A host key comes with the first order.
    assert taken[0]["host_key"] == ""
    ctl("node", "power", "n2", "on")
    assert ctl("node", "list", "n2").value["nodes"][0]["host_key"].startswith("ssh-ed25519 ")


def test_power_of_every_line_is_that_of_its_kind(ctl: Program) -> None:
    text = "name,mac,address,power,bmc_host,bmc_user,bmc_port,password\n"
    good = text + "n1,52:54:00:00:00:01,h1,ipmi,b1,admin,,secret\nn2,52:54:00:00:00:02,h2,,,,,\n"
    nodes = ctl("node", "import", stdin=good).value["nodes"]
    assert nodes[0]["power"] == {"kind": "ipmi", "host": "b1", "port": 623, "user": "admin", "cipher": None}
    assert nodes[1]["power"] == {"kind": "by-hand"}
    assert (ctl.site / "secrets" / "n1" / "bmc_password").read_text() == "secret"
    assert "secret" not in json.dumps(nodes)
    bad = text + (
        "n3,52:54:00:00:00:03,h3,ipmi,,admin,,x\n"
        "n4,52:54:00:00:00:04,h4,smoke,,,,\n"
        "n5,52:54:00:00:00:05,h5,ipmi,b5,admin,many,x\n"
        "n6,52:54:00:00:00:06,h6,ipmi,b1,admin,,x\n"
    )
    told = ctl("node", "import", stdin=bad).error["detail"].splitlines()
    for line, words in zip(told, ("--bmc-host", "'smoke'", "'many'", "BMC b1 port 623"), strict=True):
        assert words in line


def test_where_this_site_gives_addresses_a_line_needs_none(ctl: Program) -> None:
    ethers = "52:54:00:00:00:01 n1\n52:54:00:00:00:02 n2\n"
    told = ctl("node", "import", stdin=ethers).error["detail"]
    assert told.count("no address, and this site gives none") == 2
    formats.write("serving", settings.path(ctl.site), SERVING)
    nodes = ctl("node", "import", stdin=ethers).value["nodes"]
    assert [node["address"] for node in nodes] == ["10.77.0.2", "10.77.0.3"]
    assert "52:54:00:00:00:02,10.77.0.3,n2" in (ctl.site / "serve" / "nodes.dhcp").read_text()
