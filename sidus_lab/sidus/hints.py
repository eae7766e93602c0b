"""What to do next, in a notebook's words: sidusctl names a step, and here is the call that does it."""

from __future__ import annotations

from collections.abc import Sequence

# The steps are those of `sidusctl.steps.COMMANDS`; what belongs to a step takes the place of {}.
CALLS = {
    "help": "{}",
    "init": "lab.init()",
    "image-build": 'lab.build(Path("recipe.toml"))',
    "image-publish": 'lab.image("{}").publish()',
    "job-follow": 'lab.follow("{}")',
    "job-list": "lab.jobs()",
    "node-add": "lab.add_node(...)",
    "node-rekey": 'lab.node("{}").rekey()',
    "node-remove": 'lab.remove_nodes("{}")',
    "node-replace": 'lab.add_node("{}", ..., replace=True)',
    "site-up": "lab.site.up(interface=...)",
}
# Verb of sidusctl -> where a notebook's user reads how the same is called there.
HELP = {
    "image build": "for an example see sidus_lab/embedded/recipes/debian12-numpy.toml",
    "node add": "help(lab.add_node)",
    "node assign": "help(nodes.assign)",
    "init": "help(lab.init)",
}


def in_python(hint: str, step: Sequence[str] = ()) -> str:
    """Give what to do next: the hint of sidusctl, and the call for its step. Pure."""
    call = ""
    if step and step[0] == "help":
        call = HELP.get(" ".join(step[1:]), "help(lab)")
    elif step and step[0] in CALLS:
        call = CALLS[step[0]].format(*step[1:])
    return ": ".join(part for part in (hint, call) if part)
