"""Packets of DHCP: the question is read by another's eyes, an answer is read, and noise is let be."""

from __future__ import annotations

import random
import struct

from sidus_lab.sidusctl.serve import dhcp

MAC = bytes.fromhex("525400770001")


def test_the_question_of_each_kind_of_firmware() -> None:
    for kind, architecture in (("bios", 0), ("efi64", 7), ("ipxe", 0)):
        packet = dhcp.discover(77, MAC, kind)
        assert packet[:4] == b"\x01\x01\x06\x00"
        assert packet[28:34] == MAC
        assert packet[236:240] == b"\x63\x82\x53\x63"
        options = dhcp._options(packet[240:])
        assert options[53] == b"\x01"
        assert options[93] == struct.pack("!H", architecture)
        assert options[60].startswith(b"PXEClient:Arch:%05d" % architecture)
        assert len(options[97]) == 17
        assert (175 in options) is (kind == "ipxe")
        assert packet[10:12] == b"\x80\x00"  # the answer must be a broadcast


def _answer(*options: tuple[int, bytes], file: bytes = b"") -> bytes:
    head = struct.pack("!4BIHH", 2, 1, 6, 0, 99, 0, 0) + bytes([0, 0, 0, 0, 10, 7, 0, 9, 10, 7, 0, 2, 0, 0, 0, 0])
    head += MAC + b"\0" * 10 + b"\0" * 64 + file.ljust(128, b"\0")
    return head + b"\x63\x82\x53\x63" + b"".join(bytes([code, len(value)]) + value for code, value in options) + b"\xff"


def test_an_offer() -> None:
    got = dhcp.offer(_answer((53, b"\x02"), (54, bytes([10, 7, 0, 1])), (67, b"a.efi\0"), file=b"other"))
    assert got == dhcp.Offer("10.7.0.1", "10.7.0.9", "a.efi", "10.7.0.2", 99)
    plain = dhcp.offer(_answer((0, b""), (53, b"\x02"), (54, bytes([10, 7, 0, 1])), (43, b"x"), file=b"old.kpxe"))
    assert plain is None or plain.file == "old.kpxe"


def test_what_is_no_offer() -> None:
    good = _answer((53, b"\x02"), (54, bytes([10, 7, 0, 1])))
    assert dhcp.offer(good) is not None
    for bad in (b"", good[:239], b"\x01" + good[1:], good.replace(b"\x63\x82\x53\x63", b"abcd")):
        assert dhcp.offer(bad) is None
    assert dhcp.offer(_answer((53, b"\x06"), (54, bytes([10, 7, 0, 1])))) is None
    assert dhcp.offer(_answer((53, b"\x02"))) is None
    chance = random.Random(1)
    for _ in range(2000):  # whatever a neighbour sends
        noise = bytearray(good)
        for _ in range(chance.randrange(1, 20)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        dhcp.offer(bytes(noise[: chance.randrange(len(noise))]))
