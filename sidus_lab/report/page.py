"""One HTML file that opens anywhere, without a network, and says what was found and how to repeat it."""

from __future__ import annotations

import base64
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import palette
from sidus_lab.report import arrange, drawing
from sidus_lab.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from sidus_lab.explanation import Verdict

QUESTION = (
    "The same program on different machines: do they compute the same, do they take the same time, and if not, why?"
)
EMBED_LIMIT = 3_000_000  # bytes of a file that the report carries along


def write_report(
    path: Path | str,
    *,
    title: str,
    proof: Mapping[str, object] | None = None,
    records: pd.DataFrame | None = None,
    verdict: Verdict | None = None,
    figures: Mapping[str, go.Figure] | None = None,
    facts: Mapping[str, object] | None = None,
    experiment: Mapping[str, object] | None = None,
    question: str = QUESTION,
) -> Path:
    """Write one self-contained HTML file (2 MB, most of it plotly) and return its path; what is not given is left out.

    Parameters
    ----------
    proof : mapping
        Plain data, as `sidus.Proof.to_dict` gives it.
    records : data frame
        Records of a run; they are carried along as CSV, and counted.
    verdict : analysis.verdict.Verdict
        Its sentences come first.
    figures : mapping of names to plotly figures
        Drawn in this order; `report_figures` makes the usual ones. A name may hold one of the words bits, durations,
        variance or boot: then a caption explains it.
    facts : mapping
        More things to say on how it was done: names and short values.
    experiment : mapping
        The content of a run's ``experiment.json``: design, workload, versions, and the code that repeats it.

    The file is written aside and then renamed. Raises OSError when it cannot be written.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sidus_lab.report", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    on_nodes = arrange.node_versions(records)
    page = environment.get_template("page.html").render(
        title=title,
        question=question,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
        simulated=bool(getattr(verdict, "simulated", False)),
        tiles=list(arrange.tiles(proof, records, verdict)),
        answer=arrange.answer(verdict),
        table=arrange.verdict_table(verdict),
        proof=arrange.proof(proof) if proof else None,
        figures=[drawing.embedded(name, figure) for name, figure in (figures or {}).items()],
        plotly=_plotly() if figures else "",
        darker=Markup(json.dumps(palette.DARKER)),  # noqa: S704 - colours, written here
        method=arrange.method(experiment),
        kernels=arrange.kernels(records, experiment),
        facts=({"on the nodes": on_nodes} if on_nodes else {}) | dict(facts or {}),
        code=arrange.code(experiment),
        files=list(_files(records, proof, experiment)),
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(page, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def _plotly() -> str:
    """Give plotly.js as compressed base64: 1.9 MB in the file in place of 4.6."""
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), 9, mtime=0)).decode()


def _files(
    records: pd.DataFrame | None, proof: Mapping[str, Any] | None, experiment: Mapping[str, Any] | None
) -> Iterable[tuple[str, str, str]]:
    """Yield the data that the report carries along: name, address, size in words."""
    found = {}
    if records is not None and len(records):
        found["records.csv"] = records.to_csv(index=False).encode()
    for name, plain in (("proof.json", proof), ("experiment.json", experiment)):
        if plain:
            found[name] = json.dumps(plain, indent=1, ensure_ascii=False, default=str).encode()
    for name, data in found.items():
        kind = "text/csv" if name.endswith(".csv") else "application/json"
        if len(data) <= EMBED_LIMIT:
            address = f"data:{kind};charset=utf-8;base64,{base64.b64encode(data).decode()}"
            yield name, address, f"{max(1, round(len(data) / 1000)):,} kB"
