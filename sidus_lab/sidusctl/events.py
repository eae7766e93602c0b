"""What goes to stdout: JSON, one object a line, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from typing import Callable, Mapping, Optional

from . import shapes

_HALF = re.compile("[\ud800-\udfff\u2028\u2029\x7f-\x9f]")  # and what a terminal obeys, or takes for the end of a line

Progress = Callable[[str, Optional[float], str], None]
"""progress(step, fraction or None, line)"""


def line(value: Mapping[str, object]) -> str:
    """One object as one line, without a line break inside; what no stream or terminal should get is escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return _HALF.sub(lambda found: "\\u{:04x}".format(ord(found.group())), text)


def emit(value: Mapping[str, object]) -> None:
    """Print one object at once, so that a reader at the other end of a connection sees it now."""
    sys.stdout.write(line(value) + "\n")
    sys.stdout.flush()


def progress(step: str, fraction: Optional[float] = None, text: str = "") -> shapes.ProgressEvent:
    """A progress event; `fraction` of the whole operation, 0 to 1, or None when unknown."""
    return {
        "event": "progress",
        "step": step,
        "fraction": None if fraction is None else round(min(1.0, max(0.0, fraction)), 4),
        "line": text,
    }


def result(value: object) -> shapes.ResultEvent:
    """The last line of what went well."""
    return {"event": "result", "value": value}
