"""What a reader of another tool's result files is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

#: The columns that every reader's frame has, in their order (`node` is put in by `read`).
COLUMNS: Final = ("node", "benchmark", "session", "repetition", "duration", "status", "when")


class Reader(Protocol):
    """Reads the JSON files of one tool. Pure: it is given the parsed content."""

    def knows(self, data: object) -> bool:
        """Say whether this is the content of such a file."""

    def host(self, data: Mapping[str, object]) -> str:
        """Return the name of the machine that measured; empty where the tool does not tell."""

    def rows(self, data: Mapping[str, object]) -> list[dict[str, object]]:
        """Return one row per measured value: `COLUMNS` without ``node``, durations in seconds, warm-ups left out.

        May raise KeyError, TypeError, ValueError or AttributeError for a file that is not whole.
        """
