"""What can be served, and what is refused in one sentence before anything is written."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from sidus_lab.sidusctl import formats
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.serve import settings
from sidus_lab.sidusctl.serve.links import Link
from sidus_lab.sidusctl.serve.settings import Asked, decide


def _link(name: str = "eth1", *addresses: str, carrier: bool = True, ipv6: bool = False) -> Link:
    given = addresses or ("10.77.0.1/24",)
    return Link(name, carrier, tuple(map(ipaddress.IPv4Interface, given)), ipv6)


def test_an_interface_with_an_address_is_all_that_is_needed() -> None:
    found = decide(Asked("eth1"), [_link(), _link("eth0", "192.0.2.7/24")], "")
    assert (found["address"], found["prefix"], found["port"], found["dhcp"]) == ("10.77.0.1", 24, 80, "own")
    assert (found["first"], found["last"]) == ("10.77.0.205", "10.77.0.254")
    assert found["format"] == formats.newest("serving")


def test_the_chosen_range_leaves_out_what_somebody_has() -> None:
    link = _link("eth1", "10.77.0.254/24")
    found = decide(Asked("eth1"), [link], "10.77.0.253", ["10.77.0.250", "node-with-a-name"])
    assert (found["first"], found["last"]) == ("10.77.0.251", "10.77.0.252")
    small = decide(Asked("eth1"), [_link("eth1", "10.0.0.1/29")], "")
    assert (small["first"], small["last"]) == ("10.0.0.5", "10.0.0.6")
    full = [f"10.0.0.{n}" for n in range(2, 7)]
    with pytest.raises(CtlError, match=r"no address of 10\.0\.0\.0/29 is free"):
        decide(Asked("eth1"), [_link("eth1", "10.0.0.1/29")], "", full)


def test_no_range_where_none_is_wanted() -> None:
    for asked in (
        Asked("eth1", pool="none"),
        Asked("eth1", known_only=True),
        Asked("eth1", "proxy"),
        Asked("eth1", "none"),
    ):
        assert (decide(asked, [_link()], "")["first"], decide(asked, [_link()], "")["last"]) == ("", "")


@pytest.mark.parametrize(
    ("pool", "why"),
    [
        ("10.77.0.200", "FIRST-LAST"),
        ("a-b", "FIRST-LAST"),
        ("10.77.0.9-10.77.0.5", "ends before"),
        ("10.78.0.1-10.78.0.9", "not inside"),
        ("10.77.0.200-10.77.0.255", "not inside"),
        ("10.77.0.0-10.77.0.9", "not inside"),
        ("10.77.0.1-10.77.0.9", "own address"),
        ("::1-::9", "FIRST-LAST"),
    ],
)
def test_a_range_that_cannot_be(pool: str, why: str) -> None:
    with pytest.raises(CtlError, match=why) as caught:
        decide(Asked("eth1", pool=pool), [_link()], "")
    assert caught.value.code == "bad-range"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("asked", "links", "code"),
    [
        (Asked("eth9"), [_link()], "no-interface"),
        (Asked("eth1"), [], "no-interface"),
        (Asked("eth1"), [_link(carrier=False)], "no-link"),
        (Asked("eth1"), [Link("eth1", True, (), False)], "no-address"),
        (Asked("eth1"), [Link("eth1", True, (), True)], "no-ipv4"),
        (Asked("eth1"), [_link("eth1", "10.77.0.1/32")], "no-address"),
        (Asked("eth1"), [_link(), _link("eth0", "10.0.0.1/8")], "overlap"),
        (Asked("eth1", domain="a b"), [_link()], "bad-domain"),
        (Asked("eth1", domain=""), [_link()], "bad-domain"),
        (Asked("eth1", domain="lab\ndhcp-script=/bin/sh"), [_link()], "bad-domain"),
        (Asked("eth1", port=0), [_link()], "bad-port"),
        (Asked("eth1", port=65536), [_link()], "bad-port"),
    ],
)
def test_what_cannot_be_served(asked: Asked, links: list[Link], code: str) -> None:
    with pytest.raises(CtlError) as caught:
        decide(asked, links, "")
    assert caught.value.code == code
    assert caught.value.hint


def test_a_free_address_is_nobodys() -> None:
    serving = decide(Asked("eth1", pool="10.77.0.3-10.77.0.250"), [_link()], "10.77.0.2")
    assert list(settings.free(serving, ["10.77.0.251"])) == ["10.77.0.252", "10.77.0.253", "10.77.0.254"]
    assert next(settings.free(decide(Asked("eth1", pool="none"), [_link()], ""), [])) == "10.77.0.2"


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    assert settings.read(tmp_path) is None
    serving = decide(Asked("eth1"), [_link()], "")
    formats.write("serving", settings.path(tmp_path), serving)
    assert settings.read(tmp_path) == serving
    settings.path(tmp_path).write_text("{}")
    with pytest.raises(CtlError, match="damaged"):
        settings.read(tmp_path)
