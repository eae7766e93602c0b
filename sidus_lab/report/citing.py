"""How to cite what a report stands on: the software, SIDUS, and the data of the report itself, as BibTeX."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.version import __version__

LICENCE = "BSD-3-Clause"
_SPECIAL = re.compile(r"([&%$#_{}])")
_SIDUS = """@article{sidus2013,
  author = {Quemener, Emmanuel and Corvellec, Marianne},
  title = {{SIDUS}, the solution for extreme deduplication of an operating system},
  journal = {Linux Journal},
  number = {235},
  year = {2013}
}"""


def commit() -> str:
    """Give the commit that this package is run from, with ``+`` where files were changed since; empty without git."""
    folder = Path(__file__).resolve().parent.parent
    if not (folder.parent / ".git").exists():
        return ""
    found = _git(folder, "rev-parse", "--short=12", "HEAD")
    return found + ("+" if found and _git(folder, "status", "--porcelain", "--untracked-files=no", ".") else "")


def bibtex(title: str, authors: Sequence[str], run: str, year: str) -> str:
    """Give three entries: software, SIDUS, and the data of a run. Pure, but for the commit of the software."""
    found = commit()
    note = f"version {__version__}{f', commit {found}' if found else ''}"
    software = f"""@software{{sidus_lab,
  author = {{{{The sidus_lab authors}}}},
  title = {{sidus\\_lab}},
  version = {{{__version__}}},
  note = {{{note}}},
  year = {{2026}}
}}"""
    who = " and ".join(map(_escaped, authors)) or "{author not given}"
    data = f"""@misc{{{_key(run)},
  author = {{{who}}},
  title = {{{_escaped(title)}}},
  note = {{Data set, run {_escaped(run)}}},
  year = {{{year}}}
}}"""
    return "\n\n".join([software, _SIDUS, data] if run else [software, _SIDUS])


def _escaped(text: str) -> str:
    """Give a text as BibTeX takes it."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.replace("\\", "/").split()))


def _key(run: str) -> str:
    return "run-" + re.sub(r"[^A-Za-z0-9-]", "", run)


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
