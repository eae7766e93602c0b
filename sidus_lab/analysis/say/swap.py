"""The sentences about a swap design: which of node, image and code is a cause, and what cannot be told."""

from __future__ import annotations

import math

from sidus_lab.analysis.findings.attribution import Effect, Swap
from sidus_lab.analysis.say.frame import Subject
from sidus_lab.analysis.sentence import Cause, Sentence
from sidus_lab.words import level_name, percent, percents


def swap(subject: Subject, found: Swap) -> list[Sentence]:
    """One sentence for each factor of a swap design, and one for what cannot be told."""
    sentences = []
    for effect in found.effects:
        if effect.cause == "interaction" and not effect.named:
            continue
        sentences.append(_effect(subject, found, effect))
    if not found.causes:
        text = f"What makes the difference cannot be told: {found.reason}."
        check = f"an effect significant at {percent(found.alpha)} over all tests (Holm)"
        sentences.append(Sentence("cause", text, check=check, passed=False, rows=found.rows, subject=subject.response))
    return sentences


def _effect(subject: Subject, found: Swap, effect: Effect) -> Sentence:
    size = percent(effect.size) if found.relative else subject.with_unit(effect.size)
    check = f"F test between boots (codes: within boots), significant at {percent(found.alpha)} over all tests (Holm)"
    what = {"hardware": "hardware", "software": "software", "code": "code"}.get(effect.cause, "")
    if effect.cause == "interaction":
        text = f"{effect.name}: what one does depends on the other, so neither is the cause alone."
    elif effect.why_not:
        text = f"{effect.name}: whether the {what} is a cause cannot be told: {effect.why_not}."
    elif effect.named:
        ends = effect.interval
        interval = ""
        if ends is not None:
            shown = percents(ends) if found.relative else f"{ends} {subject.unit}".rstrip()
            interval = f" ({shown}, {level_name(ends.level)} interval)"
        text = f"{effect.name}: the {what} is a cause; its levels differ by up to {size}{interval}."
    else:
        least = percent(effect.detectable) if found.relative else subject.with_unit(effect.detectable)
        text = f"{effect.name}: no effect of the {what} is shown; one of {least} would have been found 9 times in 10."
    causes: dict[str, Cause] = {"hardware": "hardware", "software": "software", "code": "code"}
    return Sentence(
        "cause",
        text,
        cause=causes.get(effect.cause, "unknown") if effect.named else "unknown",
        estimate=None if math.isnan(effect.size) else effect.size,
        interval=effect.interval,
        check=check,
        passed=effect.named,
        rows=found.rows,
        unit="relative difference" if found.relative else subject.unit,
        subject=subject.response,
    )
