"""Record the site that comes with the package, `sl.recorded("two-nodes")`, from a real one on this machine.

    .venv/bin/python scripts/record_site.py                 # about 15 minutes on two cores without KVM

It brings up a practice site with two virtual nodes, does all that the recorded site shall be able to answer, and writes
the recording into the package. Run it again when the tests say that the recording has no answer to what is asked today.
"""

from __future__ import annotations

import argparse
import getpass
import importlib.resources
import json
import re
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import sidus_lab as sl
from sidus_lab import actions
from sidus_lab.drill import Drill
from sidus_lab.embedded import Embedded, default_machines, practice, practice_lab, sshd
from sidus_lab.panels.looker import Looker
from sidus_lab.recording.tape import Exchange, read
from sidus_lab.sidus import booting, connect, recorded
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.played import asked
from sidus_lab.sidusctl.privilege import choose

NAME = "two-nodes"
SITE = f"/srv/{NAME}"
SHIPPED = Path(__file__).resolve().parent.parent / "sidus_lab" / "recording" / "recordings" / f"{NAME}.jsonl"
DESIGNS = (
    sl.Design({"OPENBLAS_CORETYPE": ["default", "Nehalem"]}, repetitions=5, aa=4, seed=2013),
    sl.Design({"GLIBC_TUNABLES": ["default", "glibc.cpu.hwcaps=-FMA"]}, repetitions=4, aa=2, seed=2013),
)


def say(line: str) -> None:
    """Say what is done now."""
    print(time.strftime("%H:%M:%S"), line, flush=True)


def look(lab: Lab) -> Nodes:
    """Ask all that panels and objects show of a site."""
    lab.refresh()
    Looker(lab, "", jobs=True).look()
    lab.check()
    lab.doctor()
    lab.jobs()
    for published in lab.published():
        image = lab.image(published.image)
        image.details(published.version)
        image.details()
    nodes = lab.nodes().refresh()
    for some in (nodes, *(nodes[name] for name in nodes.names)):
        lab.nodes(some.folded if isinstance(some, Nodes) else some.name)
    nodes.power("status")
    return nodes


def measure(lab: Lab, nodes: Nodes, folder: Path) -> None:
    """Ask nodes that are up all that they are ever asked, and carry out the experiments on them."""
    look(lab)
    nodes.prove()
    nodes.prove(scrub=True)
    nodes.ensure_up().result()
    nodes.origin()
    nodes.run(["hostname"])
    for number, design in enumerate(DESIGNS):
        say(f"experiment {number + 1} of {len(DESIGNS)}")
        run = sl.run(design, sl.numpy_workload(), nodes, folder / f"{time.monotonic_ns()}").result()
        if run.done != run.planned:
            raise sl.SidusError(f"Only {run.done} of {run.planned} executions went well.")


def scenario(lab: Lab, folder: Path) -> None:
    """Do what the recorded site shall be able to answer."""
    nodes = look(lab)
    published = lab.published()[0]
    drill = Drill(lab)
    nodes.power("off").raise_for_failures()
    look(lab)
    nodes.assign(published, scrub=True)
    for kind in ("flipped-bit", "other-tree"):
        say(f"drill: {kind}")
        found = drill.run(kind).result()
        say(str(found))
        if not found.caught:
            raise sl.SidusError(f"The damage {kind} was not noticed.")
        look(lab)
        nodes.prove()
    say("drill: heal")
    say(str(drill.heal().result()))
    measure(lab, nodes, folder)
    say(str(drill.run("changed-file").result()))
    look(lab)
    nodes.prove(scrub=True)
    say("off, and on again")
    nodes.power("off").raise_for_failures()
    look(lab)
    nodes.power("on").raise_for_failures()
    _wait_up(nodes)
    measure(lab, nodes, folder)
    say(str(drill.run("changed-file").result()))
    look(lab)
    nodes.prove(scrub=True)
    say("without a scrub")
    nodes.assign(published)
    nodes.boot().result()
    look(lab)
    nodes.prove()
    nodes.prove(scrub=True)
    nodes.power("off").raise_for_failures()
    look(lab)


def _wait_up(nodes: Nodes) -> None:
    def work(control: actions.Control) -> None:
        booting.wait_up(lambda: list(nodes.status().values()), control)

    actions.start(work, name="wait until they are up").result()


def refined(file: Path, private: Mapping[str, str], about: Mapping[str, str]) -> str:
    """Give the recording as it is shipped: no private words, each answer once, and what the header shall say.

    Of what a node or the server says only the last answer is ever played until something changes it: the others go.
    """
    header, entries = read(file)
    last: dict[tuple[object, ...], int] = {}
    chapter, fault = 0, ""
    for number, entry in enumerate(entries):
        last[_place(entry, chapter, fault) or (number,)] = number
        chapter += asked.touches(entry.words) if entry.via else recorded.changes(entry.words)
        left = asked.fault(entry.words)
        fault = fault if left is None else left
    kept = [entries[number] for number in sorted(last.values())]
    text = "\n".join([json.dumps({**header, **about}), *map(Exchange.to_json, kept)]) + "\n"
    for word, instead in sorted(private.items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", instead, text)
    return text


def _place(entry: Exchange, chapter: int, fault: str) -> tuple[object, ...] | None:
    """Say which later entry would be played in its place; None for one that is played by itself."""
    verb = asked.verb(entry.words) if not entry.via else None
    if entry.kind != "run" or recorded.changes(entry.words):
        return None
    if verb is not None:
        return None if verb.name == "node status" else (entry.words, chapter if verb.by_node else fault)
    return (entry.via, entry.words, chapter) if entry.words[:2] == ("sh", "-s") else None


def record(lab_home: Path | None, file: Path) -> None:
    """Bring up a practice site, do the scenario on it, and write the recording."""
    source = Embedded(lab_home)
    file.parent.mkdir(parents=True, exist_ok=True)
    if not any((source.home.site / "published").glob("*/manifest.json")):
        say("building the image")
        recipe = importlib.resources.files("sidus_lab.embedded").joinpath("recipes/debian12-numpy.toml").read_bytes()
        with source.up() as lab:
            lab.build(recipe).result().publish().result()
        source.down()
    with tempfile.TemporaryDirectory(prefix="sl-record-") as top:
        folder = Path(top)
        home = practice_lab(source, folder / "home").home
        raw = file.with_suffix(".raw")  # as it came, with the names of this machine: it goes when all went well
        # The images too, for what a study tells of their recipe; files of them belong to users of a user namespace.
        home.site.mkdir(parents=True)
        choose().run(["cp", "-a", "--reflink=auto", str(source.home.site / "repo"), str(home.site)])
        try:
            practice(source, default_machines(2), home=home.root, say=say).close()
            with connect(
                sshd.HOST,
                site=str(home.site),
                config=home.ssh_config,
                identity=sshd.user_key(home),
                known_hosts=sshd.known_hosts(home),
                record=raw,
            ) as lab:
                server = lab.server.name
                scenario(lab, folder / "runs")
        finally:
            practice_lab(source, home.root).down()
            choose().remove(str(home.site / "repo"))
        private = {
            str(home.site): SITE,
            str(home.root): f"{SITE}/..",
            str(source.home.root): f"{SITE}/..",
            server: f"lab@{NAME}",
            socket.gethostname(): NAME,
        }
        if getpass.getuser() not in ("root", "lab"):
            private[getpass.getuser()] = "lab"
        text = refined(raw, private, {"called": NAME, "site": SITE, "name": f"lab@{NAME}"})
    file.write_text(text, encoding="utf-8")
    raw.unlink()
    say(f"{file.name}: {len(text) / 1e6:.2f} MB, {len(text.splitlines())} lines")


def main() -> None:
    """Record the site."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="home of a lab with a published image (default: that of this user)")
    parser.add_argument("--file", type=Path, default=SHIPPED, help="where to write the recording")
    chosen = parser.parse_args()
    record(chosen.home, chosen.file)


if __name__ == "__main__":
    main()
