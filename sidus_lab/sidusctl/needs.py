"""What a SIDUS server needs from its operating system: a table, and nothing else.

`sidusctl check` reads it on a server, and the project's set-up script reads it to install packages. So this
module imports nothing of the project, and must load with any Python from 3.9 on.
"""

from typing import NamedTuple, Tuple

PARTS = ("build", "boot", "site", "measured", "lab", "browser", "tests", "benchmarks")
"""build: make and publish images. boot: serve boots, power nodes. site: give the machines of a network addresses and
boot files (`site up`). measured: boots that a TPM vouches for.

lab: the embedded site. browser: notebook tests. tests: what only a test uses. benchmarks: what only a benchmark
compares with.
"""


class Need(NamedTuple):
    """One thing to find: any of `programs`, or any of `files`, or the Python module `module`."""

    name: str
    what: str
    why: str
    package: str
    parts: Tuple[str, ...]
    programs: Tuple[str, ...] = ()
    files: Tuple[str, ...] = ()
    module: str = ""


NEEDS: Tuple[Need, ...] = (
    Need("mmdebstrap", "program", "builds the Debian tree of an image", "mmdebstrap", ("build",), ("mmdebstrap",)),
    Need(
        "debian-archive-keyring",
        "files",
        "lets apt check Debian's signatures",
        "debian-archive-keyring",
        ("build",),
        files=("/usr/share/keyrings/debian-archive-keyring.gpg",),
    ),
    Need("ostree", "program", "keeps all versions of all images", "ostree", ("build",), ("ostree",)),
    Need("mksquashfs", "program", "packs a version into one file", "squashfs-tools", ("build",), ("mksquashfs",)),
    Need("veritysetup", "program", "makes the dm-verity hash tree", "cryptsetup-bin", ("build",), ("veritysetup",)),
    Need(
        "unshare", "program", "gives an ordinary user a namespace of their own", "util-linux", ("build",), ("unshare",)
    ),
    Need(
        "newuidmap",
        "program",
        "lets an ordinary user build trees with files of many owners",
        "uidmap",
        ("build",),
        ("newuidmap",),
    ),
    Need("ssh-keygen", "program", "makes each node's host key", "openssh-client", ("build", "boot"), ("ssh-keygen",)),
    Need("nginx", "program", "hands out kernels, initrds and images to nodes", "nginx", ("boot", "lab"), ("nginx",)),
    Need(
        "ipmitool", "program", "powers nodes on and off through their BMC", "ipmitool", ("boot", "lab"), ("ipmitool",)
    ),
    Need(
        "dnsmasq",
        "program",
        "gives machines addresses, boot files and names",
        "dnsmasq-base",
        ("site",),
        ("dnsmasq",),
    ),
    Need(
        "ipxe",
        "file",
        "what a machine's own firmware loads first",
        "ipxe",
        ("site",),
        files=("/usr/lib/ipxe/ipxe.efi", "/boot/ipxe.efi"),
    ),
    Need("ip", "program", "tells the server's network interfaces", "iproute2", ("site",), ("ip",)),
    Need(
        "sshd", "program", "the embedded site is reached over SSH, as a real one", "openssh-server", ("lab",), ("sshd",)
    ),
    Need(
        "qemu-system-x86_64",
        "program",
        "runs the embedded site's nodes",
        "qemu-system-x86",
        ("lab",),
        ("qemu-system-x86_64",),
    ),
    Need(
        "ipxe-qemu",
        "files",
        "network boot firmware of the embedded site's nodes",
        "ipxe-qemu",
        ("lab",),
        files=("/usr/lib/ipxe/qemu/pxe-virtio.rom", "/usr/share/qemu/pxe-virtio.rom"),
    ),
    Need("ipmi_sim", "program", "the BMC of each node of the embedded site", "openipmi", ("lab",), ("ipmi_sim",)),
    Need(
        "ensurepip",
        "Python module",
        "makes the project's virtual environment",
        "python3-venv",
        ("lab",),
        module="ensurepip",
    ),
    Need(
        "chromium",
        "program",
        "opens the notebooks in a real browser for the tests",
        "chromium",
        ("browser",),
        ("chromium", "chromium-browser", "google-chrome"),
    ),
    Need(
        "libatomic",
        "library",
        "the driver of the browser tests is linked with it",
        "libatomic1",
        ("browser",),
        files=(
            "/usr/lib/x86_64-linux-gnu/libatomic.so.1",
            "/usr/lib/aarch64-linux-gnu/libatomic.so.1",
            "/usr/lib64/libatomic.so.1",
        ),
    ),
    Need(
        "systemd-stub",
        "file",
        "joins kernel and initrd so that UEFI firmware measures both",
        "systemd-boot-efi",
        ("measured",),
        files=("/usr/lib/systemd/boot/efi/linuxx64.efi.stub",),
    ),
    Need("objcopy", "program", "joins kernel and initrd for UEFI", "binutils", ("measured",), ("objcopy",)),
    Need("swtpm", "program", "a TPM for a node of the tests", "swtpm", ("tests",), ("swtpm",)),
    Need("tpm2-tools", "program", "speaks to that TPM", "tpm2-tools", ("tests",), ("tpm2_quote",)),
    Need(
        "ovmf",
        "files",
        "UEFI firmware for a node of the tests",
        "ovmf",
        ("tests",),
        files=("/usr/share/OVMF/OVMF_CODE_4M.fd",),
    ),
    Need(
        "sbsigntool",
        "program",
        "signs a program for the trial of Secure Boot",
        "sbsigntool",
        ("tests", "benchmarks"),
        ("sbsign",),
    ),
    Need(
        "systemd-nspawn",
        "program",
        "boots a whole server for a test",
        "systemd-container",
        ("tests",),
        ("systemd-nspawn",),
    ),
    Need("cpio", "program", "reads a node's own files as another program would", "cpio", ("tests",), ("cpio",)),
    Need(
        "lme4",
        "R package",
        "the yardstick of the analysis benchmarks",
        "r-cran-lme4",
        ("benchmarks",),
        files=("/usr/lib/R/site-library/lme4/DESCRIPTION", "/usr/lib/R/library/lme4/DESCRIPTION"),
    ),
)
