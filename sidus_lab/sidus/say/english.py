"""The proof's words in English."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {"holds": "passed", "fails": "failed", "not-looked-at": "not looked at"}

LEVELS: Mapping[str, str] = {
    "booted": "this boot",
    "asked": "asked",
    "loaded": "kernel",
    "enforced": "enforced",
    "scrubbed": "scrubbed",
    "own": "own files",
    "clean": "no drift",
    "measured": "measured",
}

ABOUT: Mapping[str, str] = {
    "booted": "it is on, in the boot that the server ordered, and answered just now",
    "asked": "the server told it to boot this root hash with these arguments",
    "loaded": "the kernel and initrd are those that were published",
    "enforced": "its kernel refuses any other block",
    "scrubbed": "every block was read and verified",
    "own": "its own files are those that the server gave it",
    "clean": "nothing of the system was changed since boot",
    "measured": "its TPM vouches for program, initrd and command line of this start",
}

WITNESSES: Mapping[str, str] = {
    "bmc": "its BMC",
    "report": "its BMC and the boot's own report",
    "server": "the server's files and its kernel",
    "kernel": "its kernel",
    "probe": "a look through it as root",
    "tpm": "its TPM",
    "none": "nobody",
}

CLAIMS: Mapping[str, str] = {
    # booted
    "this-boot": "boot {boot}, ordered by the server, answered just now",
    "this-boot-by-hand": "boot {boot}, ordered by the server, answered just now; nobody else says that it is on",
    "no-witness": "the server was not asked about it",
    "machine-off": "its BMC says that the machine is off",
    "power-unknown": "its BMC does not say whether the machine is on",
    "not-ordered": "this start was not ordered from the server",
    "not-reported": "the boot that was ordered did not report",
    "another-boot": "boot {boot} answers, but boot {reported} reported",
    "no-nonce": "it was asked without a question that only this boot can answer",
    "no-answer": "it does not know the word of the boot that was ordered",
    "wrong-answer": "it answers with another word than that of the boot that was ordered",
    "fetched-again": "its host key went out more than once (to {addresses}): order a new boot",
    "booted-again": "two boots used the word of one (from {addresses}): order a new boot",
    # asked
    "asked": "{told}",
    "no-root-hash": "the command line names no root hash",
    "not-assigned": "{told}, but nothing is assigned to it",
    "other-assigned": "{told}, but {wanted} is assigned: boot it again",
    "other-arguments": "its command line is not what is assigned: lacks [{lacking}], has [{more}]",
    # loaded
    "published-kernel": "build {build} runs and is published; published files are whole",
    "published-damaged": "published files are not what the manifest names: {files}",
    "kernel-unread": "the build id of the running or of the published kernel could not be read",
    "other-kernel": "build {running} runs, {published} is published",
    # enforced, scrubbed
    "enforced": "{enforced}, status V",
    "no-verity": "/ does not stand on a verity device",
    "other-enforced": "{enforced}, not what was asked",
    "corruption": "the kernel found corruption (status {status})",
    "scrubbed": "every block read and verified",
    "block-wrong": "a block does not fit the root hash",
    "not-scrubbed": "not done: blocks are verified when they are read",
    # own
    "own": "{files} files, {digest}",
    "own-unread": "its own files could not be listed",
    "own-differ": "{here} lies on it, {wanted} is the server's",
    # clean
    "clean": "none of the system's files ({paths} paths held against the image, {state} state files left alone)",
    "clean-beside": (
        "none of the system's files ({paths} paths held against the image, {state} state files left alone); "
        "beside the system, and not the image's: {beside}"
    ),
    "drift": "{found} of the system's: {shown}",
    "no-upper-layer": "/ names no upper layer",
    "layer-not-mounted": "a layer of / is no longer mounted where it was",
    "layer-covered": "something is mounted over a layer of /",
    "upper-not-live": "the folder of the upper layer is not what / writes to",
    "look-failed": "looking through the upper layer failed",
    "listing-broken": "the list of what differs did not arrive whole",
    "settings-not-noted": "the kernel's settings were not noted at the end of this boot",
    # measured
    "measured": "its TPM signed this start: program, initrd and command line as published, firmware as enrolled",
    "no-tpm": "not there: no TPM",
    "not-enrolled": "there is a TPM that nobody enrolled: nodes.enrol()",
    "tpm-gone": "it is enrolled with a TPM, and shows none",
    "tpm-silent": "its TPM gave no quote that is whole",
    "no-uefi-image": "it is enrolled, but nothing for UEFI firmware was published for it",
    "enrolment-damaged": "what the server kept of its enrolment cannot be read",
    "other-tpm": "another TPM answers than the one that was enrolled",
    "bad-key": "the TPM's key could also sign what the TPM did not say itself",
    "bad-signature": "the quote is not signed by the TPM that was enrolled",
    "bad-quote": "what was signed is no quote of these registers",
    "old-quote": "the quote answers another question: it is an old one",
    "other-registers": "the quote is about other registers",
    "registers-not-signed": "the registers that it tells are not those that its TPM signed",
    "firmware-changed": "firmware is not what was enrolled (register {register})",
    "other-command-line": "it was started with another command line than was ordered (register {register})",
    "other-image": "another kernel or initrd was started than those that were published (register {register})",
    "other-initrd": "the kernel was handed another initrd than the published one (register {register})",
    "other-program": "its firmware started a program that is neither published nor enrolled (register {register})",
    "no-log": "its firmware's log is not whole (register {register})",
    "log-not-signed": "its firmware's log is not what its TPM signed (register {register})",
}

FIELDS: Mapping[str, str] = {}  # the fields' own names are English

KINDS: Mapping[str, str] = {"software": "software", "hardware": "hardware", "setting": "settings"}

ALARMS: Mapping[str, str] = {
    "forged": "{times} reports without this boot's word, from {addresses}",
    "doubled": "{times} reports that came once more, from {addresses}",
    "fetched-again": "its own files with the host key were fetched {times} times, by {addresses}",
    "booted-again": "{times} boots used the word of one, from {addresses}",
}

VERDICTS: Mapping[str, str] = {
    "nobody": "No node could be asked.",
    "missing": "Not proven for all: {missing} could not be asked.",
    "broken": "Not proven: {names}. The table says why.",
    "different": "Each of {names} is proven, but they are not the same: {fields} differ.",
    "one-scrubbed": "{names} runs the image {root}: every block of it was read and verified.",
    "one": "{names} runs the image {root}: verified whenever a block is read.",
    "same-scrubbed": "{names} run the same software, image {root}: every block of it was read and verified.",
    "same": "{names} run the same software, image {root}: verified whenever a block is read.",
}

TEXTS: Mapping[str, str] = {
    "kernel": "kernel",
    "hardware": "hardware",
    "hardware-print": "fingerprint",
    "settings-print": "settings",
    "witness": "shown by",
    "equal": "equal",
    "different": "different",
    "missing": "missing",
    "alarm": "alarm",
    "unasked": "could not be asked",
    "why": "why",
    "equal-on-all": "equal on all",
    "fields": "fields",
    "limits": "who could still fool it",
    "fooled": (
        "Root on a node: the node tells most of this about itself, and its root can make it tell anything. Somebody "
        "in the boot network: boots come over plain HTTP, so whoever can change packets between a node and the server "
        "can give it another kernel, or be it; whoever can read them can read the node's host key. Without an enrolled "
        "TPM (level measured) nobody says which initrd ran. It guards against mistakes, decay, and users without root."
    ),
    "same-means": (
        "The same means: equal root hash, kernel, kernel build, command line and own files, but for loader's words, "
        "name, identity and host key."
    ),
}
