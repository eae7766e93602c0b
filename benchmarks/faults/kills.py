"""Kills at random moments: each look afterwards answers, nothing is lost, the same call succeeds, nothing is left."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.faults.small import IMAGE, RECIPE, Small, State, left_over, look, mode, node_words
from benchmarks.faults.tally import Tally

ROUNDS, QUICK = 1000, 8
A_SITE = 20
"""Rounds on one site, before the doctor looks at what is left there."""
OPERATIONS = ("init", "add", "remove", "assign", "rekey", "build", "publish")
_WEIGHTS = (1, 2, 2, 1, 1, 2, 2)


def run(rounds: int = ROUNDS, seed: int = 1, say: Callable[[str], object] = print) -> Tally:
    """Kill `rounds` calls; "build" is the build with its commit."""
    chance, tally = random.Random(seed), Tally(f"{rounds} kills at random moments")
    typical: dict[str, float] = {}
    done = 0
    while done < rounds:
        with furnished() as site:
            for _ in range(min(A_SITE, rounds - done)):
                kind = chance.choices(OPERATIONS, _WEIGHTS)[0]
                tally[f"{kind}: looks answer, nothing lost, the same call succeeds"].count(
                    _one(site, kind, chance, typical)
                )
                done += 1
            tally["a site after its kills: the doctor leaves nothing, every published file whole"].count(_end(site))
        say(f"kills: {done} of {rounds}, {tally.failed} failed")
    return tally


@contextlib.contextmanager
def furnished() -> Iterator[Small]:
    """A site of its own with all that `furnish` makes, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    site = Small(folder / "site", folder / "programs").prepare()
    try:
        furnish(site)
        yield site
    finally:
        site.remove()
        shutil.rmtree(folder, ignore_errors=True)


def furnish(site: Small) -> None:
    """Make the site, with two nodes, an image, and what they boot of it."""
    site.init()
    for number in (1, 2):
        site.call(*node_words(number)).value  # noqa: B018
    site.call("image", "build", stdin=RECIPE).value  # noqa: B018
    site.call("image", "publish", IMAGE).value  # noqa: B018
    site.call("node", "assign", "node[1-2]", IMAGE).value  # noqa: B018


def words_of(kind: str, state: State, chance: random.Random) -> tuple[Sequence[str], str]:
    """The words of an operation that changes something in this state, and what it reads."""
    nodes = sorted(state.nodes)
    if kind == "init":
        url = f"http://10.0.2.2:{chance.randrange(2000, 9000)}"
        return ["init", "--privilege", mode(), "--web-root-url", url], ""
    if kind == "add" or (kind in ("remove", "assign", "rekey") and len(nodes) < 2):
        return node_words(next(n for n in range(1, 999) if f"node{n}" not in state.nodes)), ""
    if kind == "remove":
        return ["node", "remove", chance.choice(nodes)], ""
    if kind == "assign":
        extra = f"--arg=faults={chance.randrange(10**6)}"
        return ["node", "assign", chance.choice(nodes), IMAGE, extra], ""
    if kind == "rekey":
        return ["node", "rekey", chance.choice(nodes)], ""
    if kind == "build":
        return ["image", "build", "--force"], RECIPE
    return ["image", "publish", f"{IMAGE}@{chance.choice(sorted(state.versions))}"], ""


def _one(site: Small, kind: str, chance: random.Random, typical: dict[str, float]) -> list[str]:
    before, wrong = look(site)
    words, stdin = words_of(kind, before, chance)
    if kind == "publish":  # something is to be done only while this version is not published
        shutil.rmtree(site.root / "published", ignore_errors=True)
        (site.root / "published").mkdir()
        before = State(before.nodes, before.versions, frozenset())
    began = time.monotonic()
    process = site.begin(*words, stdin=stdin)
    try:
        process.wait(chance.uniform(0.0, 1.1 * typical.get(kind, 1.0)))
        typical[kind] = time.monotonic() - began
    except subprocess.TimeoutExpired:  # it is still at work: that is what the kill is for
        typical.setdefault(kind, 1.0)
    site.kill(process)
    after, broken = look(site)
    wrong += broken + lost(before, after, " ".join(words))
    again = site.call(*words, stdin=stdin)
    # What was done before the kill came is there already, or gone already.
    if not again.ok and again.error not in ("duplicate-node", "unknown-node"):
        wrong.append(f"{' '.join(words)} again: {again.events[-1:]}")
    return wrong


def lost(before: State, after: State, words: str) -> list[str]:
    """What was there before and is not there after a call that does not take it away."""
    named = words.split()
    nodes = {name: boots for name, boots in before.nodes.items() if name not in named}
    gone = [f"node {name} changed" for name, boots in nodes.items() if after.nodes.get(name) != boots]
    gone += [f"version {each} is gone" for each in before.versions - after.versions]
    return gone + [f"published {each} is gone" for each in before.published - after.published]


def _end(site: Small) -> list[str]:
    wrong = left_over(site)
    verified = site.call("image", "verify")
    if not verified.ok:
        return [*wrong, f"image verify: {verified.events[-1:]}"]
    return wrong + [fault for row in verified.value["published"] for fault in row["faults"]]
