"""What a recording tells, sorted by the condition in which each node and the site was when it was told. Pure.

The recording is gone through once from its beginning: what was done moves the conditions, what was asked is kept under
the condition of that moment. So an answer is found again whatever else was done before, and in whatever order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sidus_lab.errors import ServerError
from sidus_lab.recording.tape import Exchange
from sidus_lab.sidus import answers
from sidus_lab.sidus.answers import Given, Row
from sidus_lab.sidus.played import asked
from sidus_lab.sidus.played.asked import Verb
from sidus_lab.transport import Result

Words = tuple[str, ...]


@dataclass(frozen=True)
class Boot:
    """One boot in the recording: of which node, of what, with which damage on the server, and when it was ordered."""

    node: str
    number: int
    given: Given | None
    fault: str
    at: float


@dataclass(frozen=True)
class Condition:
    """In which condition a node is.

    Attributes
    ----------
    given : Given or None
        What it boots from its next start on.
    boot : Boot or None
        The boot in which it runs; None when it is off.
    touched : tuple
        The commands that changed it since that boot.
    since : float
        When it was switched on or off, by the time of the site.
    """

    given: Given | None = None
    boot: Boot | None = None
    touched: tuple[Words, ...] = ()
    since: float = 0.0


class Story:
    """What was recorded, by condition. Raises `DataError` for entries that are no recording of a site.

    Attributes
    ----------
    boots : dict
        Node -> its boots, in order.
    first : dict
        Node -> the condition in which the recording found it.
    """

    def __init__(self, entries: Iterable[Exchange]) -> None:
        self.boots: dict[str, list[Boot]] = defaultdict(list)
        self.first: dict[str, Condition] = {}
        self.nodes: dict[tuple[str, int], str] = {}
        self.templates: dict[str, object] = {}
        self.listed: dict[tuple[str, Boot | None], Row] = {}
        self.assigned: dict[tuple[str, Given], tuple[Row, float]] = {}
        self.states: dict[tuple[str, Boot | None], list[tuple[float, Row]]] = defaultdict(list)
        self.witnesses: dict[tuple[str, Given | None, Boot | None], Row] = {}
        self.powers: dict[tuple[str, str], tuple[Row, float]] = {}
        self.site: dict[tuple[Words, str], Exchange] = {}
        self.said: dict[tuple[str, Boot | None, tuple[Words, ...], Words], list[Exchange]] = defaultdict(list)
        self.keys: dict[tuple[str, Boot | None], str] = {}
        self._now: dict[str, Condition] = {}
        self._fault = ""
        for entry in sorted(entries, key=lambda entry: entry.at):
            self._read(entry)

    def _read(self, entry: Exchange) -> None:
        if entry.via:
            self._of_node(entry)
            return
        if entry.kind == "jump":
            name = self.nodes.get((entry.words[0], int(entry.words[1])), "")
            if entry.end == "exit":
                self.keys[name, self._condition(name).boot] = entry.host_key
            return
        verb = asked.verb(entry.words)
        if verb is not None and verb.by_node and entry.end == "exit" and entry.code == 0:
            self._of_nodes(verb, entry)
            return
        self.site[asked.key(entry.words), self._fault] = entry
        left = asked.fault(entry.words)
        if left is not None and entry.end == "exit" and entry.code == 0:
            self._fault = left

    def _of_nodes(self, verb: Verb, entry: Exchange) -> None:
        try:
            value = answers.value_of(Result(entry.words, entry.code, entry.stdout), "the recording")
        except ServerError:
            return
        value = answers.brought(verb.name, value)
        self.templates[verb.name] = value
        for name, row in answers.rows(value).items():
            if verb.name == "node list":
                self._list(name, row)
            elif verb.name == "node assign":
                self._assign(name, row, entry.seconds)
            elif verb.switch:
                self._switch(name, verb.switch, row, entry)
            else:
                self._answer(verb, name, row, entry.at)

    def _list(self, name: str, row: Row) -> None:
        condition = self._now.get(name)
        if condition is None:
            condition = Condition(answers.given(row))
            self.first[name] = self._now[name] = condition
            self.nodes[answers.reached(row)] = name
        self.listed[name, condition.boot] = row

    def _assign(self, name: str, row: Row, seconds: float) -> None:
        given = answers.given(row)
        if given is not None:
            self.assigned.setdefault((name, given), (row, seconds))
        self._now[name] = replace(self._condition(name), given=given)

    def _switch(self, name: str, action: str, row: Row, entry: Exchange) -> None:
        self.powers[name, action] = row, entry.seconds
        before = self._condition(name)
        if action == "off":
            self._now[name] = Condition(before.given, since=entry.at)
        elif action == "cycle" or before.boot is None:
            boot = Boot(name, len(self.boots[name]), before.given, self._fault, entry.at)
            self.boots[name].append(boot)
            self._now[name] = Condition(before.given, boot, since=entry.at)

    def _answer(self, verb: Verb, name: str, row: Row, at: float) -> None:
        condition = self._condition(name)
        if verb.name == "node status":
            self.states[name, condition.boot].append((at - condition.since, row))
        elif verb.name == "node witness":
            self.witnesses[name, condition.given, condition.boot] = row
        elif verb.name == "node power":
            self.powers[name, "status on" if condition.boot else "status off"] = row, 0.0

    def _of_node(self, entry: Exchange) -> None:
        name = self._behind(entry.via)
        condition = self._condition(name)
        words = asked.key(entry.words, name)
        self.said[name, condition.boot, condition.touched, words].append(entry)
        if entry.kind == "run" and asked.touches(entry.words):
            self._now[name] = replace(condition, touched=(*condition.touched, words))

    def _behind(self, via: str) -> str:
        """Give the node behind ``>root@127.0.0.1:2222``."""
        host, _, port = via.rpartition("@")[2].rpartition(":")
        return self.nodes.get((host, int(port)), via)

    def _condition(self, name: str) -> Condition:
        return self._now.get(name, Condition())
