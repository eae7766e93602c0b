"""What every kind of workload does: it is stored, and comes back as the very program that was run."""

from __future__ import annotations

import json

import pytest

from sidus_lab.experiments import DesignError
from sidus_lab.experiments.workloads import KINDS, AnyWorkload, Workload, numpy_workload, stored
from tests.experiments.second_kinds import Shell, shell

ALL = [Workload("w", "print()", ("one", "two"), ("a", "b c"), {"X": "1"}), numpy_workload(), shell()]


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.name)
def test_stored_and_made_again(made: AnyWorkload) -> None:
    plain = json.loads(json.dumps(made.to_dict()))
    with KINDS.added("shell", Shell):
        assert stored(plain, made.code) == made
        with pytest.raises(DesignError, match="not the one that the run began with"):
            stored(plain, made.code + "\n")
        with pytest.raises(DesignError, match="not a stored workload"):
            stored({"kind": plain["kind"]}, made.code)


@pytest.mark.parametrize("made", ALL, ids=lambda made: made.name)
def test_its_command(made: AnyWorkload) -> None:
    program = f"/run/x{made.suffix}"
    for probed in (True, False):
        assert program in made.command(program, probed=probed)
    assert len(made.code_hash) == 64
    assert made.operations
    assert made.timeout > 0


def test_a_kind_that_is_not_known() -> None:
    with pytest.raises(DesignError, match=r"workload of the kind 'shell'[\s\S]*use python"):
        stored(shell().to_dict(), shell().code)
