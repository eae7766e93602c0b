"""The words that start an execution: nothing of the node's environment, the factors over the workload's."""

from __future__ import annotations

from sidus_lab.experiments import Factor, Workload
from sidus_lab.experiments.engines.environment import CLEAN, words

WORK = Workload("w", "print()", ("one",), ("a b",), {"LEVEL": "of the workload", "MINE": "1", "TZ": "CET"})
FACTORS = (Factor("LEVEL", ["default", "x y"]), Factor("size", ["default", "3"], "argument"))


def made(level: str, size: str, *, probed: bool = True) -> list[str]:
    return words(WORK, FACTORS, {"LEVEL": level, "size": size}, mark="r/n", program="/p.py", probed=probed)


def test_everything_is_stated() -> None:
    found = made("x y", "3")
    assert found[:2] == ["/usr/bin/env", "-i"]
    variables = dict(word.split("=", 1) for word in found[2 : found.index("python3")])
    assert variables == {
        **CLEAN,
        "TZ": "CET",
        "LEVEL": "x y",
        "MINE": "1",
        "SIDUS_RUN": "r/n",
        "SIDUS_FACTORS": "LEVEL,size",
    }
    assert found[found.index("python3") :] == ["python3", "-s", "-P", "/p.py", "a b", "--size=3"]


def test_a_factor_at_its_default_is_unset_even_where_the_workload_sets_it() -> None:
    found = made("default", "default")
    assert not any(word.startswith(("LEVEL=", "--size")) for word in found)


def test_an_interpreter_that_is_too_old_for_all_of_it() -> None:
    assert "-P" not in made("default", "default", probed=False)
