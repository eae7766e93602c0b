"""The rules of the house, decided from texts alone: who may import whom, what is used, and where there is a circle.

The table is `tests/rooms.toml`. A room is a module or a folder of the package; a wing is a module or a folder inside a
room that has wings. `tests/test_rooms.py` holds the house to the table, `house.py` writes the page from it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PACKAGE = "sidus_lab"
FACE = "__init__"

Walls = Mapping[str, Iterable[str]]
"""Place -> the places that it may import, or imports."""


@dataclass(frozen=True)
class Rules:
    """The table: walls between rooms, and between the wings of a room; doors; libraries; limits.

    `doors` names, for a room that has some, the wings that other rooms may enter by; `tested_by` names, for a module,
    the test of another name that tries it.
    """

    rooms: dict[str, list[str]]
    wings: dict[str, dict[str, list[str]]]
    doors: dict[str, list[str]]
    libraries: dict[str, list[str]]
    standard_library_only: dict[str, str]
    about: dict[str, str]
    tested_by: dict[str, str]
    limit: int
    aim: int


class Import(NamedTuple):
    """One imported module name, absolute, and the line it stands on."""

    name: str
    line: int


class Module(NamedTuple):
    """Where a module stands: its dotted parts below the package, and whether it is a folder's own `__init__`."""

    parts: tuple[str, ...]
    is_package: bool

    @property
    def room(self) -> str:
        """The room that it belongs to."""
        return self.parts[0] if self.parts else FACE

    @property
    def wing(self) -> str:
        """The wing of that room."""
        return self.parts[1] if len(self.parts) > 1 else FACE

    @property
    def dotted(self) -> str:
        """Its whole name."""
        return ".".join([PACKAGE, *self.parts])


def module_at(path: str) -> Module:
    """Give the module at a path below the repository."""
    parts = list(Path(path).with_suffix("").parts[1:])
    is_package = parts[-1] == "__init__"
    return Module(tuple(parts[:-1] if is_package else parts), is_package)


def imports_of(source: str, module: Module) -> Iterator[Import]:
    """Yield all imports of a module: at its top, inside functions, under TYPE_CHECKING, and by import_module("...").

    `from sidus_lab import x` counts as an import of `sidus_lab.x`; relative names are made absolute.
    """
    name = module.dotted
    base = name.split(".") if module.is_package else name.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = base[: len(base) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Import(f"{start}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            word = node.args[0]
            if called in ("import_module", "__import__") and isinstance(word, ast.Constant):
                yield Import(str(word.value), node.lineno)


def room_of(name: str, rooms: Iterable[str]) -> str:
    """Give the room of a module of the package; a plain name of the package itself belongs to its face."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in rooms else FACE


def wing_of(name: str, wings: Iterable[str]) -> str:
    """Give the wing of a module inside a room; a plain name of the room belongs to its face."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 and parts[2] in wings else FACE


def arrows(sources: Mapping[str, str], rules: Rules) -> tuple[dict[str, set[str]], dict[str, dict[str, set[str]]]]:
    """Give what is really imported: room -> rooms, and for each room with wings, wing -> wings. Itself is left out."""
    rooms: dict[str, set[str]] = {room: set() for room in rules.rooms}
    wings: dict[str, dict[str, set[str]]] = {room: {wing: set() for wing in rules.wings[room]} for room in rules.wings}
    for path, source in sources.items():
        module = module_at(path)
        for imported in imports_of(source, module):
            if imported.name.split(".")[0] != PACKAGE:
                continue
            target = room_of(imported.name, rules.rooms)
            if target != module.room:
                rooms.setdefault(module.room, set()).add(target)
            elif module.room in rules.wings:
                wing = wing_of(imported.name, rules.wings[module.room])
                if wing != module.wing:
                    wings[module.room].setdefault(module.wing, set()).add(wing)
    return rooms, wings


def entered(sources: Mapping[str, str], rules: Rules) -> dict[str, set[str]]:
    """Give the wings that are really entered from other rooms, by room, for the rooms that have doors."""
    found: dict[str, set[str]] = {room: set() for room in rules.doors}
    for path, source in sources.items():
        module = module_at(path)
        for imported in imports_of(source, module):
            if imported.name.split(".")[0] == PACKAGE:
                target = room_of(imported.name, rules.rooms)
                if target != module.room and target in found:
                    found[target].add(wing_of(imported.name, rules.wings[target]))
    return found


def faults(source: str, path: str, rules: Rules) -> list[str]:
    """Give what is wrong with one module, given its text and its path below the repository; [] when nothing is."""
    module = module_at(path)
    room = module.room
    if room not in rules.rooms:
        return [f"{path}: no such room in tests/rooms.toml: {room}"]
    inside = rules.wings.get(room, {})
    if inside and module.wing not in inside:
        return [f"{path}: no such wing of {room} in tests/rooms.toml: {module.wing}"]
    found = []
    lines = source.count("\n")
    if lines > rules.limit:
        found.append(f"{path}: {lines} lines, more than {rules.limit}: split it by its ideas")
    plain = rules.standard_library_only.get(room)
    if plain:
        try:
            major, minor = map(int, plain.split("."))
            ast.parse(source, feature_version=(major, minor))
        except SyntaxError as error:
            found.append(f"{path}:{error.lineno}: is not Python {plain}")
    for imported in imports_of(source, module):
        top = imported.name.split(".")[0]
        where = f"{path}:{imported.line}"
        if top == PACKAGE:
            target = room_of(imported.name, rules.rooms)
            if target not in (room, *rules.rooms[room]):
                found.append(f"{where}: {room} may not import {target} ({imported.name})")
            elif target != room and target in rules.doors:
                wing = wing_of(imported.name, rules.wings[target])
                if wing not in rules.doors[target]:
                    found.append(f"{where}: {target}/{wing} is no door of {target}: {', '.join(rules.doors[target])}")
            elif target == room and inside:
                wing = wing_of(imported.name, inside)
                if wing not in (module.wing, *inside[module.wing]):
                    found.append(f"{where}: {room}/{module.wing} may not import {room}/{wing}")
        elif plain and top not in {room, *sys.stdlib_module_names}:  # packed, it is `sidusctl` itself
            found.append(f"{where}: {room} imports nothing but the standard library, and this is {top}")
        elif room not in rules.libraries.get(top, [room]):
            found.append(f"{where}: only {', '.join(rules.libraries[top])} may import {top}")
    return found


def unused(walls: Walls, used: Walls, inside: str = "") -> list[str]:
    """Give every permission that nobody needs, as ``a -> b``; walls that permit too much are no walls."""
    return [
        f"{inside}{place} -> {inside}{other}"
        for place, allowed in walls.items()
        for other in allowed
        if other not in used.get(place, ())
    ]


def circles(walls: Walls) -> list[set[str]]:
    """Give the groups of places that import each other, directly or not."""
    below = {place: set(others) - {place} for place, others in walls.items()}
    while True:
        bottom = {place for place, others in below.items() if not others & below.keys()}
        if not bottom:
            break
        below = {place: others for place, others in below.items() if place not in bottom}
    found: list[set[str]] = []
    while below:
        start = min(below)
        ahead = _reach(start, below)
        ring = {place for place in ahead if start in _reach(place, below)} | {start}
        if len(ring) > 1:
            found.append(ring)
        below = {place: others for place, others in below.items() if place not in ring}
    return found


def _reach(start: str, walls: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    rest = [start]
    while rest:
        for other in walls.get(rest.pop(), set()) & walls.keys():
            if other not in seen:
                seen.add(other)
                rest.append(other)
    return seen
