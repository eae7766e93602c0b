"""Run notebooks and store what they print, but no figures, no widget state and no run times.

    .venv/bin/python scripts/notebooks.py notebooks/10_cloud_nodes.ipynb ...

What cells print is compared by `pytest --nbval`, but for those with the tag nbval-ignore-output: figures, and verdicts,
whose wording may be improved without running all notebooks again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def refresh(path: Path) -> None:
    """Run one notebook in its folder and write it back with its text outputs."""
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
        cell.outputs = [o for o in cell.outputs if "application/vnd.plotly.v1+json" not in o.get("data", {})]
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = count
    nbformat.write(notebook, path)


def main() -> None:
    """Refresh every notebook named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    for path in parser.parse_args().notebooks:
        refresh(path)
        print(path)


if __name__ == "__main__":
    main()
