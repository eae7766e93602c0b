"""Public measurements, textbook tables and simulated runs, all as tidy data frames.

>>> import sidus_lab as sl
>>> "published/dyestuff" in sl.datasets.names()
True
>>> sl.datasets.load("published/dyestuff", quiet=True).shape
(30, 3)

Public data are fetched on first use from where they were published, at one commit, and their checksum is verified; the
credit line (citation, licence) is printed. ``SIDUS_LAB_DATA`` names a folder with local copies instead.
"""

from __future__ import annotations

import pandas as pd

from sidus_lab.datasets.idle import CState, Idle
from sidus_lab.datasets.published import TABLES
from sidus_lab.datasets.readers import read
from sidus_lab.datasets.simulator import Simulated, simulate
from sidus_lab.datasets.sources import SOURCES
from sidus_lab.datasets.tidy import PARTS
from sidus_lab.errors import DataError

__all__ = ["CState", "Idle", "Simulated", "fetch_all", "load", "names", "read", "simulate"]


def names() -> list[str]:
    """Return the names that `load` knows: three public data sets, and textbook tables under ``published/``.

    >>> [name for name in sl.datasets.names() if "/" not in name]
    ['cwb', 'tokio', 'cashew']
    """
    return [*SOURCES, *(f"published/{name}" for name in TABLES)]


def load(name: str, part: str = "", *, quiet: bool = False) -> pd.DataFrame:
    """Return a data set as a tidy frame, and print how to cite it (not when `quiet`).

    Parameters
    ----------
    name : one of `names()`.
    part : for ``cashew`` ``monitoring`` (default) or ``performance``; for ``tokio`` one system instead of all three.

    ``frame.attrs`` holds title, citation, licence, `units` of the columns and, for textbook tables, the published
    `answers`. The columns are explained where the file is read: see `sidus_lab.datasets.tidy`.

    Raises `DataError` for an unknown name or part, and when the files cannot be had or are not the published ones.

    Examples
    --------
    >>> sl.datasets.load("published/dyestuff", quiet=True).columns.tolist()
    ['batch', 'repeat', 'yield']
    """
    if name.startswith("published/") and name.partition("/")[2] in TABLES:
        return _published(name, quiet)
    if name not in SOURCES:
        raise DataError(f"There is no data set {name!r}.", hint="choose one of " + ", ".join(names()))
    source, parts = SOURCES[name], PARTS[name]
    if part and part not in parts:
        raise DataError(f"The data set {name!r} has no part {part!r}.", hint="choose one of " + ", ".join(parts))
    keys, read = parts[part or next(iter(parts))]
    frame, units = read({key: source.fetch(key) for key in keys})
    about = {"title": source.title, "citation": source.citation, "doi": source.doi, "licence": source.licence}
    frame.attrs.update(about, name=name, units=units, simulated=False)
    if not quiet:
        print(source.credit())
    return frame


def _published(name: str, quiet: bool) -> pd.DataFrame:
    table = TABLES[name.partition("/")[2]]
    frame = table.frame()
    units = {table.response: table.unit}
    frame.attrs.update(name=name, title=table.title, citation=table.source, licence="textbook table", units=units)
    frame.attrs.update(answers=dict(table.answers), response=table.response, simulated=False)
    if not quiet:
        print(f"{table.title}.\nSource: {table.source}.")
    return frame


def fetch_all() -> dict[str, list[str]]:
    """Fetch every file of every public data set, so that no network is needed later; return the paths by data set.

    >>> sl.datasets.fetch_all()["cwb"]  # doctest: +SKIP
    ['.../cwb-data-interim.csv']
    """
    return {name: [str(source.fetch(key)) for key in source.files] for name, source in SOURCES.items()}
