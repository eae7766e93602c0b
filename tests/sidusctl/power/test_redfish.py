"""Redfish: each way in which a BMC can be wrong is a sentence of its own, and its password goes to nobody else."""

from __future__ import annotations

import argparse

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.power import redfish
from sidus_lab.sidusctl.power.redfish import Redfish, RedfishPower
from tests.sidusctl.power.redfish_service import PASSWORD, USER, Service, redfish_service  # noqa: F401 - a fixture


@pytest.fixture
def service(redfish_service: Service) -> Service:  # noqa: F811
    return redfish_service


def _way(service: Service, **changes: str) -> RedfishPower:
    way = {"kind": "redfish", "url": service.url, "user": USER, "system": "", "fingerprint": service.fingerprint}
    return {**way, **changes}  # type: ignore[return-value, typeddict-item]


@pytest.mark.parametrize(
    ("changes", "secret", "code", "words"),
    [
        ({}, "wrong", "bmc-refused", "refuses the user or the password"),
        ({"fingerprint": "00" * 32}, PASSWORD, "bmc-certificate", "another certificate"),
        ({"fingerprint": ""}, PASSWORD, "bmc-certificate", "signed by nobody"),
        ({"url": "https://127.0.0.1:1"}, PASSWORD, "bmc-silent", "does not answer"),
        ({"system": "two"}, PASSWORD, "bmc-error", "404"),
    ],
)
def test_what_is_wrong_is_said(service: Service, changes: dict[str, str], secret: str, code: str, words: str) -> None:
    with pytest.raises(CtlError, match=words) as caught:
        Redfish().on(_way(service, **changes), secret)
    assert caught.value.code == code
    assert secret not in str(caught.value).replace("password", "")
    assert not service.on
    if code == "bmc-certificate":
        assert service.asked == []  # the password was never sent


def test_one_that_says_on_and_does_nothing_is_found_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redfish, "_SWITCH_LIMIT", 0.0)
    service.obeys = False
    with pytest.raises(CtlError, match="took the order, and the machine is not on"):
        Redfish().on(_way(service), PASSWORD)
    assert Redfish().off(_way(service), PASSWORD) == "off"  # it is off already: nothing is ordered
    assert sum(each.startswith("POST") for each in service.asked) == 1


@pytest.mark.parametrize("answer", [b"<html>", b"[1]", b"3", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_redfish_service_is_said(service: Service, answer: bytes) -> None:
    service.answer = answer
    with pytest.raises(CtlError, match="no Redfish service"):
        Redfish().state(_way(service), PASSWORD)
    service.answer = b'{"Members": [{"@odata.id": "/a"}, {"@odata.id": "/b"}]}'
    with pytest.raises(CtlError, match="has 2 machines"):
        Redfish().state(_way(service), PASSWORD)


@pytest.mark.parametrize(
    "words",
    [
        ["--redfish-url", "http://10.0.0.1", "--redfish-user", "a"],
        ["--redfish-url", "https://10.0.0.1/redfish", "--redfish-user", "a"],
        ["--redfish-url", "https://u:p@10.0.0.1", "--redfish-user", "a"],
        ["--redfish-url", "https://10.0.0.1:99999", "--redfish-user", "a"],
        ["--redfish-url", "https://10.0.0.1", "--redfish-user", "a:b"],
        ["--redfish-url", "https://10.0.0.1", "--redfish-user", "a", "--redfish-fingerprint", "xy"],
        ["--redfish-url", "https://10.0.0.1", "--redfish-user", "a", "--redfish-system", "../x"],
        ["--redfish-url", "https://10.0.0.1"],
    ],
)
def test_what_cannot_be_a_bmc(words: list[str]) -> None:
    parser = argparse.ArgumentParser()
    for each in Redfish().words:
        parser.add_argument(*each.names, **each.options)
    with pytest.raises(CtlError):
        Redfish().given(parser.parse_args(words))
