"""Build the documentation site, offline: warnings are errors, and every link between its own pages is followed.

    .venv/bin/python scripts/docs.py [--out DIR]

The pages are docs/*.md, the notebooks with the outputs that are stored in them, and a reference made from the
docstrings of the public face and from every `--help`. Sources are put together in a folder of their own, so that
nothing generated lies in the repository.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import docs_reference

ROOT = Path(__file__).resolve().parent.parent
PLOTLY = "application/vnd.plotly.v1+json"
DRAWN = """<div id="figure-NUMBER"></div>
<script>
window.addEventListener("load", () => {
  const figure = FIGURE;
  Plotly.newPlot("figure-NUMBER", figure.data, figure.layout, {responsive: true});
});
</script>"""


def gather(sources: Path) -> None:
    """Put all sources of the site into an empty folder."""
    shutil.copytree(ROOT / "docs", sources, ignore=shutil.ignore_patterns("__pycache__"))
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        target = sources / "tutorials" / path.relative_to(ROOT / "notebooks")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(with_figures(json.loads(path.read_text()))))
    for page, text in docs_reference.pages().items():
        target = sources / "reference" / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def with_figures(notebook: dict) -> dict:  # type: ignore[type-arg]
    """Return a notebook whose plotly figures are HTML that the site's own copy of plotly draws."""
    number = 0
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if PLOTLY in data:
                number += 1
                figure = json.dumps(data.pop(PLOTLY)).replace("</", "<\\/")
                data["text/html"] = DRAWN.replace("NUMBER", str(number)).replace("FIGURE", figure)
    return notebook


def build(out: Path) -> int:
    """Build the site into `out`; return the exit code."""
    sources, site = out / "sources", out / "html"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    gather(sources)
    words = [
        sys.executable,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-W",
        "--keep-going",
        "-q",
        "-j",
        "2",
        str(sources),
        str(site),
    ]
    code = subprocess.run(words, cwd=ROOT, check=False).returncode
    if code:
        return code
    broken = sorted(set(dead_links(site)))
    for page, link in broken:
        print(f"{page}: nothing is at {link}", file=sys.stderr)
    print(f"{len(list(site.rglob('*.html')))} pages: {site / 'index.html'}")
    return bool(broken)


class _Page(HTMLParser):
    """The links and the anchors of one page, and what it loads by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name in ("href", "src"):
                self.links.append(value)
                if tag in ("script", "img", "iframe") or ("rel", "stylesheet") in attrs:
                    self.loads.append(value)
            elif value and name in ("id", "name"):
                self.anchors.add(value)


def dead_links(site: Path) -> Iterator[tuple[str, str]]:
    """Yield (page, link) for each link to a page, file or anchor of the site that is not there.

    What a page loads by itself must lie in the site too: it has to work without a network.
    """
    pages = {path: _Page(path.read_text()) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.scheme or parts.netloc:
                dead = link in page.loads and parts.scheme != "data"
            elif target.is_dir():
                dead = not (target / "index.html").exists()
            else:
                known = pages.get(target)
                anchor = unquote(parts.fragment)
                dead = not target.exists() or bool(anchor and known and anchor not in known.anchors)
            if dead:
                yield str(path.relative_to(site)), link


def main() -> int:
    """Build the site."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", help="default: %(default)s")
    return build(parser.parse_args().out)


if __name__ == "__main__":
    sys.exit(main())
