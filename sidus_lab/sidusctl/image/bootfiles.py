"""The files that make an image boot as a SIDUS node, and where each goes. The files themselves are in `boot/`."""

from __future__ import annotations

import pkgutil
from typing import NamedTuple, Tuple

from ..errors import CtlError


class BootFile(NamedTuple):
    """A file of `boot/`, its place and mode in the image, and a symbolic link to it (which is how systemd enables)."""

    name: str
    path: str
    mode: int
    link: str = ""


TABLE: Tuple[BootFile, ...] = (
    BootFile("hook", "/etc/initramfs-tools/hooks/sidus", 0o755),
    BootFile("script", "/etc/initramfs-tools/scripts/sidus", 0o644),
    BootFile("conf", "/etc/initramfs-tools/conf.d/sidus", 0o644),
    BootFile("report", "/usr/lib/sidus/report", 0o644),
    BootFile("settings", "/usr/lib/sidus/settings", 0o755),
    BootFile("ready", "/usr/lib/sidus/ready", 0o755),
    BootFile(
        "sidus-ready.service",
        "/etc/systemd/system/sidus-ready.service",
        0o644,
        "/etc/systemd/system/multi-user.target.wants/sidus-ready.service",
    ),
)

PACKAGES: Tuple[str, ...] = ("initramfs-tools", "busybox", "cryptsetup-bin", "dmsetup", "kmod", "zstd")
"""What the boot script needs; installed with every kernel, whether the recipe names it or not."""


def content(name: str) -> bytes:
    """The bytes of a file of `boot/`, from a folder or from inside the zipapp.

    Raises CtlError ``broken-program``.
    """
    try:
        found = pkgutil.get_data(__package__ or "sidusctl.image", "boot/" + name)
    except OSError:
        found = None
    if found is None:
        raise CtlError("broken-program", "This sidusctl was packed without boot/{}.".format(name), hint="pack it again")
    return found
