"""Readers of what other tools measured: their result files as tidy frames with a column ``node``, in kinds.

To add a kind: one file here with a class as `reader.Reader` says, and its line in `KINDS` below.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from sidus_lab.datasets.readers.hyperfine import Hyperfine
from sidus_lab.datasets.readers.pyperf import Pyperf
from sidus_lab.datasets.readers.reader import COLUMNS, Reader
from sidus_lab.errors import DataError
from sidus_lab.kinds import Kinds

__all__ = ["KINDS", "Reader", "read"]

#: The kinds of readers, by name.
KINDS: Final[Kinds[Reader]] = Kinds("result file", {"pyperf": Pyperf(), "hyperfine": Hyperfine()}, error=DataError)


def read(files: Path | str | Sequence[Path | str], *, kind: str = "", node: str = "") -> pd.DataFrame:
    """Read result files of another tool (JSON of pyperf or hyperfine) as one tidy frame, one row per measured value.

    Parameters
    ----------
    files : path, or sequence of paths
        Such as one file from each node.
    kind : str
        ``pyperf`` or ``hyperfine``; told by the content when not given.
    node : str
        The node that measured; when not given, the host's name in the file, or else the file's name without its end.

    The columns are ``node``, ``benchmark``, ``session`` (the process that measured, counted from 1), ``repetition``
    (in the session), ``duration`` (seconds), ``status``, ``when`` (missing where the tool does not tell) and one for
    each parameter of the benchmark. Raises `DataError` for a file that is not of a known kind.

    Examples
    --------
    >>> import json, pathlib, tempfile, sidus_lab as sl
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "node1.json"
    >>> _ = file.write_text(json.dumps({"results": [{"command": "true", "times": [0.001, 0.002]}]}))
    >>> sl.datasets.read(file)[["node", "benchmark", "session", "duration"]]
        node benchmark  session  duration
    0  node1      true        1     0.001
    1  node1      true        2     0.002
    """
    paths = [files] if isinstance(files, str | Path) else list(files)
    if not paths:
        raise DataError("No file was given to read.")
    frames = [_one(Path(path), kind, node) for path in paths]
    table = pd.concat(frames, ignore_index=True)
    first = [name for name in COLUMNS if name in table.columns]
    table = table[[*first, *(name for name in table.columns if name not in first)]]
    table.attrs["units"] = {"duration": "s"}
    return table


def _one(path: Path, kind: str, node: str) -> pd.DataFrame:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise DataError(f"{path} is not JSON: {error}.") from None
    reader = KINDS[kind] if kind else next((each for each in KINDS.values() if each.knows(data)), None)
    if reader is None or not reader.knows(data):
        raise DataError(
            f"{path} is not a result file of {kind or ' or '.join(KINDS)}.", hint="export the results as JSON again"
        )
    try:
        rows = reader.rows(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path} is not whole: {error} is missing or wrong.") from None
    if not rows:
        raise DataError(f"{path} holds no measured value.")
    table = pd.DataFrame(rows)
    table.insert(0, "node", node or reader.host(data) or path.stem)
    return table
