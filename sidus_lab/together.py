"""Several experiments on the same machines, read together: a cause that one leaves open, another may have forced.

Only what the results' bits say is read together. Times of different experiments were measured at different times, and
whatever changed between them would be taken for an effect of what was set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sidus_lab import words
from sidus_lab.analysis import say
from sidus_lab.errors import DataError
from sidus_lab.experiments.evidence import Proofs
from sidus_lab.experiments.runs import Run

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.explanation import Verdict

UNSET = "default"  # the level of a factor that an experiment did not set
ABOUT = ("software", "bits", "data")


def read(runs: Sequence[Run], *, level: float = 0.95, language: str | None = None) -> Verdict:
    """Say what the bits of several runs show together, each proven by the proofs of all of them.

    A run that is given twice counts once. Raises `DataError` for less than two runs, for runs of different workloads
    (equal names of operations would not mean the same), for a factor that is set in another way, and where nothing was
    measured.
    """
    from sidus_lab.explanation import explain_records

    several = list({run.id: run for run in runs}.values())
    if len(several) < 2:
        raise DataError("There is one run only.", hint="give another run of the same workload, or use study.explain()")
    _comparable(several)
    factors = list(dict.fromkeys(name for run in several for name in run.design.names))
    rows = union([(run.records(), run.design.names) for run in several])
    proofs = Proofs(tuple(sorted((each for run in several for each in run.proofs.taken), key=lambda each: each.when)))
    hardware = {node: facts for run in several for node, facts in run.proofs.hardware.items()}
    with words.spoken_in(language):
        whole = explain_records(
            rows, factors=factors, proof=proofs.summary(rows), hardware=hardware or None, level=level, language=language
        )
        kept = tuple(sentence for sentence in whole.sentences if sentence.about in ABOUT)
        answer = say.answer([sentence.finding for sentence in kept if sentence.finding is not None])
        columns = [name for name in ("operation", "setting", "bits", "results") if name in whole.table.columns]
        return replace(whole, sentences=kept, table=whole.table[columns], answer=answer)


def union(tables: Sequence[tuple[pd.DataFrame, Sequence[str]]]) -> pd.DataFrame:
    """Return the records of several runs as one table, in the order of time on each node.

    `tables` has the records and the names of the factors of each run. A factor that a run did not set has the level
    ``default`` there: its rows are controls for the others.
    """
    import pandas as pd

    factors = list(dict.fromkeys(name for _, names in tables for name in names))
    parts = [rows.assign(**{name: UNSET for name in factors if name not in names}) for rows, names in tables]
    whole = pd.concat(parts, ignore_index=True).sort_values("when", kind="stable", ignore_index=True)
    first = whole.groupby("node")["when"].rank(method="dense")
    return whole.assign(order=(first - 1).fillna(0).astype(int))


def _comparable(runs: Sequence[Run]) -> None:
    """Raise DataError for runs whose rows do not mean the same."""
    first = runs[0]
    for run in runs[1:]:
        if _what(run) != _what(first):
            raise DataError(
                f"The runs {first.id} and {run.id} measured different workloads.",
                hint="read together only runs of one workload: equal names of operations need not mean the same",
            )
    kinds: dict[str, str] = {}
    for factor in (factor for run in runs for factor in run.design.factors):
        known = kinds.setdefault(factor.name, factor.kind)
        if known != factor.kind:
            raise DataError(
                f"The factor {factor.name} is of the kind {known} in one run and {factor.kind} in another.",
                hint="give one of them another name",
            )


def _what(run: Run) -> dict[str, object]:
    """Return what a run's workload is: its code, its words and its environment; how long it may take is no part."""
    return {name: value for name, value in run.workload.to_dict().items() if name != "timeout"}
