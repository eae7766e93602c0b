"""The lines for other DHCP servers: each tells the firmwares apart and names this server. Real dnsmasq: test_bring."""

from __future__ import annotations

import json

import pytest

from sidus_lab.sidusctl.serve.elsewhere import lines
from tests.sidusctl.serve.test_kinds import PLACE

LINES = lines(PLACE)


@pytest.mark.parametrize("program", ["dnsmasq", "isc-dhcpd", "kea"])
def test_every_program_is_told_all(program: str) -> None:
    for wanted in ("undionly.kpxe", "ipxe.efi", "http://10.77.0.1/boot/boot.ipxe", "10.77.0.1"):
        assert wanted in LINES[program]


def test_a_machine_is_of_one_class_of_kea() -> None:
    classes = json.loads(LINES["kea"])["client-classes"]
    assert [each["boot-file-name"] for each in classes] == [
        "http://10.77.0.1/boot/boot.ipxe",
        "undionly.kpxe",
        "ipxe.efi",
    ]
    assert sum("not (" in each["test"] for each in classes) == 2  # iPXE is never given iPXE again
