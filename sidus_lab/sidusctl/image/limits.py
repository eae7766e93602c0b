"""How much a recipe may be, looked at before a parser sees it: some texts of a few KB cost a parser gigabytes."""

from __future__ import annotations

import re

from ..errors import CtlError

BYTES = 64 * 1024
DEPTH = 8
KEYS = 4096

# What stands in quotes, and comments, in TOML and in JSON: what is left is structure alone.
_QUOTED = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''" + r'|"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*", re.DOTALL
)
_KEY_ENDS = re.compile(r"[\n=:,{}\[\]]")


def check(words: str) -> None:
    """Refuse a recipe whose structure no recipe has: brackets or dotted keys in depth, or keys without end.

    Raises CtlError ``recipe-too-deep`` or ``recipe-too-large``.
    """
    bare = _QUOTED.sub("Q", words)
    depth = deepest = 0
    for letter in bare:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    dots = max(piece.count(".") for piece in _KEY_ENDS.split(bare))
    if max(deepest, dots) > DEPTH:
        raise CtlError(
            "recipe-too-deep",
            "The recipe is nested {} deep; at most {} are allowed.".format(max(deepest, dots), DEPTH),
            step=("help", "image", "build"),
        )
    keys = bare.count("=") + bare.count(":")
    if keys > KEYS:
        raise too_large("{} keys".format(keys), "{}".format(KEYS))


def too_large(found: str, allowed: str) -> CtlError:
    """The error for a recipe that is too much."""
    message = "The recipe has {}; at most {} are allowed.".format(found, allowed)
    return CtlError("recipe-too-large", message, hint="a large file belongs into a package, or is fetched by a command")
