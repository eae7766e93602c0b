"""The kernel's command line, compared: loaders add words of their own, and some words belong to one node. Pure."""

from __future__ import annotations

# Arguments that belong to the node itself: equal software has them different.
OWN_ARGUMENTS = ("sidus.node", "sidus.own", "BOOTIF")
# Words by which loaders find their files: iPXE begins with the name of the kernel or of the program that holds it, GRUB
# with BOOT_IMAGE=, and a kernel under UEFI finds only the initrds that are named. The boot script fetches a node's own
# files where the kernel takes one initrd only; `sidus.own` names them whichever way they come.
_LOADER = ("initrd", "BOOT_IMAGE", "sidus.overlay", "sidus.overlay_sum")
_NAMES = ("vmlinuz", "sidus.efi")


def words_without_loader(line: str) -> list[str]:
    """Give the words of a command line without those that belong to the loader."""
    words = line.split()
    if words and "=" not in words[0] and words[0].rpartition("/")[2].startswith(_NAMES):
        words = words[1:]
    return [word for word in words if word.partition("=")[0] not in _LOADER]


def common_command_line(line: str) -> str:
    """Give a command line as it is compared between nodes: without the loader's words and the node's own."""
    return " ".join(word for word in words_without_loader(line) if word.partition("=")[0] not in OWN_ARGUMENTS)


def same_words(told: str, wanted: str) -> tuple[list[str], list[str]]:
    """Give the words that a node's command line lacks, and those that nobody assigned.

    BOOTIF is left out, since the loader fills in the card; and sidus.server: where root and own files were fetched from
    is no matter, each is held to its hash. The order counts only where a word is given twice.
    """
    left_out = ("BOOTIF=", "sidus.server=")
    have, want = (
        [word for word in words_without_loader(line) if not word.startswith(left_out)] for line in (told, wanted)
    )
    more = list(have)
    lacking = []
    for word in want:
        if word in more:
            more.remove(word)
        else:
            lacking.append(word)
    return lacking, more
