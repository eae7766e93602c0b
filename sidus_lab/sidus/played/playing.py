"""A recorded site while it is used: the condition of each node now, and what it answers in it. Never waits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from sidus_lab.errors import NotRecorded, ServerUnreachable
from sidus_lab.nodeset import fold
from sidus_lab.recording.player import Clock
from sidus_lab.recording.tape import Exchange
from sidus_lab.sidus import answers
from sidus_lab.sidus.answers import Given, Row
from sidus_lab.sidus.played import asked
from sidus_lab.sidus.played.asked import Verb
from sidus_lab.sidus.played.story import Boot, Condition, Story
from sidus_lab.transport import short

T = TypeVar("T")

HINT = "use a real site for it: sidus_lab.connect(...), or the lab on this machine (sidus-lab lab up)"


class Playing:
    """What was done here so far, and the answers that follow from it. May be used from several threads at once.

    Parameters
    ----------
    story : Story
        The recording.
    clock : Clock
        The time of the recorded site.
    """

    def __init__(self, story: Story, clock: Clock) -> None:
        self._story, self._clock = story, clock
        self._conditions = dict(story.first)
        self._fault = ""
        self._boots: Counter[tuple[str, Given | None, str]] = Counter()
        self._executions: Counter[tuple[str, Boot | None, tuple[str, ...], str]] = Counter()
        self._lock = threading.Lock()

    def verb(self, verb: Verb) -> tuple[object, float]:
        """Give the value that a verb about nodes answers, and the seconds that it took. Raises `NotRecorded`."""
        template = self._story.templates.get(verb.name)
        if template is None:
            raise _not_recorded(f"sidusctl {verb.name} was not asked in it")
        with self._lock:
            names = verb.nodes if verb.nodes is not None else tuple(self._conditions)
            unknown = [name for name in names if name not in self._conditions]
            if unknown:
                raise _not_recorded(f"it has {fold(self._conditions)}, and no {fold(unknown)}")
            # All of them are looked up before one is changed: a verb happens for all or for none.
            found = [self._answer(verb, name) for name in names]
            for name, (_, _, after) in zip(names, found, strict=True):
                if after.boot is not None and after.since != self._conditions[name].since:
                    self._boots[name, after.given, self._fault] += 1
                self._conditions[name] = after
        rows = [row for row, _, _ in found]
        return answers.answered(template, rows), max((seconds for _, seconds, _ in found), default=0.0)

    def command(self, words: Sequence[str]) -> Exchange:
        """Give what was recorded for another command on the server. Raises `NotRecorded`."""
        with self._lock:
            entry = self._story.site.get((asked.key(words), self._fault))
            if entry is None:
                state = f" (the server's copy is damaged: {self._fault})" if self._fault else ""
                raise _not_recorded(f"it has no answer to: {_spoken(words)}{state}")
            left = asked.fault(words)
            if left is not None and entry.code == 0:
                self._fault = left
            return entry

    def reach(self, host: str, port: int) -> tuple[str, Boot, str]:
        """Give the node behind an address, the boot in which it is, and its host key. Raises `ServerUnreachable`."""
        with self._lock:
            name = self._story.nodes.get((host, port), "")
            boot = self._conditions.get(name, Condition()).boot
            key = self._story.keys.get((name, boot))
            if boot is None or key is None or not answers.is_up(self._state(name)):
                raise ServerUnreachable(
                    f"Nothing answers at {host}:{port}.", hint="is it up?   lab.nodes().status() shows it"
                )
            return name, boot, key

    def runs_still(self, name: str, boot: Boot) -> bool:
        """Whether a node is in this boot."""
        with self._lock:
            return self._conditions[name].boot == boot

    def on_node(self, name: str, boot: Boot, words: Sequence[str]) -> Exchange:
        """Give what was recorded for a command on a node in one of its boots. Raises `NotRecorded`."""
        said, key = self._story.said, asked.key(words, name)
        with self._lock:
            condition = self._conditions[name]
            entries = said.get((name, boot, condition.touched, key), [])
            run = asked.run_name(words, name)
            if not entries and key[:2] != ("sh", "-s"):  # what a node says of itself depends on what was changed
                entries = next((each for (n, b, _, k), each in said.items() if (n, b, k) == (name, boot, key)), [])
            place = self._executions[name, boot, key, run]
            if not entries or (run and place >= len(entries)):
                raise _not_recorded(
                    f"it holds {len(entries)} executions of this setting on {name}, and this is one more"
                    if entries
                    else f"it has no answer of {name} to: {_spoken(words)}"
                )
            self._executions[name, boot, key, run] += 1
            if asked.touches(words):
                self._conditions[name] = replace(condition, touched=(*condition.touched, key))
            return entries[place] if run else entries[-1]

    def _answer(self, verb: Verb, name: str) -> tuple[Row, float, Condition]:
        """Give the row of a node, the seconds that it took, and the condition in which it leaves the node."""
        condition, story = self._conditions[name], self._story
        if verb.name == "node list":
            return self._listed(name, condition), 0.0, condition
        if verb.name == "node status":
            return self._state(name), 0.0, condition
        if verb.name == "node assign":
            given = self._meant(name, verb)
            after = replace(condition, given=given)
            return self._listed(name, after), story.assigned[name, given][1], after
        if verb.switch:
            known = story.powers.get((name, verb.switch))
            if known is None and verb.switch == "on":
                known = story.powers.get((name, "cycle"))  # it ends with the same
            row, seconds = _needed(known, f"{name} was not switched {verb.switch}")
            return row, seconds, self._switched(name, condition, verb.switch)
        if verb.name == "node power":
            word = "status on" if condition.boot else "status off"
            return *_needed(story.powers.get((name, word)), f"its power was not asked while {name} was so"), condition
        seen = story.witnesses.get((name, condition.given, condition.boot))
        return _needed(seen, f"nobody asked what the server saw of {name} in this state"), 0.0, condition

    def _listed(self, name: str, condition: Condition) -> Row:
        """Give the row of the inventory: that of the boot, with the assignment that was given since."""
        rows = self._story.listed
        row = _needed(rows.get((name, condition.boot)), f"the inventory was not read while {name} was so")
        if answers.given(row) == condition.given:
            return row
        given = condition.given
        return answers.assigned_as(row, None if given is None else self._story.assigned[name, given][0])

    def _state(self, name: str) -> Row:
        """Give the newest state whose time has come since the node was switched."""
        condition = self._conditions[name]
        rows = _needed(self._story.states.get((name, condition.boot)), f"{name} was not looked at in this state")
        passed = self._clock.passed(condition.since)
        return next((row for at, row in reversed(rows) if at <= passed), rows[0][1])

    def _meant(self, name: str, verb: Verb) -> Given:
        """Give the assignment of the recording that is meant. Raises `NotRecorded`."""
        known = [given for node, given in self._story.assigned if node == name]
        for given in known:
            wanted = verb.version
            same = given.root_hash.startswith(wanted) or wanted in (given.name, given.name.partition("@")[0])
            if wanted and same and given.arguments == verb.arguments:
                return given
        more = f" with {' '.join(verb.arguments)}" if verb.arguments else ""
        was = "; ".join(map(str, known)) or "nothing"
        raise _not_recorded(f"{name} was not given {verb.version[:12]}{more} in it; it was given {was}")

    def _switched(self, name: str, condition: Condition, action: str) -> Condition:
        if action == "on" and condition.boot is not None:
            return condition
        if action == "off":
            return Condition(condition.given, since=self._clock.now())
        given, fault = condition.given, self._fault
        boots = [boot for boot in self._story.boots[name] if (boot.given, boot.fault) == (given, fault)]
        if not boots:
            state = f" with the damage {fault!r}" if fault else ""
            raise _not_recorded(f"{name} was not started{state} in it with {given or 'nothing assigned'}")
        boot = boots[self._boots[name, given, fault] % len(boots)]
        return Condition(given, boot, since=self._clock.now())


def _needed(value: T | None, why: str) -> T:
    if value is None:
        raise _not_recorded(why)
    return value


def _not_recorded(why: str) -> NotRecorded:
    return NotRecorded(f"This is a recorded site: {why}.", hint=HINT)


def _spoken(words: Sequence[str]) -> str:
    found = asked.verb(words)
    return short(["sidusctl", *found.words]) if found is not None else short(words)
