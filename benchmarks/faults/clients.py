"""Many at once: two and eight clients change one site at the same time; each gets one answer, and no change is lost."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence

from benchmarks.faults.kills import furnished
from benchmarks.faults.small import IMAGE, RECIPE, Said, Small, left_over, look, node_words
from benchmarks.faults.tally import Tally

ROUNDS, QUICK = 500, 4
CLIENTS = (2, 8)
_A_SITE = 50


def run(rounds: int = ROUNDS, seed: int = 1, say: Callable[[str], object] = print) -> Tally:
    """Let clients, each a process of its own, act at the same moment, `rounds` times with each number of them."""
    chance, tally = (
        random.Random(seed),
        Tally(f"{rounds} rounds each of {' and '.join(map(str, CLIENTS))} clients at once"),
    )
    for count in CLIENTS:
        done = 0
        while done < rounds:
            with furnished() as site:
                for _ in range(min(_A_SITE, rounds - done)):
                    tally[f"{count} clients: one answer each, every change there, nothing damaged"].count(
                        _one(site, count, chance)
                    )
                    done += 1
                tally[f"{count} clients: nothing left over"].count(left_over(site))
            say(f"clients: {done} of {rounds} rounds of {count}, {tally.failed} failed")
    return tally


def _one(site: Small, count: int, chance: random.Random) -> list[str]:
    """Each client adds or removes nodes of its own, or renews, assigns, publishes and builds what all of them share."""
    before, wrong = look(site)
    mine = {number: f"node{100 + number}" for number in range(count)}
    asked = []
    for number, name in mine.items():
        own: list[Sequence[str]] = [["node", "remove", name]] if name in before.nodes else [node_words(100 + number)]
        shared = [
            ["node", "assign", "node1", IMAGE, f"--arg=faults={chance.randrange(10**6)}"],
            ["node", "rekey", "node2"],
            ["image", "publish", IMAGE],
            ["image", "build", "--force"],
            ["node", "status", "--no-power"],
            ["job", "list"],
        ]
        asked.append(chance.choice([*own, *own, *own, *own, chance.choice(shared)]))
    for words, said in zip(asked, _at_once(site, asked), strict=True):
        # Only one may build an image at a time: the other is told so, and which job does.
        if not said.ok and said.error != "busy":
            wrong.append(f"{' '.join(words)}: {said.events[-1:]}")
    after, broken = look(site)
    expected = set(before.nodes)
    for words in asked:
        if words[:2] == ["node", "add"]:
            expected.add(words[2])
        elif words[:2] == ["node", "remove"]:
            expected.discard(words[2])
    if set(after.nodes) != expected:
        wrong.append(f"nodes {sorted(after.nodes)} and not {sorted(expected)}")
    wrong += [f"version {each} is gone" for each in before.versions - after.versions]
    return wrong + broken


def _at_once(site: Small, asked: Sequence[Sequence[str]]) -> list[Said]:
    """Fork a client for each, let all begin at one moment, and give what each was answered."""
    begin, go = os.pipe()
    answers = []
    for words in asked:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(go)
                os.close(reading)
                os.read(begin, 1)  # ends for all when the parent closes it
                said = site.call(*words, stdin=RECIPE)
                with os.fdopen(writing, "w") as stream:
                    json.dump([said.events, said.code], stream)
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        answers.append((child, reading))
    os.close(begin)
    os.close(go)
    found = []
    for child, reading in answers:
        with os.fdopen(reading) as stream:
            text = stream.read()
        os.waitpid(child, 0)
        found.append(Said(*json.loads(text)) if text else Said([{"event": "error", "code": "no answer"}], 1))
    return found
