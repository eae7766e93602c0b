"""A recipe: the text an image is built from. Strict, so that a slip of the pen is found before the build."""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple, Union

from .. import shapes
from ..errors import CtlError
from . import limits

try:
    import tomllib
except ImportError:  # Python 3.9 and 3.10
    tomllib = None  # type: ignore[assignment]

DEFAULT_KERNEL = "linux-image-cloud-amd64"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
_SUITE = re.compile(r"[a-z][a-z0-9.-]{0,40}\Z")
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?(=[A-Za-z0-9.+:~-]+)?\Z")
_COMPONENT = re.compile(r"[a-z][a-z0-9/-]*\Z")
_MIRROR = re.compile(r"(https?|file|copy)://?[A-Za-z0-9._~:/@%+-]+\Z")
_PATH = re.compile(r"(/[A-Za-z0-9._@+:,=-]+)+\Z")
_PATTERN = re.compile(r"(/[A-Za-z0-9._@+:,=*?\[\]-]+)+/?\Z")
_MODE = re.compile(r"0?[0-7]{3,4}\Z")
_VARIANTS = ("apt", "minbase")  # without apt in the tree there would be no lock
_NO_FILES_UNDER = ("/proc/", "/sys/", "/dev/", "/run/", "/tmp/")  # noqa: S108

Command = Union[str, Tuple[str, ...]]


class File(NamedTuple):
    """A file written into the image."""

    path: str
    text: str
    mode: int


class Recipe(NamedTuple):
    """A recipe that passed every check."""

    name: str
    suite: str
    packages: Tuple[str, ...]
    components: Tuple[str, ...] = ("main",)
    mirror: str = ""
    variant: str = "minbase"
    kernel: str = DEFAULT_KERNEL
    exclude: Tuple[str, ...] = ()
    files: Tuple[File, ...] = ()
    commands: Tuple[Command, ...] = ()

    def to_dict(self) -> shapes.Recipe:
        """The recipe in the form that `parse` reads as JSON."""
        return {
            "name": self.name,
            "suite": self.suite,
            "packages": list(self.packages),
            "components": list(self.components),
            "mirror": self.mirror,
            "variant": self.variant,
            "kernel": self.kernel,
            "exclude": list(self.exclude),
            "files": {entry.path: {"text": entry.text, "mode": "{:04o}".format(entry.mode)} for entry in self.files},
            "commands": [entry if isinstance(entry, str) else list(entry) for entry in self.commands],
        }


KEYS = Recipe._fields


def _bad(message: str, hint: str = "", code: str = "bad-recipe", step: Sequence[str] = ()) -> CtlError:
    return CtlError(code, message, hint=hint, step=step or (() if hint else ("help", "image", "build")))


def parse(text: bytes, name: str = "") -> Recipe:
    """Read a recipe given as TOML (Python 3.11 or later) or as JSON (any Python).

    `name` overrides the recipe's own. Raises CtlError ``bad-recipe``, ``unknown-recipe-key``,
    ``needs-python-3.11``, or as `limits.check`.
    """
    if len(text) > limits.BYTES:
        raise limits.too_large("more than {} bytes".format(limits.BYTES), str(limits.BYTES))
    try:
        words = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("The recipe is not UTF-8 text: {}.".format(error)) from error
    if not words.strip():
        raise _bad("The recipe is empty.", step=("image-build",))
    limits.check(words)
    return check(_load(words), name)


def _load(words: str) -> Mapping[str, object]:
    if words.lstrip().startswith("{"):
        try:
            value = json.loads(words)
        except (ValueError, RecursionError) as error:
            raise _bad("The recipe is not JSON: {}.".format(error)) from error
        return dict(value)
    if tomllib is None:
        raise CtlError(
            "needs-python-3.11",
            "This server's Python cannot read TOML.",
            hint="send the recipe as JSON, or run sidusctl with Python 3.11 or later",
        )
    try:
        return tomllib.loads(words)
    except (ValueError, RecursionError) as error:
        raise _bad("The recipe is not TOML: {}.".format(error)) from error


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, n=1)
    return "did you mean {!r}?".format(close[0]) if close else "known keys: " + ", ".join(KEYS)


def check(value: Mapping[str, object], name: str = "") -> Recipe:
    """Turn plain values into a Recipe; every string is matched as a whole.

    Raises CtlError as `parse`.
    """
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (UnicodeEncodeError, ValueError):
        raise _bad("The recipe has half a character (a lone surrogate) in a text.") from None
    for key in value:
        if key not in KEYS:
            raise _bad("The recipe has an unknown key {!r}.".format(key[:80]), _nearest(str(key)), "unknown-recipe-key")
    kernel = value.get("kernel", DEFAULT_KERNEL)
    if kernel != "":
        kernel = _match(_PACKAGE, kernel, "kernel")
    variant = _match(_NAME, value.get("variant", "minbase"), "variant")
    if variant not in _VARIANTS:
        raise _bad("There is no variant {!r}.".format(variant), "one of: " + ", ".join(_VARIANTS))
    mirror = value.get("mirror", "")
    return Recipe(
        name=_match(_NAME, name or _given(value, "name"), "name"),
        suite=_match(_SUITE, _given(value, "suite"), "suite"),
        packages=_texts(_PACKAGE, value.get("packages", []), "packages"),
        components=_texts(_COMPONENT, value.get("components", ["main"]), "components"),
        mirror=_match(_MIRROR, mirror, "mirror") if mirror else "",
        variant=variant,
        kernel=kernel,
        exclude=_texts(_PATTERN, value.get("exclude", []), "exclude"),
        files=_files(value.get("files", {})),
        commands=_commands(value.get("commands", [])),
    )


def _given(value: Mapping[str, object], key: str) -> object:
    if key not in value:
        raise _bad(
            "The recipe has no {!r}.".format(key),
            'add a line such as: {} = "{}"'.format(key, "bookworm" if key == "suite" else "debian12"),
        )
    return value[key]


def _match(pattern: "re.Pattern[str]", text: object, key: str) -> str:
    if not isinstance(text, str):
        raise _bad("The recipe's {!r} must be text, not {}.".format(key, type(text).__name__))
    if not pattern.match(text):
        raise _bad(
            "The recipe's {!r} cannot be {!r}.".format(key, text[:80]), "allowed is what matches " + pattern.pattern
        )
    return text


def _list(value: object, key: str) -> List[Any]:
    if not isinstance(value, list):
        raise _bad("The recipe's {!r} must be a list, not {}.".format(key, type(value).__name__))
    return value


def _texts(pattern: "re.Pattern[str]", value: object, key: str) -> Tuple[str, ...]:
    found = tuple(_match(pattern, entry, key) for entry in _list(value, key))
    return tuple(dict.fromkeys(found))


def _files(value: object) -> Tuple[File, ...]:
    if not isinstance(value, dict):
        raise _bad("The recipe's 'files' must be a table of path = text, not {}.".format(type(value).__name__))
    return tuple(_file(str(path), entry) for path, entry in sorted(value.items()))


def _file(path: str, entry: object) -> File:
    if not _PATH.match(path) or {".", ".."} & set(path.split("/")):
        raise _bad("The recipe's file {!r} must have a plain absolute path.".format(path[:80]))
    if (path + "/").startswith(_NO_FILES_UNDER):
        raise _bad(
            "The recipe's file {!r} would not be in the image.".format(path), "not under: " + " ".join(_NO_FILES_UNDER)
        )
    if isinstance(entry, str):
        return File(path, entry, 0o644)
    if not isinstance(entry, dict) or not set(entry) <= {"text", "mode"} or "text" not in entry:
        raise _bad("The recipe's file {!r} must be text, or a table with 'text' and 'mode'.".format(path))
    if not isinstance(entry["text"], str):
        raise _bad("The text of the recipe's file {!r} must be text.".format(path))
    mode = _match(_MODE, entry.get("mode", "0644"), "mode of {}".format(path))
    return File(path, entry["text"], int(mode, 8))


def _commands(value: object) -> Tuple[Command, ...]:
    commands: List[Command] = []
    for entry in _list(value, "commands"):
        if isinstance(entry, str) and entry.strip() and "\0" not in entry:
            commands.append(entry)
        elif isinstance(entry, list) and entry and all(isinstance(word, str) and "\0" not in word for word in entry):
            commands.append(tuple(entry))
        else:
            raise _bad("The recipe's command {} must be text or a list of words.".format(repr(entry)[:80]))
    return tuple(commands)
