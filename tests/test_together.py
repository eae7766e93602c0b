"""Experiments read together: a cause that one leaves open and another forced, and runs that do not belong together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from sidus_lab.errors import DataError
from sidus_lab.experiments import Design, Factor, run
from sidus_lab.explanation import Verdict, explain_records
from sidus_lab.study import Study
from sidus_lab.together import read, union
from tests.experiments.conftest import nodes  # noqa: F401
from tests.experiments.standins import LEVEL, LIMIT, Site, StandIn, workload

BLAS, GLIBC = "OPENBLAS_CORETYPE", "GLIBC_TUNABLES"
NODES = [f"node{number + 1}" for number in range(4)]  # two of each kind of processor
PROOF = {"same": True, "nodes": NODES, "levels": {"enforced": True, "clean": True}}


def bits(node: str, operation: str, setting: Mapping[str, str]) -> str:
    """As on the two processors of the tour: BLAS chooses for `solve`, glibc for `exp`, and each can be forced."""
    new = node in NODES[:2]
    factor = {"solve": BLAS, "exp": GLIBC}.get(operation)
    return "old" if not new or setting.get(factor or "", "default") != "default" else "new"


def experiment(
    factor: str, start: str, choice: Callable[[str, str, Mapping[str, str]], str] = bits, code: str = "c"
) -> pd.DataFrame:
    rows = []
    when = pd.date_range(start, periods=1000, freq="s", tz="UTC")
    for node in NODES:
        for number in range(8):  # in turn: unset, forced, forced, unset
            level = ("default", "forced", "forced", "default")[number % 4]
            for operation in ("solve", "exp"):
                result = choice(node, operation, {factor: level})
                rows.append(
                    {
                        "run": start, "node": node, "boot": f"boot of {node}", "order": number, "block": number // 2,
                        "repetition": number // 2, "kind": "comparison", "when": when[number * 10].isoformat(),
                        "operation": operation, "status": "ok", "duration": 1 + 0.01 * ((len(rows) * 7) % 11),
                        "work": 1.0, "result_hash": hashlib.sha256((operation + result).encode()).hexdigest(),
                        "hardware": "new" if node in NODES[:2] else "old", "code": code, "code_hash": code,
                        "root_hash": "r", factor: level,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def said(verdict: Verdict) -> dict[str, tuple[str, str]]:
    return {each.subject: (each.cause, each.text) for each in verdict.about("bits")}


def test_each_experiment_alone_puts_down_to_hardware_what_it_did_not_force() -> None:
    """What was wrong: the chip says hardware, and the next experiment shows a library's choice."""
    alone = said(explain_records(experiment(BLAS, "2026-01-01"), factors=[BLAS], proof=PROOF))
    assert alone["solve"][0] == "setting"
    assert alone["exp"][0] == "hardware"


@pytest.mark.parametrize("turned", [False, True])
def test_together_each_difference_has_its_own_cause(turned: bool) -> None:
    tables = [(experiment(BLAS, "2026-01-01"), (BLAS,)), (experiment(GLIBC, "2026-01-02"), (GLIBC,))]
    rows = union(tables[::-1] if turned else tables)
    found = said(explain_records(rows, factors=[BLAS, GLIBC], proof=PROOF))
    for operation, factor in (("solve", BLAS), ("exp", GLIBC)):
        cause, text = found[operation]
        assert cause == "setting", text
        assert factor in text.partition("agree once")[2].partition(":")[0], text


def test_what_no_experiment_forced_stays_open() -> None:
    """Neither setting does anything: nothing is made of two failures."""
    hard = lambda node, operation, setting: "new" if node in NODES[:2] else "old"  # noqa: E731
    rows = union([(experiment(BLAS, "2026-01-01", hard), (BLAS,)), (experiment(GLIBC, "2026-01-02", hard), (GLIBC,))])
    assert {cause for cause, _ in said(explain_records(rows, factors=[BLAS, GLIBC], proof=PROOF)).values()} == {
        "hardware"
    }


def test_a_change_between_two_experiments_is_not_put_down_to_a_setting() -> None:
    """The second experiment gives other bits throughout, whatever is set: something else has changed."""
    later = lambda node, operation, setting: "later" if GLIBC in setting else bits(node, operation, setting)  # noqa: E731
    rows = union([(experiment(BLAS, "2026-01-01", later), (BLAS,)), (experiment(GLIBC, "2026-01-02", later), (GLIBC,))])
    for cause, text in said(explain_records(rows, factors=[BLAS, GLIBC], proof=PROOF)).values():
        assert cause != "setting", text


def test_rows_are_in_the_order_of_time_and_controls_of_each_other() -> None:
    first, second = experiment(BLAS, "2026-01-01"), experiment(GLIBC, "2026-01-02")
    rows = union([(second, (GLIBC,)), (first, (BLAS,))])
    assert len(rows) == len(first) + len(second)
    assert set(rows.loc[rows["run"] == "2026-01-01", GLIBC]) == {"default"}
    one = rows[(rows["node"] == "node1") & (rows["operation"] == "exp")]
    assert one["order"].tolist() == list(range(16))
    assert one["when"].is_monotonic_increasing


@pytest.fixture
def site(nodes: Mapping[str, StandIn]) -> Site:  # noqa: F811
    return Site(nodes.values())


def test_a_study_reads_its_runs_with_their_proofs(site: Site, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    designs = [
        Design({LEVEL: ["default", "x"]}, repetitions=2, aa=1),
        Design({"OTHER": ["default", "y"]}, repetitions=2),
    ]
    one, two = (run(d, workload(), site, f).result(LIMIT) for d, f in zip(designs, folders, strict=True))
    verdict = Study(folders[0]).together(two)
    assert {sentence.about for sentence in verdict.sentences} <= {"software", "bits", "data"}
    assert verdict.about("software")[0].passed, "proven by the proofs of both"
    assert len(verdict.table) == 2 * 3
    assert verdict.answer
    assert str(Study(two).together(one)) == str(verdict)

    with pytest.raises(DataError, match="one run only"):
        Study(one).together(Study(folders[0]))
    with pytest.raises(DataError, match="one run only"):
        read([])
    other = run(designs[1], workload(environment={"MORE": "1"}), site, tmp_path / "three").result(LIMIT)
    with pytest.raises(DataError, match="measured different workloads"):
        Study(one).together(other)
    argument = Design([Factor(LEVEL, ["default", "x"], kind="argument")], repetitions=2)
    with pytest.raises(DataError, match="of the kind environment in one run and argument in another"):
        Study(one).together(run(argument, workload(), site, tmp_path / "four").result(LIMIT))
