"""What every engine does, whatever way its programs come to run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import KINDS, Direct, Engine
from sidus_lab.experiments.factors import DesignError, Factor
from sidus_lab.experiments.workloads import AnyWorkload, Workload
from tests.experiments.second_kinds import Bench, Local, shell
from tests.experiments.standins import StandIn, remove_program

Make = Callable[..., Engine]
FACTORS = (Factor("LEVEL", ["default", "a b'$(x)"]), Factor("size", ["default", "3"], "argument"))
CODE = """
import json, os, sys
print(json.dumps({"operation": "look", "duration": 0.001, "work": 1.0, "metrics": {
    "environment": dict(os.environ), "arguments": sys.argv[1:], "path": sys.path}}))
"""


@pytest.fixture(params=["direct", "local"])
def make(request: pytest.FixtureRequest, nodes: Mapping[str, StandIn], tmp_path: Path) -> Iterator[Make]:
    """Makes an engine of each kind on a machine of its own."""
    used: list[AnyWorkload] = []

    def engine(workload: AnyWorkload, factors: Sequence[Factor] = FACTORS) -> Engine:
        used.append(workload)
        if request.param == "direct":
            return Direct(nodes["node1"], workload, factors, "r1")
        return Local(Bench(tmp_path, "node1"), workload, factors, "r1")

    yield engine
    for each in used:
        remove_program(each)


def planned(level: str = "default", size: str = "default") -> Execution:
    return Execution("main", 0, 0, 0, "", {"LEVEL": level, "size": size})


def python(code: str = CODE, **more: Any) -> Workload:
    return Workload("look", code, ("look",), **more)


def test_the_package_has_this_kind() -> None:
    assert KINDS["direct"] is Direct
    with pytest.raises(DesignError, match=r"engine of the kind 'slurmy'[\s\S]*use direct"):
        KINDS["slurmy"]


def test_a_good_execution(make: Make) -> None:
    engine = make(python())
    assert engine.reach(0.0, threading.Event()) is None
    outcome = engine.execute(planned("a b'$(x)", "3"), threading.Event())
    assert not outcome.gone
    (row,) = outcome.rows
    assert (row["status"], row["node"], row["operation"]) == ("ok", "node1", "look")
    assert row["boot"] == engine.facts["boot"]
    assert {row["root_hash"], row["hardware"]} == {engine.facts["root_hash"], engine.facts["hardware"]}
    assert row["when"].endswith("Z")
    seen = row["metrics"]
    assert seen["environment"]["LEVEL"] == "a b'$(x)"
    assert seen["arguments"] == ["--size=3"]


def test_the_environment_is_clean_and_stated(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a login, and no folder of a user's or beside the program that modules could come from."""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "from-this-process")
    engine = make(python(environment={"MINE": "1"}))
    assert engine.reach(0.0, threading.Event()) is None
    (row,) = engine.execute(planned(), threading.Event()).rows
    seen = row["metrics"]["environment"]
    assert set(seen) <= {"PATH", "HOME", "LANG", "TMPDIR", "TZ", "MINE", "SIDUS_RUN", "SIDUS_FACTORS", "LC_CTYPE"}
    assert seen["SIDUS_FACTORS"] == "LEVEL,size"
    assert "LEVEL" not in seen
    assert {name: seen[name] for name in engine.launch["environment"]} == dict(engine.launch["environment"])
    assert engine.launch["command"][:3] == ["python3", "-s", "-P"]
    assert not any("site-packages" in path and "/.local/" in path for path in row["metrics"]["path"])
    assert all(not path or not Path(path).joinpath("program.py").exists() for path in row["metrics"]["path"])


def test_another_kind_of_workload(make: Make) -> None:
    engine = make(shell("echo 1"))
    assert engine.reach(0.0, threading.Event()) is None
    (row,) = engine.execute(planned(), threading.Event()).rows
    assert row["status"] == "ok", row["message"]
    assert len(row["result_hash"]) == 64


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "print('nothing of use')", "print('{\"operation\": 3}')"])
def test_a_program_that_gives_nothing_failed(make: Make, code: str) -> None:
    engine = make(python(code))
    assert engine.reach(0.0, threading.Event()) is None
    (row,) = engine.execute(planned(), threading.Event()).rows
    assert row["status"] == "failed"
    assert row["message"]
    assert row["duration"] is None


def test_the_time_limit_and_cancel(make: Make) -> None:
    engine = make(python("import time; time.sleep(60)", timeout=0.5))
    assert engine.reach(0.0, threading.Event()) is None
    (row,) = engine.execute(planned(), threading.Event()).rows
    assert row["status"] == "failed"
    cancel = threading.Event()
    engine = make(python("import time; time.sleep(60)"))
    assert engine.reach(0.0, threading.Event()) is None
    threading.Timer(0.5, cancel.set).start()
    began = time.monotonic()
    (row,) = engine.execute(planned(), cancel).rows
    assert row["status"] == "cancelled"
    assert time.monotonic() - began < 50


def test_rows_of_what_was_not_started(make: Make) -> None:
    (row,) = make(python()).rows("lost", "why")
    assert (row["status"], row["message"], row["operation"]) == ("lost", "why", "look")
