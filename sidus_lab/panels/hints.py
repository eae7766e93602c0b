"""What to do next, in a panel's words: an error names a step, and here is the button for it. Pure."""

from __future__ import annotations

from sidus_lab.errors import SidusError

# The steps are those of `sidusctl.steps.COMMANDS`, with two of this half; what belongs to a step takes the place of {}.
# A step without a button keeps the hint that the error has.
BUTTONS = {
    "image-publish": "publish {}, then press Assign",
    "job-follow": "choose {} in Jobs of the site, and press Follow",
    "job-list": "look at Jobs of the site",
    "node-assign": "press Assign, then Boot",
    "wait": "wait for its end, or press its Cancel",
}


def text(error: SidusError) -> str:
    """Give an error's lines with its hint in buttons where there is one."""
    hint = error.hint
    if error.step and error.step[0] in BUTTONS:
        hint = BUTTONS[error.step[0]].format(*(*error.step[1:], ""))
    lines = str(error).splitlines()
    if error.hint:
        lines = str(error).removesuffix(f"Next: {error.hint}").splitlines()
    return "\n".join([*lines, *([f"Next: {hint}"] if hint else [])])
