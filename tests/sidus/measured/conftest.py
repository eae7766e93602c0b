"""What a start of a machine measured (QEMU, OVMF, iPXE in the card's ROM, a unified kernel image), and its parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidus.measured.judge import Parts


@pytest.fixture(scope="session")
def log() -> bytes:
    """The firmware's log of that start, as the kernel gave it (``binary_bios_measurements``)."""
    return (Path(__file__).parent / "start.log").read_bytes()


@pytest.fixture(scope="session")
def parts() -> Parts:
    """The files that were started."""
    return Parts(
        kernel="51349501a3d1ff83836437d2b365fd2d57f2feb8642d315e5181dec23d4c3275",
        initrd="02734043b62a8cd455bf2eab311e3f7a8a7174827d99e9d2b9c020f299b58ea7",
        osrel="025000a80dfcc756372536195f50655519117796cde170790c18dc5ae70136d4",
        image_program="93f8179c052e270edc63bd2267f0dd1fefa1546d0fd1b972cc7f7cb1ed221779",
        kernel_program="5f21ff2c0d5d899842b28a8b19901ba72cf7a7ab93c02a77fadc6ff72be85b31",
    )


COMMAND_LINE = "sidus.efi console=ttyS0 sidus.root=abc sidus.own=def"
