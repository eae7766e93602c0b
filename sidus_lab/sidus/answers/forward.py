"""Answers of an older sidusctl in the shape of today: what was not asked for then is empty. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from sidus_lab.sidusctl import shapes

_SHAPES: Mapping[str, type] = {
    "check": shapes.Check,
    "doctor": shapes.Doctor,
    "image list": shapes.Images,
    "image show": shapes.VersionShown,
    "image verify": shapes.Verified,
    "init": shapes.Site,
    "job list": shapes.Jobs,
    "node assign": shapes.Nodes,
    "node list": shapes.Nodes,
    "node power": shapes.PowerRows,
    "node status": shapes.Statuses,
    "node witness": shapes.Witnesses,
}
"""What verbs answer today; the answer of another verb is given as it was recorded."""

_EMPTY: Mapping[object, object] = {str: "", int: 0, float: 0.0, bool: False}


def brought(verb: str, value: object) -> object:
    """Give the answer of a verb with every key that its shape has today; keys that are known no more stay.

    A key that was renamed, or that means something else now, needs a step here, as `sidusctl.formats` has for files.
    """
    shape = _SHAPES.get(verb)
    return value if shape is None else _filled(shape, value)


def _filled(kind: Any, value: Any) -> Any:
    """Give a value in the shape `kind`."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        wanted = [each for each in inside if each is not type(None)]
        return _filled(wanted[0], value) if value is not None and len(wanted) == 1 else value
    if origin is list and isinstance(value, list):
        return [_filled(inside[0], each) for each in value]
    if origin is dict and isinstance(value, dict):
        return {name: _filled(inside[1], each) for name, each in value.items()}
    if typing.is_typeddict(kind) and isinstance(value, dict):
        keys = typing.get_type_hints(kind)
        needed = kind.__required_keys__
        return {
            **value,
            **{
                name: _filled(of, value[name]) if name in value else _nothing(of)
                for name, of in keys.items()
                if name in value or name in needed
            },
        }
    return value


def _nothing(kind: Any) -> object:
    """Give what stands for "not asked for then" in the place of a value of this kind."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if type(None) in inside else _nothing(inside[0])
    if origin is list:
        return []
    if origin is dict:
        return {}
    if origin is typing.Literal:
        return inside[0]
    if typing.is_typeddict(kind):
        return _filled(kind, {})
    return _EMPTY.get(kind)
