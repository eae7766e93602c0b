"""What the administrator of another DHCP server needs to know: lines for the three that are common. Pure."""

from __future__ import annotations

import json
from typing import Dict

from .dnsmasq import FIRST
from .service import Place


def lines(place: Place) -> Dict[str, str]:
    """The lines by the name of the program that reads them; each tells BIOS from UEFI, and both from iPXE."""
    server, script = place.serving["address"], place.url + "/boot/boot.ipxe"
    return {"dnsmasq": _dnsmasq(server, script), "isc-dhcpd": _isc(server, script), "kea": _kea(server, script)}


def _dnsmasq(server: str, script: str) -> str:
    return """\
dhcp-match=set:ipxe,175
dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-boot=tag:!ipxe,tag:bios,{bios},,{server}
dhcp-boot=tag:!ipxe,tag:efi64,{efi64},,{server}
dhcp-boot=tag:ipxe,{script}
""".format(server=server, script=script, **FIRST)


def _isc(server: str, script: str) -> str:
    return """\
option client-arch code 93 = unsigned integer 16;
next-server {server};
if exists user-class and option user-class = "iPXE" {{
    filename "{script}";
}} elsif option client-arch = 00:00 {{
    filename "{bios}";
}} else {{
    filename "{efi64}";
}}
""".format(server=server, script=script, **FIRST)


def _kea(server: str, script: str) -> str:
    ipxe = "substring(option[77].hex,0,4) == 'iPXE'"
    tests = [
        ("sidus-ipxe", ipxe, script),
        ("sidus-bios", "not ({}) and option[93].hex == 0x0000".format(ipxe), FIRST["bios"]),
        (
            "sidus-efi64",
            "not ({}) and (option[93].hex == 0x0007 or option[93].hex == 0x0009)".format(ipxe),
            FIRST["efi64"],
        ),
    ]
    classes = [
        {"name": name, "test": test, "next-server": server, "boot-file-name": file} for name, test, file in tests
    ]
    return json.dumps({"client-classes": classes}, indent=1) + "\n"
