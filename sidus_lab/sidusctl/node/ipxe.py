"""What iPXE reads: one script for all machines, one for each node. Pure: facts in, text out."""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Sequence

from .. import shapes
from ..errors import CtlError
from ..image.forms import kinds
from ..image.uefi import IMAGE
from . import stages

DEFAULT_ARGUMENTS = ("console=tty0", "console=ttyS0")
# The card keeps its kernel name, and the boot script takes the one that iPXE booted from (iPXE fills in the address).
_CARD = "${mac:hexhyp}"
_NETWORK = ["net.ifnames=0", "BOOTIF=01-" + _CARD]
_RESERVED = (
    "boot",
    "root",
    "initrd",
    "init",
    "rdinit",
    "sidus.server",
    "sidus.root",
    "sidus.node",
    "sidus.own",
    "sidus.overlay",
    "sidus.overlay_sum",
    "BOOTIF",
)
# iPXE splits at white space, expands ${...}, and takes || && ; as its own; the kernel gives quotes a meaning.
_ARGUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(=[A-Za-z0-9_.,:/@%+=-]{0,200})?\Z")


def check_arguments(arguments: Sequence[str]) -> List[str]:
    """Kernel arguments, unchanged: `key` or `key=value` with nothing that iPXE or the kernel would take apart.

    Raises CtlError ``bad-argument`` or ``reserved-argument``.
    """
    for argument in arguments:
        if not _ARGUMENT.match(argument):
            raise CtlError(
                "bad-argument",
                "{!r} cannot be a kernel argument.".format(argument[:80]),
                hint="key or key=value, without blanks, quotes, ; or $; for example processor.max_cstate=1",
            )
        if argument.split("=", 1)[0] in _RESERVED:
            raise CtlError(
                "reserved-argument",
                "The kernel argument {!r} belongs to the boot itself.".format(argument.split("=", 1)[0]),
                hint="these are set by the assignment: " + " ".join(_RESERVED),
            )
    return list(arguments)


def hyphenated(mac: str) -> str:
    """52:54:00:12:34:56 -> 52-54-00-12-34-56, as iPXE's ${mac:hexhyp}."""
    return mac.replace(":", "-")


def command_line(
    url: str, node: str, root_hash: str, arguments: Sequence[str], own_files: str, *, form: str = kinds.DEFAULT
) -> str:
    """The kernel command line of a node; `own_files` is the hash of its own files (`overlay.digest`).

    Raises CtlError ``unknown-form``.
    """
    root = kinds.form_of(form).arguments(root_hash)
    own = [*root, "sidus.server=" + url, "sidus.node=" + node, "sidus.own=" + own_files, *_NETWORK]
    given = {argument.split("=", 1)[0] for argument in arguments}
    defaults = [argument for argument in DEFAULT_ARGUMENTS if argument.split("=", 1)[0] not in given]
    return " ".join([*own, *defaults, *arguments])


def first_script(url: str) -> str:
    """boot.ipxe: every machine starts here and goes on by the address of its network card."""
    return """#!ipxe
# Written by sidusctl: every machine starts here and goes on by the address of its network card.
isset ${{ip}} || dhcp
:again
chain {url}/boot/by-mac/${{mac:hexhyp}}.ipxe ||
echo sidus: this machine (${{mac}}) has no assignment on {url}; looking again every 20 seconds
imgfetch --name report {url}/report/{sender}/{stage}?{query} ||
imgfree report ||
sleep 20
goto again
""".format(url=url, sender=stages.SENDER, stage=stages.NEWCOMER, query=stages.NEWCOMER_QUERY)


class Start(NamedTuple):
    """What belongs to one ordered start: the hash of the node's own files, their name until the boot reports, and the
    SHA-256 of the archive of that name, unpacked.

    `marks` are those of the reports that iPXE sends, by their name in `REPORTS`: it cannot make them itself.
    """

    own_files: str
    file: str
    file_sum: str
    marks: Dict[str, str]


REPORTS = {"begun": ("ipxe", ""), "failed": ("refused", "reason=ipxe-fetch")}
"""What iPXE reports: its name here -> stage and query."""


def _report(url: str, node: str, name: str, mark: str) -> str:
    stage, query = REPORTS[name]
    return "{}/report/{}/{}?{}{}mark={}".format(url, node, stage, query, "&" if query else "", mark)


def uefi_line(url: str, node: str, assignment: shapes.Assignment, start: Start, mac: str = "") -> str:
    """The command line under UEFI firmware, as the kernel and a TPM get it: the program's name first.

    There the kernel takes one initrd only, the one that is measured, so the boot script fetches the node's own files;
    their archive is held to its sum before it is unpacked. `mac` is the card's address; without it, iPXE's word for it.
    """
    words = command_line(
        url, node, assignment["root_hash"], assignment["arguments"], start.own_files, form=assignment["form"]
    )
    line = "{} sidus.overlay={} sidus.overlay_sum={} {}".format(IMAGE, start.file, start.file_sum, words)
    return line.replace(_CARD, hyphenated(mac)) if mac else line


def _uefi_lines(url: str, node: str, assignment: shapes.Assignment, start: Start) -> str:
    line = uefi_line(url, node, assignment, start)[len(IMAGE) + 1 :]
    return """iseq ${{platform}} efi || goto plain
kernel --name {image} {url}/published/{root}/{image} {line} || goto failed
boot || goto failed
:plain
""".format(image=IMAGE, url=url, root=assignment["root_hash"], line=line)


def node_script(url: str, node: str, assignment: shapes.Assignment, start: Start, *, uefi: bool = False) -> str:
    """by-mac/<mac>.ipxe: kernel, initrd, the node's own files as a second initrd, and the command line.

    With `uefi`, kernel and initrd as one program where the firmware is UEFI.
    """
    root_hash = assignment["root_hash"]
    # UEFI kernels find only the initrds that their command line names; BIOS kernels ignore the words.
    words = command_line(url, node, root_hash, assignment["arguments"], start.own_files, form=assignment["form"])
    line = "initrd=initrd initrd=overlay.cpio.gz " + words
    return """#!ipxe
# Written by sidusctl for {node}: {image}@{version}
imgfetch --name report {begun} ||
imgfree report ||
{for_uefi}kernel --name vmlinuz {url}/published/{root}/vmlinuz {line} || goto failed
initrd --name initrd {url}/published/{root}/initrd || goto failed
initrd --name overlay.cpio.gz {url}/boot/overlay/{file} || goto failed
boot ||
:failed
imgfree ||
echo sidus: {node} cannot fetch {image}@{version} from {url}; trying again in 20 seconds
imgfetch --name report {failed} ||
sleep 20
reboot
""".format(
        node=node,
        url=url,
        root=root_hash,
        line=line,
        file=start.file,
        for_uefi=_uefi_lines(url, node, assignment, start) if uefi else "",
        image=assignment["image"],
        version=assignment["version"],
        begun=_report(url, node, "begun", start.marks["begun"]),
        failed=_report(url, node, "failed", start.marks["failed"]),
    )


def unordered_script(url: str, node: str) -> str:
    """by-mac/<mac>.ipxe while no start is ordered: the node is given nothing, and says so."""
    return """#!ipxe
# Written by sidusctl: {node} was not ordered to start, or has started since.
echo sidus: {node} was not switched on from {url}; there: sidusctl node power {node} cycle
imgfetch --name report {url}/report/{node}/refused?reason=not-ordered ||
sleep 60
reboot
""".format(node=node, url=url)
