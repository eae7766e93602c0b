"""Checks for the exercises of the lessons: they say what is missing in an answer, and never what the answer is."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def check(exercise: str, answer: object, *evidence: object) -> None:
    """Look at an answer, and print whether it is right or what is missing; `evidence` is what it was done on."""
    hint = CHECKS[exercise](answer, *evidence)
    print(f"Not yet: {hint}" if hint else "✓ That is it.")


def _root_hash(answer: object, lab: object) -> str:
    published = lab.published()[0]
    if not isinstance(answer, str):
        return "write the first twelve digits as a text, in quotes."
    if answer.strip().lower() == published.version[:12]:
        return "that names the version, by its commit. Which number does the kernel hold every block against?"
    if len(answer.strip()) < 12:
        return "twelve digits, please: fewer could be those of another image."
    if not published.root_hash.startswith(answer.strip().lower()):
        return "look at the row 'enforced' of the proof."
    return ""


def _refusal(answer: object, found: object) -> str:
    words = {state.reason for state in found.states}
    if not isinstance(answer, str):
        return "one word, in quotes."
    if answer.strip().lower() in ("refused", "off", "lost"):
        return "that is its state. The reason stands in brackets behind it."
    if answer.strip().lower() == "verity":
        return "the kernel did open the image: when was the wrong block met?"
    return "" if answer.strip().lower() in words else "read the states that the drill found."


def _cured(answer: object, records: object) -> str:
    factor = "OPENBLAS_CORETYPE"
    main = records[(records["phase"] == "main") & (records["status"] == "ok")]
    forced = main[main[factor] != "default"].groupby("operation")["result_hash"].nunique()
    free = main[main[factor] == "default"].groupby("operation")["result_hash"].nunique()
    right = {str(name) for name in free.index if free[name] > 1 and forced[name] == 1}
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        return 'a set of names, such as {"solve"}.'
    given = {str(each) for each in answer}
    unknown = given - {str(name) for name in free.index}
    if unknown:
        return f"{sorted(unknown)[0]} is no operation of this run."
    wrong = [name for name in given if free[name] == 1 or forced[name] > 1]
    if wrong:
        return "one of them still differs when the kernel is forced: count its results at that level."
    return "" if given == right else "right so far, and not all of them."


CHECKS: dict[str, Callable[..., str]] = {"root-hash": _root_hash, "refusal": _refusal, "cured": _cured}
