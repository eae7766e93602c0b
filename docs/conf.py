"""Sphinx's settings for the documentation; `scripts/docs.py` puts the sources together and builds them."""

import importlib.util
import shutil
from pathlib import Path

from sidus_lab.version import __version__

project = "sidus_lab"
author = "The sidus_lab developers"
copyright = "The sidus_lab developers, BSD-3-Clause"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the stored outputs are shown; the tests hold them against the code
nb_mime_priority_overrides = [("html", "text/html", 0), ("html", "image/png", 10), ("html", "text/plain", 20)]
default_role = "literal"  # single backticks in docstrings are code
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
python_maximum_signature_line_length = 80
suppress_warnings = [
    "mystnb.unknown_mime_type",  # widgets: they live in a notebook, not on a page
    "ref.python",  # a word of a Literal, such as "hardware", is no reference to an attribute of that name
]
exclude_patterns = ["img/**"]

html_theme = "furo"
html_title = "sidus_lab"
html_static_path = ["_static"]
html_show_sourcelink = False
html_copy_source = False
html_js_files = ["plotly.min.js"]


def _bring_plotly(app):
    """Figures are drawn by the copy of plotly.js that comes with the Python package: no page loads from elsewhere."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise RuntimeError("plotly is not installed")
    target = Path(app.srcdir) / "_static" / "plotly.min.js"
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(Path(spec.origin).parent / "package_data" / "plotly.min.js", target)


def setup(app):
    """Hook into the build."""
    app.connect("builder-inited", _bring_plotly)
