"""The rules of axe-core on a page or a part of it, as lines that say what is wrong and where.

The engine comes with the package axe-playwright-python; nothing is fetched.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# Rules for whole pages: a panel is a part of somebody else's page.
_PAGE_RULES = ("region", "page-has-heading-one", "landmark-one-main", "bypass", "heading-order", "document-title")


def violations(page: Any, part: str | None = None) -> list[str]:
    """Give what breaks a rule below the selector `part` (of a JupyterLab page, say), or on the whole page."""
    off = {rule: {"enabled": False} for rule in _PAGE_RULES} if part else {}
    found = Axe().run(page, context=part, options={"rules": off, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {node['html'][:160]}   ({node['failureSummary'].splitlines()[-1].strip()[:160]})"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
