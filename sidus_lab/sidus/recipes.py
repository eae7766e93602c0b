"""Recipes: what an image is built from, as a person writes it and in the one form in which it is sent."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sidus_lab.errors import SidusError

_EXAMPLE = "for an example see sidus_lab/embedded/recipes/debian12-numpy.toml"


class Recipe(Mapping[str, object]):
    """The recipe of a version, with all its keys.

    A mapping, to build from again: ``lab.build({**recipe, "packages": [*recipe["packages"], "fio"]})``.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = dict(values)

    @property
    def name(self) -> str:
        """The image's name."""
        return str(self._values["name"])

    def __getitem__(self, key: str) -> object:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in self.items() if value)


def to_send(recipe: str | bytes | Path | Mapping[str, object]) -> bytes:
    """Give a recipe in the form in which it is sent: JSON, which servers of every Python version read.

    Parameters
    ----------
    recipe : str, bytes, Path or mapping
        TOML text (or JSON text), a path to a file with it, or the same as a mapping.

    Raises
    ------
    SidusError
        When the file or its text cannot be read; with the line. What a recipe may say is checked by the server.
    """
    if isinstance(recipe, Mapping):
        return _json(recipe)
    if isinstance(recipe, Path):
        return _json(_read(_content(recipe), f"The recipe {recipe.name}"))
    return _json(_read(recipe.encode() if isinstance(recipe, str) else recipe, "The recipe"))


def _content(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise SidusError(
            f"The recipe {path} cannot be read: {error.strerror}.", hint="give the path of a TOML file"
        ) from None


def _read(data: bytes, what: str) -> Mapping[str, object]:
    """Read TOML or JSON text; `what` names it in errors."""
    try:
        text = data.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        raise SidusError(
            f"{what} is not UTF-8 text: byte {error.start + 1} is wrong.", hint="save it as UTF-8"
        ) from None
    if not text.strip():
        raise SidusError(f"{what} is empty.", hint=_EXAMPLE)
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise _bad(what, "JSON", error.msg, text, error.lineno) from None
    except tomllib.TOMLDecodeError as error:
        if "\n" not in text.strip() and text.strip().endswith(".toml"):
            raise SidusError(
                f"The recipe is the text {text.strip()!r}, which looks like a path.",
                hint=f"lab.build(Path({text.strip()!r}))",
            ) from None
        reason, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        # Without a number the text ended too early.
        raise _bad(what, "TOML", reason, text, int(line[1]) if line else len(text.rstrip().splitlines())) from None
    return dict(found)


def _bad(what: str, kind: str, reason: str, text: str, number: int) -> SidusError:
    lines = text.splitlines() or [""]
    number = min(max(number, 1), len(lines))
    return SidusError(
        f"{what} is not {kind}: {reason.rstrip('.')}, in line {number}.",
        hint=f"mend that line; {_EXAMPLE}",
        detail=f"line {number}: {lines[number - 1].strip()[:100]}",
    )


def _json(values: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(dict(values)).encode()
    except TypeError as error:
        raise SidusError(f"The recipe has a value that no recipe can hold: {error}.", hint=_EXAMPLE) from None
