"""Hostile words and mutated files: one result or one error, no traceback, nothing outside the site, little memory."""

from __future__ import annotations

import json
import math
import os
import random
import resource
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from benchmarks.faults.kills import furnish
from benchmarks.faults.local import Local
from benchmarks.faults.small import RECIPE, Said, Small
from benchmarks.faults.tally import Tally
from sidus_lab.errors import SidusError
from sidus_lab.sidus import recorded
from sidus_lab.sidus.entrance import replay
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.server import Server
from sidus_lab.sidusctl import cli

STRINGS, MUTATED = 10_000, 1_000
QUICK = (150, 25)
_MEMORY = 200 << 20
_SPICE = (
    *("\0", "\ud800", "\u2028", "\x1b[2J", "\x07", "\u202e", "²", "９", "\r", "\n", "\t", "'", '"', "`", "$(touch x)"),
    *("; touch x", "| id", "&& id", "../../../etc/passwd", "/etc/passwd", "~", "-rf", "--", "%s%n", "{0}", "${x}", "*"),
    *(
        "node[1-999999999]",
        "node[",
        "]",
        "node[1-2,",
        "a" * 5000,
        "[" * 2000,
        "." * 300,
        "{" * 500,
        "1e999",
        "NaN",
        "-1",
    ),
    *("\xff", "é", "\N{PILE OF POO}", "a.b." * 500, "=", "#", "\\", "\N{ZERO WIDTH SPACE}", "@", "@@", "x@y@z", ":"),
)
_OPTIONS = (
    "--mac",
    "--address",
    "--bmc-host",
    "--key",
    "--from",
    "--arg",
    "--name",
    "--form",
    "--power",
    "--authorize",
)


def run(strings: int = STRINGS, mutated: int = MUTATED, seed: int = 1, say: Callable[[str], object] = print) -> Tally:
    """Give every verb `strings` hostile words, and every kind of file `mutated` times with something changed in it."""
    tally = Tally(
        f"{strings} hostile strings; {mutated} each of mutated recipes, manifests, site files, reports, recordings"
    )
    sections: Sequence[tuple[str, int, Callable[[Path, int, random.Random], Iterator[list[str]]]]] = (
        ("hostile words: one result or one error, none outside the site", strings, _words),
        ("mutated recipes: taken, or refused by name", mutated, _recipes),
        ("mutated manifests: listed, as whole or as damaged", mutated, _manifests),
        ("mutated site files (site, nodes, job, result): one answer", mutated, _site_files),
        ("mutated reports: every node has a state", mutated, _reports),
        ("mutated recordings: played, or refused by name", mutated, _recordings),
    )
    for what, rounds, tries in sections:
        _in_a_process(tally, what, rounds, seed, tries)
        say(f"inputs: {what}: {tally[what].tries} tried, {tally[what].failed} failed")
    return tally


def _in_a_process(
    tally: Tally, what: str, rounds: int, seed: int, tries: Callable[[Path, int, random.Random], Iterator[list[str]]]
) -> None:
    """Count in a child, so that the memory is that of these inputs alone; the furniture of a site is made before.

    A child begins with all that its parent holds, which is not counted.
    """
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            inner, before = Tally(""), _resident()
            for wrong in tries(folder, rounds, random.Random(seed)):
                inner["x"].count(wrong)
            peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before
            with os.fdopen(writing, "w") as stream:
                json.dump([vars(inner["x"]), peak], stream)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    os.waitpid(child, 0)
    Small(folder / "site", folder).remove()
    shutil.rmtree(folder, ignore_errors=True)
    row = tally[what]
    if not said:
        row.count(["the process that read it died"])
        return
    found, peak = json.loads(said)
    row.tries, row.failed, row.words = found["tries"], found["failed"], found["words"]
    row.note = f"{max(peak, 0) >> 20} MB more at most"
    if peak > _MEMORY:
        row.failed += 1
        row.words.append(f"{peak >> 20} MB of memory")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _fault(said: Said) -> list[str]:
    """What is wrong with an answer: not exactly one end, or the fault of the program itself."""
    ends = [event for event in said.events if event["event"] in ("result", "error")]
    if len(ends) != 1 or ends[0] is not said.events[-1]:
        return [f"{len(ends)} ends"]
    return [json.dumps(ends[0])] if ends[0].get("code") in ("internal", "bug") else []


def _outside(folder: Path, known: Sequence[str]) -> list[str]:
    return [f"outside the site: {path.name}" for path in folder.iterdir() if path.name not in known]


def _hostile(chance: random.Random) -> str:
    parts = [chance.choice(_SPICE) if chance.random() < 0.6 else _noise(chance) for _ in range(chance.randint(1, 3))]
    return "".join(parts)


def _noise(chance: random.Random) -> str:
    return "".join(chr(chance.choice((chance.randrange(1, 128), chance.randrange(128, 0x3000)))) for _ in range(6))


def _furnished(folder: Path) -> Small:
    site = Small(folder / "site", folder / "programs").prepare()
    furnish(site)
    return site


def _words(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    site = _furnished(folder)
    verbs = [verb.words.split() for verb in cli.VERBS if verb.text]
    verbs += [verb.words.split() for group in cli.GROUPS for verb in group.verbs]
    quick = [words for words in verbs if words not in (["check"], ["init"], ["doctor"])]
    no_job = mock.patch(
        "sidus_lab.sidusctl.job.verbs.start_job", side_effect=cli.CtlError("stopped", "No job is started here.")
    )
    known = [path.name for path in folder.iterdir()]
    with no_job:
        for number in range(rounds):
            words = list(chance.choice(quick if number % 50 else verbs))
            if chance.random() < 0.5:
                words.append(chance.choice(_OPTIONS))
            words += [_hostile(chance) for _ in range(chance.randint(0, 3))]
            if {"-h", "--help"} & set(words) or any(word and "--help".startswith(word) for word in words[1:]):
                words = words[:1]
            try:
                wrong = _fault(site.call(*words, stdin=_hostile(chance)))
            except SystemExit:  # a hostile word that asks for help
                wrong = []
            yield [f"{words}: {each}" for each in wrong + _outside(folder, known)]


def mutate(text: bytes, chance: random.Random) -> bytes:
    """A text with one to four things changed: bytes flipped, cut out, doubled, or something hostile put in."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((1, 2, 8, 64)))
        kind = chance.randrange(5)
        if kind == 0 and at < len(text):
            text = text[:at] + bytes([text[at] ^ (1 << chance.randrange(8))]) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + text[to:]
        elif kind == 2:
            text = text[:at] + text[at:to] * chance.choice((2, 50)) + text[to:]
        elif kind == 3:
            text = text[:at]
        else:
            text = text[:at] + _hostile(chance).encode("utf-8", "surrogatepass") + text[at:]
    return text


def _recipes(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    site = Small(folder / "site", folder / "programs").prepare()
    site.init()
    toml = 'name = "x"\nsuite = "bookworm"\npackages = ["fio"]\n[files]\n"/etc/motd" = "hello"\n'
    no_job = mock.patch(
        "sidus_lab.sidusctl.job.verbs.start_job", side_effect=cli.CtlError("stopped", "No job is started here.")
    )
    expected = {"stopped", "bad-recipe", "unknown-recipe-key", "recipe-too-deep", "recipe-too-large", "usage"}
    with no_job:
        for _ in range(rounds):
            data = mutate(chance.choice((toml, RECIPE)).encode(), chance).decode("utf-8", "surrogateescape")
            said = site.call("image", "build", stdin=data)
            yield _fault(said) + ([] if said.error in expected else [f"{data[:200]!r}: {said.events[-1:]}"])


def _manifests(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    site = _furnished(folder)
    (place,) = (site.root / "published").iterdir()
    whole = (place / "manifest.json").read_bytes()
    for _ in range(rounds):
        (place / "manifest.json").write_bytes(mutate(whole, chance))
        said = site.call("image", "list")
        wrong = _fault(said)
        if not said.ok or len(said.value["published"]) + len(said.value["damaged"]) != 1:
            wrong.append(f"neither whole nor damaged: {said.events[-1:]}")
        for words in (("node", "assign", "node1", "small"), ("node", "status", "--no-power"), ("node", "list")):
            wrong += _fault(site.call(*words))
        script = b"".join(path.read_bytes() for path in (site.root / "boot" / "by-mac").iterdir())
        if len(script.splitlines()) > 60:
            wrong.append("lines of its own in a boot script")
        yield wrong


def _site_files(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    site = _furnished(folder)
    job = next(path for path in sorted(site.root.glob("jobs/*")) if (path / "result.json").exists())
    files = [site.root / "site.json", site.root / "nodes.json"]
    files += [job / name for name in ("job.json", "result.json", "events.jsonl")]
    looks = [("node", "list"), ("job", "list"), ("image", "list"), ("node", "status", "--no-power"), ("doctor",)]
    looks += [("job", "follow", job.name)]
    for number in range(rounds):
        path = chance.choice(files)
        whole = path.read_bytes()
        path.write_bytes(mutate(whole, chance))
        wrong = []
        for words in looks if number % 10 == 0 else looks[:4]:
            said = site.call(*words)
            wrong += [f"{path.name}: {' '.join(words)}: {each}" for each in _fault(said)]
            if path.parent == job and not said.ok and words[0] != "job":
                wrong.append(f"{path.name} hides {' '.join(words)}: {said.events[-1:]}")
        path.write_bytes(whole)
        yield wrong


def _reports(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    site = _furnished(folder)
    site.call("node", "power", "node1", "on")
    line = {"time": 9_999_999_999, "address": "10.0.0.1", "uri": "/report/node1/fetching?file=root.squashfs&bytes=12"}
    whole = json.dumps({**line, "status": 200, "bytes": 6, "seconds": 0.0}).encode() + b"\n"
    for _ in range(rounds):
        (site.root / "log" / "access.jsonl").write_bytes(mutate(whole * 3, chance))
        said = site.call("node", "status", "--no-power")
        wrong = _fault(said)
        if not said.ok or {row["name"] for row in said.value["nodes"]} != {"node1", "node2"}:
            wrong.append(f"a node without a state: {said.events[-1:]}")
        yield wrong


def _recordings(folder: Path, rounds: int, chance: random.Random) -> Iterator[list[str]]:
    whole = _recording(_furnished(folder), folder)
    file = folder / "mutated.jsonl"
    for _ in range(rounds):
        file.write_bytes(mutate(whole, chance))
        wrong = []
        try:
            with replay(file, speed=math.inf) as lab:
                _session(lab)
        except SidusError:
            pass
        except Exception as error:  # a traceback is what is looked for
            wrong.append(f"{type(error).__name__}: {error}"[:300])
        yield wrong


def _recording(site: Small, folder: Path) -> bytes:
    """A session of the small site, recorded as `connect(..., record=FILE)` does."""
    file = folder / "session.jsonl"
    here = recorded.recorder(Local(folder, site.environment()), file, str(site.root))
    with Lab(Server(lambda: here, str(site.root))) as lab:
        _session(lab)
    return file.read_bytes()


def _session(lab: Lab) -> None:
    lab.refresh()
    lab.nodes().status()
    lab.jobs()
    lab.image("small").details()
