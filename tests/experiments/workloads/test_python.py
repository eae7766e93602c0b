"""Workloads: what they refuse, and the built-in NumPy program, run here with this Python."""

from __future__ import annotations

import ast
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sidus_lab.experiments import DesignError, Workload, numpy_workload

SMALL = ["--solve=40", "--matmul=40", "--exp=1000"]
# SHA-256 of the inputs at these sizes: the same on every machine, or the comparison of results would mean nothing.
INPUTS = {
    "solve": "48a029444b680f221f75e5595d7ec100b2731e424fe318dff567ba4b24bc4a56",
    "matmul": "d07ceff511de04e61b2d4923d7bf88229cadb06247b1bee939908c19348c0047",
    "exp": "6e0b6cab57f2bd78e220b8dd3f496a9a10d8faf062df1e58361a643eb9295281",
}


def run(*arguments: str, **env: str) -> dict[str, dict[str, Any]]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS", "OMP", "NPY"))}
    argv = [sys.executable, "-c", numpy_workload().code, *arguments]
    out = subprocess.run(argv, capture_output=True, text=True, check=True, env=clean | env).stdout
    return {line["operation"]: line for line in map(json.loads, out.splitlines())}


def test_the_numpy_program() -> None:
    lines = run(*SMALL)
    assert tuple(lines) == numpy_workload().operations
    for line in lines.values():
        assert line["duration"] > 0
        assert len(line["result_hash"]) == 64
        assert line["metrics"]["warm_up"] == 1
        assert line["metrics"]["warm_up_same_bits"] is True
        assert line["metrics"]["numpy"] == np.__version__
    assert {name: line["metrics"]["input_hash"] for name, line in lines.items()} == INPUTS
    assert lines["matmul"]["work"] == 2 * 40**3
    assert (lines["exp"]["work"], lines["exp"]["work_unit"]) == (1000, "element")


def test_it_repeats_itself_and_depends_on_the_input() -> None:
    first, again, other = run(*SMALL), run(*SMALL), run("--solve=41", "--matmul=40", "--exp=1000")
    assert {n: line["result_hash"] for n, line in first.items()} == {
        n: line["result_hash"] for n, line in again.items()
    }
    assert other["solve"]["result_hash"] != first["solve"]["result_hash"]
    assert other["solve"]["metrics"]["input_hash"] != first["solve"]["metrics"]["input_hash"]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the kernels named here are those of x86-64")
def test_a_forced_blas_kernel_really_ran() -> None:
    """The check of the manipulation: OpenBLAS itself says which kernel it uses."""
    if not run(*SMALL)["solve"]["metrics"]["blas_core"]:
        pytest.skip("this NumPy does not use OpenBLAS")
    avx = " avx " in Path("/proc/cpuinfo").read_text()
    for core in ("Nehalem", "Sandybridge") if avx else ("Nehalem",):
        assert run(*SMALL, OPENBLAS_CORETYPE=core)["solve"]["metrics"]["blas_core"] == core


def test_the_program_is_for_the_python_of_older_nodes() -> None:
    ast.parse(numpy_workload().code, feature_version=(3, 9))


def test_sizes_and_threads() -> None:
    made = numpy_workload(n_solve=10, n_matmul=20, n_exp=30, threads=2)
    assert made.arguments == ("--solve=10", "--matmul=20", "--exp=30")
    assert made.environment["OPENBLAS_NUM_THREADS"] == "2"
    with pytest.raises(DesignError, match="whole number"):
        numpy_workload(n_solve=0)


def test_it_survives_being_stored() -> None:
    made = numpy_workload(timeout=5)
    assert Workload.from_dict(json.loads(json.dumps(made.to_dict())), made.code) == made
    with pytest.raises(DesignError, match="not the one that the run began with"):
        Workload.from_dict(made.to_dict(), made.code + "\n# changed\n")
    with pytest.raises(DesignError, match="not a stored workload"):
        Workload.from_dict({"name": "x"}, "")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"operations": "solve"}, "not one text"),
        ({"operations": ()}, "at least one operation"),
        ({"operations": ("a", "a")}, "named once"),
        ({"name": ""}, "needs a name"),
        ({"timeout": 0}, "time limit"),
        ({"environment": {"A B": "x"}}, "environment variable"),
        ({"code": "def f(:"}, "is not Python"),
    ],
)
def test_bad_workloads(more: dict[str, Any], words: str) -> None:
    with pytest.raises(DesignError, match=words):
        Workload(**({"name": "w", "code": "pass", "operations": ("a",)} | more))
