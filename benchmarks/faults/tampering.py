"""Tampering with every published file: who catches it, at which level; and that putting it right is one call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.faults.kills import furnished
from benchmarks.faults.small import IMAGE, Small
from benchmarks.faults.tally import Tally

_NONCE = "00" * 16


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _swap(path: Path) -> None:
    path.write_bytes(b"another file, as long as one likes\n" * 40)


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


KINDS: dict[str, Callable[[Path], object]] = {
    "one bit flipped": _flip,
    # Not the line break alone that ends a manifest: without it, or with two, it says the same.
    "the last bytes cut off": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "a byte added": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "empty": lambda path: path.write_bytes(b""),
    "removed": lambda path: path.unlink(),
    "exchanged for another": _swap,
    "a link to elsewhere": _link,
}
_LEVELS = {
    "root.squashfs": "enforced, scrubbed: the node's kernel (tests/boot/test_refusals.py)",
    "root.verity": "enforced, scrubbed: the node's kernel (tests/boot/test_refusals.py)",
    "vmlinuz": "kernel: hashed anew for each proof",
    "initrd": "kernel: hashed anew for each proof",
    "manifest.json": "the version is published no more, and cannot be assigned",
    "script": "enforced: the command line is held to the inventory",
    "own files": "own files: held to the hash on the command line",
}


def files(site: Small) -> dict[str, Path]:
    """All that is handed out to a node that was ordered to start, by what it is."""
    (place,) = (site.root / "published").iterdir()
    found = {path.name: path for path in sorted(place.iterdir())}
    found["script"] = site.root / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe"
    (found["own files"],) = (site.root / "boot" / "overlay").iterdir()
    return found


QUICK = ("one bit flipped", "removed")


def run(kinds: Sequence[str] = tuple(KINDS), say: Callable[[str], object] = print) -> Tally:
    """Tamper with each file in each of these ways; a row says who caught it."""
    tally = Tally(f"{len(kinds)} kinds of tampering with every file that is handed out")
    with furnished() as site:
        site.call("node", "power", "node1", "on")
        for name in files(site):
            row = tally[name]
            caught: dict[str, None] = {}
            for kind in kinds:
                by, wrong = _one(site, name, KINDS[kind])
                caught.update(dict.fromkeys(by))
                row.count([f"{kind}: {each}" for each in wrong])
            row.note = f"{', '.join(caught)}; on the node: {_LEVELS[name]}"
        say(f"tampering: {sum(row.tries for row in tally.rows.values())} tried, {tally.failed} failed")
    return tally


def _one(site: Small, name: str, harm: Callable[[Path], object]) -> tuple[list[str], list[str]]:
    """Tamper, and give who caught it, and what is wrong: nobody, a list without an answer, or not put right again."""
    path = files(site)[name]
    whole = path.read_bytes()
    harm(path)
    by, wrong = [], []
    doctor = site.call("doctor")
    if not doctor.ok or any(row["what"] != "service" for row in doctor.value["found"]):
        by.append("doctor")
    verified = site.call("image", "verify")
    if any(row["faults"] for row in verified.value["published"]):
        by.append("image verify")
    witness = site.call("node", "witness", "node1", stdin=_NONCE).value["nodes"][0]
    if any(witness["found"].get(each) != told for each, told in witness["published"].items()):
        by.append("the proof's witness")
    if site.call("image", "list").value["damaged"]:
        by.append("image list")
    if not by:
        wrong.append("caught by nobody on the server")
    if name in ("script", "own files"):
        site.call("doctor", "--mend")
    else:
        said = site.call("image", "publish", IMAGE)
        if not said.ok:
            wrong.append(f"publish again: {said.events[-1:]}")
    if path.is_symlink() or not path.exists() or path.read_bytes() != whole:
        wrong.append("it is not put right again")
    return by, wrong
