"""The report as PDF, printed from its HTML by Chromium, where that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sidus_lab.errors import SidusError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LIMIT = 180.0  # seconds
DRAWING = 60_000  # milliseconds of the page's own time in which the figures are drawn


def find_browser() -> str:
    """Give the path of a Chromium. Raises `SidusError` where there is none."""
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return found
    raise SidusError(
        "A PDF is printed by Chromium, which is not installed here.",
        hint='apt-get install chromium, or study.report("report.html") and print that from any browser',
    )


def printed(html: Path, path: Path) -> Path:
    """Print a report (its HTML) to a PDF file, whole or not at all; give its path. Raises `SidusError`."""
    browser = find_browser()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sidus-lab-") as own:
        aside = Path(own) / "report.pdf"
        words = [browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer"]
        words += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={own}/profile"]
        words += [f"--virtual-time-budget={DRAWING}", f"--print-to-pdf={aside}"]
        words += ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not start as root
        try:
            done = subprocess.run([*words, html.resolve().as_uri()], capture_output=True, timeout=LIMIT, check=False)
            said = done.stderr.decode(errors="replace")
        except subprocess.TimeoutExpired:
            said = f"it did not end within {LIMIT:.0f} s"
        if not aside.is_file() or not aside.stat().st_size:
            raise SidusError(
                "Chromium printed no PDF.", hint='study.report("report.html")', detail="\n".join(said.splitlines()[-5:])
            )
        shutil.move(aside, path)
    return path
