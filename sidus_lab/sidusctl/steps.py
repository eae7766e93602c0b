"""What to do next, as data: an error names a step, and each half of the program words it for its own reader.

A step is a word and what belongs to it, such as ``("job-follow", "20260131-120000-1a2b")``. Here stand the commands of
this half; the notebook's half has its own calls for the same words.
"""

from __future__ import annotations

import shlex
from typing import Dict, Sequence

COMMANDS: Dict[str, str] = {
    "help": "{} --help",
    "init": "init",
    "image-build": "image build < recipe.toml",
    "image-publish": "image publish {}",
    "job-follow": "job follow {}",
    "job-list": "job list",
    "node-add": "node add --help",
    "node-remove": "node remove {}",
    "node-rekey": "node rekey {}",
    "node-replace": "node add {} --replace ...",
    "site-up": "site up --interface NAME",
}
"""Step -> the words behind ``sidusctl``, with a place for what belongs to it."""


def command(step: Sequence[str], site: str) -> str:
    """The step as a command line for a terminal on the server; empty for no step."""
    if not step:
        return ""
    word, given = step[0], list(step[1:])
    # The words of a verb, for its help, are words of ours; anything else may be a stranger's.
    belongs = " ".join(given) if word == "help" else shlex.join(given)
    where = "--site {} ".format(shlex.quote(site)) if site and word not in ("help", "node-add") else ""
    return "sidusctl " + where + COMMANDS[word].format(belongs)
