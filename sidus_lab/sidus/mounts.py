"""What is mounted on a node, from mountinfo (proc_pid_mountinfo(5)): the image's chain, and what covers it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sidus_lab.sidus.layers import Drift, printable

FOLDER = "/run/sidus"
# Where a system has file systems of its own, and of which types; a pattern matches the whole mount point.
_EXPECTED = (
    (r"/", {"overlay"}),
    (r"/proc", {"proc"}),
    (r"/proc/sys/fs/binfmt_misc", {"autofs", "binfmt_misc"}),
    (r"/proc/fs/nfsd", {"nfsd"}),
    (r"/sys", {"sysfs"}),
    (
        r"/sys/(kernel/(security|debug|tracing|config)|fs/(cgroup|pstore|bpf|fuse/connections)|firmware/efi/efivars)",
        {"securityfs", "debugfs", "tracefs", "configfs", "cgroup2", "pstore", "bpf", "fusectl", "efivarfs"},
    ),
    (r"/dev", {"devtmpfs"}),
    (r"/dev/(pts|shm|mqueue|hugepages)", {"devpts", "tmpfs", "mqueue", "hugetlbfs"}),
    (r"/run", {"tmpfs"}),
    (r"/run/(lock|user/[0-9]+|shm)", {"tmpfs"}),
    (r"/run/credentials(/[^/]+)?", {"ramfs", "tmpfs"}),
    (r"/run/rpc_pipefs|/var/lib/nfs/rpc_pipefs", {"rpc_pipefs"}),
    (r"/run/sidus/(store|own|rw)", {"tmpfs"}),
    (r"/run/sidus/image", {"squashfs"}),
)
# File systems that many nodes share, and the folders of the system itself, where nothing of that kind belongs.
_SHARED = re.compile(r"nfs4?|cifs|smb3|ceph|lustre|beegfs|9p|gpfs|fuse\.(glusterfs|sshfs|ceph)")
_SYSTEM = re.compile(r"/((usr|etc|bin|sbin|lib[^/]*|boot|opt|root|var|run|proc|sys|dev|tmp)(/.*)?)?")


@dataclass(frozen=True)
class Mount:
    """One line of mountinfo: device ``major:minor``, root within it, where, type, source, and the type's options."""

    device: str
    root: str
    point: str
    kind: str
    source: str
    options: str


def parse(text: str) -> tuple[Mount, ...]:
    """Read mountinfo, in its order: of several at one point, the last is the one that is seen."""
    found = []
    for line in text.split("\n"):
        before, dash, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if dash and len(fields) > 5 and len(rest) > 1:
            point, root = _plain(fields[4]), _plain(fields[3])
            found.append(Mount(fields[2], root, point, rest[0], _plain(rest[1]), rest[2] if len(rest) > 2 else ""))
    return tuple(found)


def _plain(field: str) -> str:
    """Give a field with its octal escapes resolved, and what cannot be printed escaped again, as in all paths."""
    raw = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), field.encode("utf-8", "surrogateescape"))
    return printable(raw)


def covered(mounts: tuple[Mount, ...]) -> list[Drift]:
    """Find what is mounted where the image's own files should be seen, or a second time over what belongs there."""
    found, seen = [], set()
    for mount in mounts:
        kinds = next((kinds for pattern, kinds in _EXPECTED if re.fullmatch(pattern, mount.point)), None)
        whole = mount.root == "/" or mount.kind in ("cgroup2", "autofs")
        # systemd-binfmt mounts its file system over the automount of the same place.
        twice = mount.point in seen and mount.kind != "binfmt_misc"
        expected = kinds is not None and mount.kind in kinds and whole
        if twice or not (expected or _is_beside(mount)):
            found.append(Drift("covered", 0, mount.point.strip("/") or "/"))
        seen.add(mount.point)
    return found


def beside(mounts: tuple[Mount, ...]) -> list[str]:
    """Name what is shared with other machines and mounted beside the system, such as ``nfs4 /home from server:/home``.

    It covers no folder of the system, so it is no change of it; but what lies there is not the image's.
    """
    return [f"{mount.kind} {mount.point} from {mount.source}" for mount in mounts if _is_beside(mount)]


def _is_beside(mount: Mount) -> bool:
    return bool(_SHARED.fullmatch(mount.kind)) and not _SYSTEM.fullmatch(mount.point)


def top(mounts: tuple[Mount, ...], point: str) -> Mount | None:
    """Give what is seen at a mount point: the last that was mounted there."""
    return next((mount for mount in reversed(mounts) if mount.point == point), None)


def option(mount: Mount | None, name: str) -> str:
    """Give the value of an option of a mount, or an empty string."""
    words = mount.options.split(",") if mount else []
    return next((word.partition("=")[2] for word in words if word.partition("=")[0] == name), "")


def enforced_root_hash(sections: Mapping[str, str]) -> str:
    """Give the root hash that the kernel enforces on what ``/`` stands on, or an empty string.

    Three links must hold: ``/`` is an overlay whose lower layer is the image's mount; that mount is the device-mapper
    device ``sidus``; the table of that device is a verity target (Documentation/admin-guide/device-mapper/verity.rst).
    """
    mounts = parse(sections.get("mounts", ""))
    root, image = top(mounts, "/"), top(mounts, f"{FOLDER}/image")
    if root is None or image is None or root.kind != "overlay":
        return ""
    if f"{FOLDER}/image" not in option(root, "lowerdir").split(":"):
        return ""
    device = sections.get("device", "").strip()
    if not device or image.device != device.replace(" ", ""):
        return ""
    table = sections.get("table", "").split()
    # start length verity version data hash data-block hash-block blocks hash-start digest ROOT-HASH salt
    return table[11] if len(table) > 11 and table[2] == "verity" else ""


def why_upper_unseen(sections: Mapping[str, str]) -> str:
    """Give why the folder that was looked through is not what ``/`` writes to, as a word; empty when it is.

    The upper layer is the one that mountinfo of ``/`` names; nothing may be mounted over it or below it, and a file
    that was made in ``/`` must have been seen in it.
    """
    mounts = parse(sections.get("mounts", ""))
    told = dict(line.partition("=")[::2] for line in sections.get("layers", "").splitlines())
    upper = option(top(mounts, "/"), "upperdir")
    if not upper or told.get("upper") != upper:
        return "no-upper-layer"
    layers = (f"{FOLDER}/rw", f"{FOLDER}/own", f"{FOLDER}/image")
    for folder in layers:
        at = [mount for mount in mounts if mount.point == folder]
        if not at:
            return "layer-not-mounted"
        if len(at) > 1 or any(mount.point.startswith(f"{folder}/") for mount in mounts):
            return "layer-covered"
    if told.get("live") != "yes":
        return "upper-not-live"
    return "" if told.get("looked") == "yes" else "look-failed"
