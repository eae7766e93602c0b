"""Whether a proof belongs to these records: the same nodes, the same boots of them, the same image. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sidus_lab.errors import DataError


def misfits(records: pd.DataFrame, proof: Mapping[str, object]) -> Iterator[str]:
    """Yield, in words, what of these records the proof does not speak of.

    `proof` says by node in which ``boots`` (kernel boot ids) it looked, which root hash was enforced there (``roots``),
    and which nodes could not be asked (``missing``: they are not proven, and no misfit). Without ``boots`` it cannot be
    held against records, and nothing is yielded. Rows that were not measured do not count.
    """
    told: Mapping[str, Any] = proof
    if "boots" not in told or not {"node", "boot"} <= set(records.columns):
        return
    boots, roots = told["boots"], told.get("roots", {})
    measured = records[records["status"] == "ok"] if "status" in records.columns else records
    for node, rows in measured.groupby("node"):
        name = str(node)
        if name in told.get("missing", {}):
            continue
        if name not in boots:
            yield f"{name} is not among the nodes of the proof ({', '.join(boots)})"
            continue
        known = [str(boot) for boot in boots[name]]
        others = sorted({str(boot)[:8] for boot in rows["boot"].dropna() if str(boot) not in known})
        if others:
            shown = ", ".join(boot[:8] for boot in known)
            yield f"{name}: the proof is of its boot {shown}, and rows were measured in its boot {', '.join(others)}"
        root = str(roots.get(name, ""))
        if "root_hash" in rows.columns and name in roots:
            wrong = sorted({str(value)[:12] for value in rows["root_hash"].dropna() if str(value) != root})
            if wrong:
                yield f"{name}: the proof shows the image {root[:12] or 'nothing'}, the records {wrong[0]}"


def require(records: pd.DataFrame, proof: Mapping[str, object]) -> None:
    """Raise `DataError`, naming what does not fit, when the proof belongs to other nodes, boots or images."""
    found = list(misfits(records, proof))
    if found:
        raise DataError(
            "This proof does not belong to these records.",
            hint="run.explain() uses the proofs that the run took itself",
            detail="\n".join(found[:3]),
        )
