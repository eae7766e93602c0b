"""The reason for a version, in the words of whoever makes it: one line, kept in its history."""

from __future__ import annotations

from ..errors import CtlError
from ..grammar import word

MOST = 200

MESSAGE = word("--message", "-m", default="", metavar="TEXT", help="why: one line, which the history keeps")


def check(text: str) -> str:
    """The text, without blanks around it.

    Raises CtlError ``bad-message``.
    """
    found = text.strip()
    if len(found) > MOST or not found.isprintable():
        raise CtlError(
            "bad-message",
            "A message is one line of at most {} characters.".format(MOST),
            hint="say the rest where the recipe is kept",
        )
    return found
