"""Formats of what is kept on disk: each file says its number, older ones are brought forward when they are read.

A file is written anew, in the newest format, by the next change. What a step makes is written out here and never taken
from a module that goes on changing: a step belongs to the past.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from . import files, shaped, shapes
from .errors import CtlError

Json = Dict[str, Any]
Step = Callable[[Json], Json]

_MEMORY: Json = {"form": "memory", "levels": ["asked", "enforced", "scrubbed", "clean"]}


def _nodes_2(old: Json) -> Json:
    """Power has a kind (it was IPMI's alone), and an assignment says the form of the root."""
    nodes = {}
    for name, before in old["nodes"].items():
        node = {key: value for key, value in before.items() if key != "bmc"}
        node["power"] = {"kind": "ipmi", **before["bmc"]}
        node["power"].setdefault("cipher", None)
        node.setdefault("power_on", None)
        node["assignment"] = None if before.get("assignment") is None else {**_MEMORY, **before["assignment"]}
        nodes[name] = node
    return {"nodes": nodes}


def _manifest_2(old: Json) -> Json:
    """The form of the root, which was the memory of the node, and the levels of the proof that it can reach."""
    return {**_MEMORY, **old}


def _manifest_3(old: Json) -> Json:
    """A program for UEFI firmware, which nobody made before."""
    return {"uefi": None, **old}


def _job_2(old: Json) -> Json:
    """Only the number: the first format had none."""
    return old


def _outcome_2(old: Json) -> Json:
    """The event in a place of its own beside the number; an error names its next step."""
    event = {key: value for key, value in old.items() if key != "format"}
    if event.get("event") == "error":
        event = {"hint": "", "next": [], "command": "", "detail": "", **event}
    return {"outcome": event}


class Format(NamedTuple):
    """A kind of file: its shape in the newest format, and the steps to it; the first leads from format 1 to 2."""

    shape: type
    steps: Tuple[Step, ...] = ()
    most: int = 1 << 20
    """Bytes of a file at most: far more than a whole one has."""


TABLE: Dict[str, Format] = {
    "site": Format(shapes.SiteFacts),
    "nodes": Format(shapes.Inventory, (_nodes_2,), 1 << 26),
    "manifest": Format(shapes.Manifest, (_manifest_2, _manifest_3)),
    "serving": Format(shapes.Serving),
    "job": Format(shapes.JobNote, (_job_2,)),
    "enrolment": Format(shapes.EnrolmentNote),
    "tags": Format(shapes.TagsNote, (), 1 << 24),
    "holds": Format(shapes.HoldsNote, (), 1 << 24),
    "proven": Format(shapes.ProvenNote),
    "sources": Format(shapes.Sources, (), 1 << 24),
    "outcome": Format(shapes.OutcomeNote, (_outcome_2,), 1 << 24),
}


def newest(kind: str) -> int:
    """The format that is written."""
    return len(TABLE[kind].steps) + 1


def forward(kind: str, value: Json, where: str) -> Json:
    """A value read from disk, in the newest format and of its shape; one without a number has format 1.

    Raises CtlError ``site-format`` for a format that this program does not know yet, ``damaged`` for what is not whole.
    """
    number = value.get("format", 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise damaged(where, "there never was a format {!r}".format(number))
    if number > newest(kind):
        raise CtlError(
            "site-format",
            "{} has format {}, and this program knows {} at most.".format(where, number, newest(kind)),
            hint="use the version of sidus_lab that wrote it, or a newer one",
        )
    try:
        for step in TABLE[kind].steps[number - 1 :]:
            value = step(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(where, "{!r} while it was brought forward from format {}".format(error, number)) from None
    value = {**value, "format": newest(kind)}
    faults = shaped.faults(value, TABLE[kind].shape)
    if faults:
        raise damaged(where, "; ".join(faults[:3]))
    return value


def damaged(
    where: str, why: str, step: Sequence[str] = (), hint: str = "restore it from a copy, or remove it"
) -> CtlError:
    """The error for a file that cannot be what this program wrote."""
    return CtlError("damaged", "{} is damaged: {}.".format(where, why), hint=hint, step=step)


def read(kind: str, path: Path) -> Optional[Json]:
    """The object in a file, as `forward` gives it, or None where there is no file. The file stays as it is.

    Raises CtlError as `forward`.
    """
    value = read_raw(kind, path)
    return None if value is None else forward(kind, value, str(path))


def read_raw(kind: str, path: Path) -> Optional[Json]:
    """The object in a file as it stands there, for a reader that brings it `forward` piece by piece.

    Raises CtlError ``damaged``.
    """
    try:
        value = files.read_json(path, most=TABLE[kind].most)
    except ValueError as error:
        raise damaged(str(path), "it is no JSON ({})".format(error)) from None
    except OSError as error:
        raise damaged(str(path), "it cannot be read ({})".format(error.strerror)) from None
    if value is not None and not isinstance(value, dict):
        raise damaged(str(path), "it is no JSON object")
    return value


def write(kind: str, path: Path, value: Mapping[str, object], mode: int = 0o644) -> None:
    """Replace a file by `value` in the newest format."""
    files.write(path, encoded(kind, value), mode)


def encoded(kind: str, value: Mapping[str, object]) -> bytes:
    """The content of a file that holds `value` in the newest format."""
    return files.json_bytes({**value, "format": newest(kind)})
