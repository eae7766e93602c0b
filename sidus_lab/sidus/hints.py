"""What to do next, in a notebook's words: the hints of sidusctl name its own commands, which nobody types there."""

from __future__ import annotations

import re

_TABLE = (
    (r"sidusctl job follow (\S+)", r'lab.follow("\1")'),
    (r"^sidusctl job list$", "lab.jobs() lists them"),
    (r"sidusctl node add --help", "lab.add_node(...)"),
    (r"use --replace, or: sidusctl node remove (\S+)", r'use replace=True, or: lab.remove_nodes("\1")'),
    (r"sidusctl node remove (\S+)", r'lab.remove_nodes("\1")'),
    (r"sidusctl image publish NAME", "image.publish()"),
    (r"see: sidusctl image build --help", "for an example see sidus_lab/embedded/recipes/debian12-numpy.toml"),
    (r"give it on stdin: sidusctl image build < recipe\.toml", 'lab.build(Path("recipe.toml"))'),
    (r"sidusctl image build < recipe\.toml", 'lab.build(Path("recipe.toml"))'),
    (r"run: sidusctl --site DIR init", "lab.init()"),
)


def in_python(hint: str) -> str:
    """Give a hint of sidusctl with its commands replaced by the calls that do the same. Pure."""
    for command, call in _TABLE:
        hint = re.sub(command, call, hint)
    return hint
