"""Results written by hand: a letter a repeat, for each node (and boot, image, code) under each setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sidus_lab.analysis.finding import Software
from sidus_lab.analysis.findings.bits import found
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.records import Records, checked

FACTOR = "OPENBLAS_CORETYPE"


def rows(results: Mapping[str, str], **more: Any) -> pd.DataFrame:
    """Records from ``{"n1": "aaa", "n1+on": "bbb", "n2 boot=b2 code=v2": "aa!"}``.

    A letter is the result of a run, ``-`` a run without one, ``!`` a run that failed. Runs come in rounds, one of each
    line after the other, as a design makes them.
    """
    table = []
    for where, letters in results.items():
        place, *labels = where.split(" ")
        node, _, level = place.partition("+")
        given = dict(label.split("=") for label in labels)
        for number, letter in enumerate(letters):
            table.append(
                {
                    "node": node,
                    "boot": f"{node}-{given.get('boot', 'b1')}",
                    "operation": "solve",
                    "status": "failed" if letter == "!" else "ok",
                    "duration": 1.0,
                    FACTOR: level or "default",
                    "root_hash": given.get("image", "i1"),
                    "code_hash": given.get("code", "v1"),
                    "hardware": given.get("kind", "one kind"),
                    "repetition": number,
                    "result_hash": None if letter in "-!" else letter,
                }
                | more
            )
    frame = pd.DataFrame(table).sort_values("repetition", kind="stable", ignore_index=True)
    return frame.assign(order=range(len(frame)))


def records(results: Mapping[str, str], **more: Any) -> Records:
    """The same, checked."""
    return checked(rows(results, **more), [FACTOR])


def bits(results: Mapping[str, str], software: Software = "same", **more: Any) -> BitsFinding:
    """What is found in them."""
    (finding,) = found(records(results, **more), software)
    return finding
