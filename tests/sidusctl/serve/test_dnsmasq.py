"""dnsmasq's configuration, read by dnsmasq itself; and the nodes' files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.serve.dnsmasq import Dnsmasq, Named, node_files
from sidus_lab.sidusctl.serve.service import Place
from tests.sidusctl.serve.test_kinds import SERVING


@pytest.mark.skipif(tools.find("dnsmasq") is None, reason="needs dnsmasq")
@pytest.mark.parametrize("dhcp", ["own", "proxy", "none"])
@pytest.mark.parametrize("known_only", [True, False])
def test_dnsmasq_takes_it(dhcp: str, known_only: bool, tmp_path: Path) -> None:
    pool = {"first": "", "last": ""} if known_only else {}
    serving = {**SERVING, **pool, "dhcp": dhcp, "known_only": known_only}
    file = tmp_path / "dnsmasq.conf"
    file.write_text(Dnsmasq().configuration(Place(tmp_path, serving)))  # type: ignore[arg-type]
    done = subprocess.run([tools.need("dnsmasq"), "--test", f"--conf-file={file}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_router_is_given_only_where_there_is_one() -> None:
    place = Place(Path("/srv/sidus"), SERVING)
    assert "dhcp-option=option:router\n" in Dnsmasq().configuration(place)  # none: not the server itself
    routed = place._replace(serving={**SERVING, "router": "10.77.0.254"})
    assert "dhcp-option=option:router,10.77.0.254\n" in Dnsmasq().configuration(routed)


@pytest.mark.parametrize("folder", ["/srv/a b", "/srv/a,b", "/srv/a\nb", "/srv/#a", "/srv/à"])
def test_a_folder_that_it_cannot_be_told_of(folder: str) -> None:
    with pytest.raises(CtlError) as caught:
        Dnsmasq().configuration(Place(Path(folder), SERVING))
    assert caught.value.code == "cannot-serve"


def test_who_has_which_address_and_name() -> None:
    place = Place(Path("/srv/sidus"), SERVING)
    nodes = [
        Named("node1", "52:54:00:00:00:01", "10.77.0.11"),
        Named("node2", "52:54:00:00:00:02", "192.0.2.9"),
        Named("node3", "52:54:00:00:00:03", "node3.example.org"),
    ]
    assert node_files(place, nodes) == {
        "nodes.dhcp": "52:54:00:00:00:01,10.77.0.11,node1\n52:54:00:00:00:02,node2\n52:54:00:00:00:03,node3\n",
        "nodes.hosts": "10.77.0.1 sidus\n10.77.0.11 node1\n",
    }
    assert node_files(place, [])["nodes.dhcp"] == ""
