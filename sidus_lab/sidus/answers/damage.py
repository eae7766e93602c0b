"""What a list names as damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.hints import in_python
from sidus_lab.sidusctl import shapes


def damaged(found: Mapping[str, object]) -> list[Damaged]:
    """Read the damaged entries of an answer; a recording of an older program has none."""
    rows = cast("Sequence[shapes.DamagedRow]", found.get("damaged", ()))
    return [Damaged(row["what"], row["where"], row["why"], in_python(row["hint"], row["next"])) for row in rows]
