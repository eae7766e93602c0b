"""One HTML file that opens anywhere, without a network, and says what was found and how to repeat it."""

from __future__ import annotations

import base64
import gzip
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import palette, words
from sidus_lab.errors import DataError
from sidus_lab.report import arrange, citing, drawing, machines, markdown, pdf, repeating, say
from sidus_lab.report.paper import Paper
from sidus_lab.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from sidus_lab.explanation import Verdict

NO_PAPER = Paper()
FORMS = (".html", ".md", ".pdf")
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
    question: str = "",
    paper: Paper = NO_PAPER,
) -> Path:
    """Write one self-contained file and return its path; what is not given is left out.

    The ending of `path` chooses the form: ``.html`` (2 MB, most of it plotly), ``.md`` (figures in words), or ``.pdf``
    (printed by Chromium).

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

    paper : Paper
        Authors, licence, images and program: what a paper needs beside the results.

    Headings and captions are in the language of `words.language`.
    The file is written aside and then renamed. Raises `DataError` for another ending, `SidusError` where a PDF cannot
    be printed, OSError when the file cannot be written.
    """
    import jinja2

    path = Path(path)
    if path.suffix not in FORMS:
        raise DataError(
            f"A report is written as {', '.join(FORMS)}, not as {path.suffix or 'a file without an ending'}."
        )
    if path.suffix == ".pdf":
        pdf.find_browser()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sidus_lab.report", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["t"] = say.text
    about = content(title, proof, records, verdict, facts, experiment, question, paper)
    if path.suffix == ".md":
        labels = [drawing.words(name, each) for name, each in (figures or {}).items()]
        columns = [str(name) for name in records.columns] if records is not None and experiment else []
        return written(path, markdown.page(about, labels, columns, paper))
    drawn = [{**drawing.embedded(name, each), "number": n} for n, (name, each) in enumerate((figures or {}).items(), 1)]
    texts = {"cannot": say.text("cannot draw"), "browser": say.text("browser")}
    page = environment.get_template("page.html").render(
        **about,
        language=words.current(),
        table=arrange.verdict_table(verdict),
        figures=drawn,
        plotly=_plotly() if figures else "",
        darker=Markup(json.dumps(palette.DARKER)),  # noqa: S704 - colours, written here
        words={name: Markup(json.dumps(text)) for name, text in texts.items()},  # noqa: S704 - texts, written here
        kernels=arrange.kernels(records, experiment),
        dictionary=arrange.dictionary(records) if experiment else None,
        images=arrange.images(paper),
        files=list(_files(records, proof, experiment)),
    )
    if path.suffix != ".pdf":
        return written(path, page)
    with tempfile.TemporaryDirectory(prefix="sidus-lab-") as own:
        return pdf.printed(written(Path(own) / "report.html", page), path)


def content(
    title: str,
    proof: Mapping[str, object] | None,
    records: pd.DataFrame | None,
    verdict: Verdict | None,
    facts: Mapping[str, object] | None,
    experiment: Mapping[str, object] | None,
    question: str,
    paper: Paper,
) -> dict[str, object]:
    """Give what every form of a report says, arranged; see `write_report`."""
    stored: Mapping[str, Any] = experiment or {}
    on_nodes = arrange.node_versions(records)
    names = list(stored.get("nodes", {}))
    made = datetime.now(UTC)
    run = str(stored.get("run", ""))
    return {
        "title": title,
        "authors": list(paper.authors),
        "question": question or say.text("question"),
        "made": made.strftime("%Y-%m-%d %H:%M UTC"),
        "version": __version__,
        "simulated": bool(getattr(verdict, "simulated", False)),
        "recorded": paper.recorded,
        "machines": machines.sentences(proof, names) if proof or names else [],
        "tiles": list(arrange.tiles(proof, records, verdict)),
        "answer": arrange.answer(verdict),
        "proof": arrange.proof(proof) if proof else None,
        "method": arrange.method(experiment, citing.commit()),
        "facts": ({say.text("on the nodes"): on_nodes} if on_nodes else {}) | dict(facts or {}),
        "program": paper.program,
        "code": repeating.code(experiment, paper.images),
        "whole": len(paper.images) == 1 and bool(paper.images[0].recipe),
        "setup": repeating.setup(),
        "cite": citing.bibtex(title, paper.authors, run, made.strftime("%Y")) if run else "",
        "licences": {
            say.text("licence data"): paper.licence or say.text("not stated"),
            say.text("licence software"): citing.LICENCE,
        },
    }


def written(path: Path, text: str) -> Path:
    """Write a file aside, then rename it; give its path. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(text, encoding="utf-8")
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
