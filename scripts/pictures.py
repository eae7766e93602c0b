"""Draw plotly figures as small PNG files, in Chromium and without a network: what a notebook shows before it is run.

GitHub and other readers of notebooks run no JavaScript; a figure that is only data is an empty place there.
"""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = "/usr/bin/chromium"
WIDTH = 720  # pixels

_DRAW = """async (text) => {
  const figure = JSON.parse(text);
  const place = document.getElementById('figure');
  await Plotly.newPlot(place, figure.data, figure.layout, {displayModeBar: false});
  await document.fonts.ready;
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a page that has plotly.js and nothing else."""
    from playwright.sync_api import sync_playwright

    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.set_content('<!doctype html><style>body{margin:0}</style><div id="figure"></div>')
        page.add_script_tag(path=str(Path(spec.origin).parent / "package_data" / "plotly.min.js"))
        yield page
        browser.close()


def pngs(figures: Sequence[Mapping[str, object]]) -> list[bytes]:
    """Return a PNG, `WIDTH` pixels wide, for each figure (plotly's JSON as a mapping with data and layout)."""
    if not figures:
        return []
    with chromium() as page:
        drawn = []
        for figure in figures:
            page.evaluate(_DRAW, json.dumps(figure))
            drawn.append(page.locator("#figure").screenshot(type="png", animations="disabled"))
        return drawn


def text(png: bytes) -> str:
    """Return a PNG as a notebook keeps it."""
    return base64.b64encode(png).decode("ascii")
