"""A recording of two nodes written by hand: what was done to them, and what they said then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sidus_lab.recording.tape import Exchange
from sidus_lab.sidus.recorded import PROGRAM
from tests.recording.standins import write
from tests.sidus.standins import entry, status

SITE = "/srv/two"
HASH = "ab" * 32
NAMES = ("node1", "node2")


class Tape:
    """Entries in their order, one second after the other."""

    def __init__(self) -> None:
        self.entries: list[Exchange] = []
        self.boots = 0
        self.at = 0.0

    def add(self, kind: str, words: tuple[str, ...], **more: Any) -> None:
        self.at += 1.0
        self.entries.append(Exchange(kind, words, at=self.at, **more))  # type: ignore[arg-type]

    def verb(self, *words: str, value: Mapping[str, Any], seconds: float = 0.0) -> None:
        line = json.dumps({"event": "result", "value": value}).encode() + b"\n"
        self.add("run", ("python3", PROGRAM, "--site", SITE, *words), stdout=line, seconds=seconds)

    def listed(self, given: tuple[str, ...] | None = None, verb: tuple[str, ...] = ("node", "list")) -> None:
        rows = []
        for number, name in enumerate(NAMES):
            row = entry(name, ssh_port=2200 + number, host_key=f"ssh-ed25519 KEY{self.boots}")
            row["assignment"] = None if given is None else {**row["assignment"], "arguments": list(given)}
            rows.append(row)
        self.verb(*verb, value={"nodes": rows, "damaged": []})

    def assign(self, *arguments: str) -> None:
        options = [word for argument in arguments for word in ("--arg", argument)]
        self.listed(arguments, ("node", "assign", "node[1-2]", HASH, *options))

    def states(self, word: str, after: float = 0.0, **more: Any) -> None:
        self.at += after
        rows = [status(name, word, **more) for name in NAMES]
        self.verb("node", "status", "node[1-2]", value={"nodes": rows, "damaged": []})

    def power(self, action: str) -> None:
        rows = [{"name": name, "power": "off" if action == "off" else "on", "error": None} for name in NAMES]
        self.boots += action != "off"
        self.verb("node", "power", "node[1-2]", action, value={"nodes": rows}, seconds=0.5)

    def jump(self) -> None:
        for number in range(len(NAMES)):
            words = ("192.0.2.1", str(2200 + number), "root")
            self.add("jump", words, host_key=f"ssh-ed25519 KEY{self.boots}")

    def say(self, name: str, words: tuple[str, ...], text: str, **more: Any) -> None:
        port = 2200 + NAMES.index(name)
        self.add("run", words, via=f">root@192.0.2.1:{port}", stdout=text.encode(), given=None, **more)

    def boot(self, *, word: str = "up") -> None:
        """Start both; after 40 s they are up, or not."""
        self.power("cycle")
        self.states("booting")
        self.states(word, after=40.0)


def two_nodes(file: Path) -> Path:
    """Off; assigned; a damage and a boot that is refused; mended; two boots; in the first one a file is changed."""
    tape = Tape()
    tape.listed()
    tape.states("off")
    tape.verb("image", "list", value={"images": [], "published": []})
    tape.assign("sidus.scrub=1")
    tape.add("run", ("sh", "-c", "one\nscript", "sidus-drill", "flipped-bit", SITE), stdout=b"flipped\n")
    tape.boot(word="refused")
    tape.listed(("sidus.scrub=1",))
    tape.add("run", ("sh", "-c", "two\nlines", "sidus-drill", "mend", SITE), stdout=b"whole\n")
    for number in (1, 2):
        tape.boot()
        tape.listed(("sidus.scrub=1",))
        tape.jump()
        for name in NAMES:
            tape.say(name, ("sh", "-s"), f"facts of {name}, boot {number}")
            for place in range(2):
                start = ("/bin/sh", "-c", "old\nscript", "sidus", "SIDUS_RUN=20260102-aaaa/" + name, "A=1")
                tape.say(name, start, f"{name}: {number}.{place}")
            if number == 1:
                tape.say(name, ("sh", "-c", "echo x >>/etc/file"), "")
                tape.say(name, ("sh", "-s"), f"facts of {name}, changed")
    tape.power("off")
    tape.states("off")
    tape.listed(("sidus.scrub=1",))
    write(file, *tape.entries)
    lines = file.read_text().splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), "site": SITE, "called": "two"})
    file.write_text("\n".join(lines) + "\n")
    return file
