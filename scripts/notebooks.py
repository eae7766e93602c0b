"""Run notebooks and store what they print, their figures as small pictures, no widget state and no run times.

    .venv/bin/python scripts/notebooks.py notebooks/10_cloud_nodes.ipynb ...

What cells print is compared by `pytest --nbval`, but for those with the tag nbval-ignore-output: figures, and verdicts,
whose wording may be improved without running all notebooks again. The picture of a figure carries its text alternative.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import nbformat
import pictures
from nbclient import NotebookClient

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"


def refresh(path: Path) -> None:
    """Run one notebook in its folder and write it back with its text outputs and its pictures."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, coalesce_streams=True, resources=where).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET, None)  # it is gone with its kernel; what stands beside it stays
            if "execution_count" in output:
                output["execution_count"] = count
    keep_pictures(notebook)
    nbformat.write(notebook, path)


def keep_pictures(notebook: Any) -> None:
    """Put a picture in the place of each figure, and take away the words under it: the picture carries them."""
    from sidus_lab.figures.drawing import MARK

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        cell.outputs = [output for output in cell.outputs if MARK not in output.get("data", {})]
    found = [output for cell in cells for output in cell.outputs if PLOTLY in output.get("data", {})]
    figures = [output["data"][PLOTLY] for output in found]
    for output, figure, png in zip(found, figures, pictures.pngs(figures), strict=True):
        output.data = {"image/png": pictures.text(png), "text/plain": alternative(figure)}
        output.metadata = {"image/png": {"alt": alternative(figure)}}


def alternative(figure: dict[str, Any]) -> str:
    """Return a figure's text alternative from its JSON."""
    import plotly.graph_objects as go

    from sidus_lab import figures

    return figures.alternative(go.Figure(data=figure["data"], layout=figure["layout"]))


def main() -> None:
    """Refresh every notebook named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    for path in parser.parse_args().notebooks:
        refresh(path)
        print(path)


if __name__ == "__main__":
    main()
