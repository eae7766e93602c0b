"""Does a value have its shape? Asked of every file that is read back, and by the tests of every answer."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Literal, Union, get_args, get_origin, get_type_hints

_NAMES: Dict[Any, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def faults(value: object, shape: object, *, exact: bool = False, where: str = "") -> List[str]:
    """What is wrong with a JSON value, each in a few words with its place; nothing when it has the shape.

    `shape` is a class of `shapes`, or a type as one stands there. Keys that the shape does not know are let be, unless
    `exact`: another version of this program may have written them.
    """
    if shape is object or shape is Any:
        return []
    if hasattr(shape, "__required_keys__"):
        return _object(value, shape, exact, where)
    kind, inner = get_origin(shape), get_args(shape)
    if kind is Union:
        tried = [faults(value, one, exact=exact, where=where) for one in inner]
        return [] if [] in tried else min(tried, key=len)
    if kind is Literal:
        return [] if value in inner else [_wrong(where, "one of " + ", ".join(map(repr, inner)))]
    if kind is list:
        if not isinstance(value, list):
            return [_wrong(where, "a list")]
        rows = [faults(one, inner[0], exact=exact, where="{}[{}]".format(where, n)) for n, one in enumerate(value)]
        return [fault for row in rows for fault in row]
    if kind is dict:
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            return [_wrong(where, "an object")]
        rows = [faults(one, inner[1], exact=exact, where=_below(where, key)) for key, one in value.items()]
        return [fault for row in rows for fault in row]
    if shape is type(None):
        return [] if value is None else [_wrong(where, "null")]
    # In Python a bool is an int, and a whole number will do where a number is wanted.
    fits = isinstance(value, (int, float)) if shape is float else isinstance(shape, type) and isinstance(value, shape)
    fits = fits and not (isinstance(value, float) and not math.isfinite(value))  # 1e999 is JSON, and no time
    return [] if fits and (shape is bool or not isinstance(value, bool)) else [_wrong(where, _NAMES[shape])]


def _object(value: object, shape: Any, exact: bool, where: str) -> List[str]:
    if not isinstance(value, dict):
        return [_wrong(where, "an object")]
    hints = get_type_hints(shape)
    found = [_below(where, key) + " is missing" for key in sorted(shape.__required_keys__) if key not in value]
    if exact:
        found += [_below(where, str(key)) + " is unknown" for key in value if key not in hints]
    for key, hint in hints.items():
        if key in value:
            found += faults(value[key], hint, exact=exact, where=_below(where, key))
    return found


def _below(where: str, key: str) -> str:
    return "{}.{}".format(where, key) if where else key


def _wrong(where: str, wanted: str) -> str:
    return "{} must be {}".format(where or "the value", wanted)
