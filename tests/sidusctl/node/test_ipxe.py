"""The scripts that machines boot by."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.node import ipxe

URL = "http://10.0.2.2:8080"
ASSIGNMENT = {"root_hash": "ab" * 32, "image": "debian12", "version": "0123456789ab", "arguments": ["sidus.scrub=1"]}
ASSIGNMENT.update(form="memory", levels=[], when=0.0)


START = ipxe.Start("cd" * 32, "node1-x.cpio.gz", "ef" * 32, {"begun": "aa", "failed": "bb"})


def test_a_node_that_was_not_ordered_is_given_nothing() -> None:
    script = ipxe.unordered_script(URL, "node1")
    assert f"{URL}/report/node1/refused?reason=not-ordered" in script
    assert not {"kernel", "initrd", "boot"} & {line.split(" ")[0] for line in script.splitlines()}


def test_node_script_keeps_the_contract_of_the_command_line() -> None:
    script = ipxe.node_script(URL, "node1", ASSIGNMENT, START)
    lines = script.splitlines()
    assert lines[0] == "#!ipxe"
    kernel = next(line for line in lines if line.startswith("kernel "))
    words = kernel.split()
    assert words[3] == f"{URL}/published/{'ab' * 32}/vmlinuz"
    for word in (
        "initrd=initrd",
        "initrd=overlay.cpio.gz",
        "boot=sidus",
        f"sidus.server={URL}",
        f"sidus.root={'ab' * 32}",
        "sidus.node=node1",
        f"sidus.own={'cd' * 32}",
        "console=ttyS0",
        "sidus.scrub=1",
    ):
        assert words.count(word) == 1, word
    fetches = [line.split()[2] for line in lines if line.startswith("initrd ")]
    assert fetches == ["initrd", "overlay.cpio.gz"]
    assert lines.index(next(line for line in lines if "/report/node1/ipxe" in line)) < lines.index(kernel)


def test_under_uefi_kernel_and_initrd_are_one_program_and_bios_is_as_it_was() -> None:
    plain = ipxe.node_script(URL, "node1", ASSIGNMENT, START)
    both = ipxe.node_script(URL, "node1", ASSIGNMENT, START, uefi=True)
    assert "platform" not in plain
    lines = both.splitlines()
    begin, end = lines.index("iseq ${platform} efi || goto plain"), lines.index(":plain")
    assert "\n".join(lines[:begin] + lines[end + 1 :]) + "\n" == plain
    kernel, boot = lines[begin + 1 : end]
    head, _, told = kernel.removesuffix(" || goto failed").partition("sidus.efi ")[2].partition(" ")
    assert (head, boot) == (f"{URL}/published/{'ab' * 32}/sidus.efi", "boot || goto failed")
    line = ipxe.uefi_line(URL, "node1", ASSIGNMENT, START, "52:54:00:00:00:01")
    assert line == "sidus.efi " + told.replace("${mac:hexhyp}", "52-54-00-00-00-01")
    assert f"sidus.overlay=node1-x.cpio.gz sidus.overlay_sum={'ef' * 32}" in line
    assert "initrd=" not in line


@pytest.mark.parametrize("word", ["sidus.overlay=x", "sidus.overlay_sum=x", "sidus.own=x"])
def test_nobody_gives_a_node_other_files_by_an_argument(word: str) -> None:
    with pytest.raises(CtlError, match="belongs to the boot"):
        ipxe.check_arguments([word])


def test_an_argument_of_the_user_replaces_the_default_of_its_name() -> None:
    line = ipxe.command_line(URL, "n1", "ab" * 32, ["console=ttyS1", "nosmt"], "cd" * 32)
    assert "console=ttyS0" not in line
    assert line.endswith("console=ttyS1 nosmt")


def test_every_machine_goes_on_by_its_mac() -> None:
    script = ipxe.first_script(URL)
    assert f"chain {URL}/boot/by-mac/${{mac:hexhyp}}.ipxe ||" in script
    # Whoever is unknown says who it is, and looks again: it may be taken in meanwhile.
    assert f"{URL}/report/-/newcomer?mac=${{mac:hexhyp}}&uuid=" in script
    assert script.rstrip().endswith("goto again")
    assert ipxe.hyphenated("52:54:00:00:00:01") == "52-54-00-00-00-01"


@pytest.mark.parametrize(
    "argument",
    [
        "a b",
        "a=b;reboot",
        'a="b"',
        "a='b'",
        "a=${x}",
        "a=b\nboot",
        "",
        "=b",
        "a=b||c",
        "a=b&&c",
        "#a",
        "a=`id`",
        "a" * 300,
    ],
)
def test_bad_arguments(argument: str) -> None:
    with pytest.raises(CtlError) as caught:
        ipxe.check_arguments([argument])
    assert caught.value.code == "bad-argument"


@pytest.mark.parametrize("argument", ["boot=live", "sidus.root=x", "init=/bin/sh", "root=/dev/sda", "rdinit=/bin/sh"])
def test_arguments_that_would_break_the_proof(argument: str) -> None:
    with pytest.raises(CtlError) as caught:
        ipxe.check_arguments([argument])
    assert caught.value.code == "reserved-argument"


def test_good_arguments_pass() -> None:
    good = ["processor.max_cstate=1", "nosmt", "isolcpus=1-3,5", "sidus.scrub=1", "hugepages=2M:4"]
    assert ipxe.check_arguments(good) == good
