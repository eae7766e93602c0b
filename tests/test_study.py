"""A study: the run takes its proofs by itself, and the verdict and the report need nothing but the folder.

The nodes are stand-ins (see tests/experiments/standins.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.experiments import Design, Run, run
from sidus_lab.explanation import explain_records
from sidus_lab.study import Study
from tests.experiments.conftest import nodes  # noqa: F401
from tests.experiments.standins import LEVEL, LIMIT, Site, StandIn, workload

Nodes = Mapping[str, StandIn]
DESIGN = Design({LEVEL: ["default", "x"]}, repetitions=3, aa=1, seed=11)


@pytest.fixture
def site(nodes: Nodes) -> Site:  # noqa: F811
    return Site(nodes.values())


def test_a_run_takes_its_proofs_and_explains_itself(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = run(DESIGN, workload(), site, folder).result(LIMIT)
    assert site.proven == 2
    assert json.loads((folder / "proof-before.json").read_text())["same"] is True
    assert json.loads((folder / "proof-after.json").read_text())["stored"]["moment"] == "after"
    verdict = done.explain()
    assert verdict.about("software")[0].passed
    assert done.proofs.gaps(done.records()) == {}

    study = Study(folder)
    assert study.design == DESIGN
    assert study.proof == done.proofs.after
    assert next(iter(study.images.values())).recipe == {"name": "debian"}
    assert "every row is covered" in repr(study)
    assert "debian@0123456789ab" in study._repr_mimebundle_()["text/html"]
    page = study.report(tmp_path / "report.html").read_text()
    assert "debian@0123456789ab" in page
    assert "sl.Study(sl.run(design" in page
    assert str(verdict.about("software")[0].text)[:40] in page

    named = Study(folder, title="Ours", authors=["Ada Lovelace"], licence="CC-BY-4.0")
    text = named.report(tmp_path / "report.md", language="fr").read_text()
    for said in ("# Ours", "Par Ada Lovelace", ": CC-BY-4.0", "- sa charge", "author = {Ada Lovelace}"):
        assert said in text, said
    assert "enregistrement" not in text


def test_another_kernel_says_the_same_from_the_folder(site: Site, tmp_path: Path) -> None:
    done = run(DESIGN, workload(), site, tmp_path / "run").result(LIMIT)
    program = "import sys, sidus_lab; print(sidus_lab.Run(sys.argv[1]).explain())"
    argv = [sys.executable, "-c", program, str(done.folder)]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == f"{done.explain()}\n"


def test_a_node_that_was_started_anew_is_not_proven(site: Site, tmp_path: Path) -> None:
    """The proofs show a boot in which nothing was measured: the verdict says so, and still speaks of the data."""
    site.booted["node2"] = "another-boot"
    verdict = run(DESIGN, workload(), site, tmp_path / "run").result(LIMIT).explain()
    assert not verdict.about("software")[0].passed
    assert verdict.about("bits")
    study = Study(tmp_path / "run")
    assert "rows of node2 are not covered" in repr(study)
    assert "no proof was taken in its boot" in study.report(tmp_path / "report.html").read_text()
    with pytest.raises(SidusError, match="does not belong to these records") as caught:
        explain_records(study.records(), factors=[LEVEL], proof=study.proof)
    assert "node2: the proof is of its boot another-" in str(caught.value)


def test_a_proof_that_cannot_be_taken_stops_no_measurement(site: Site, tmp_path: Path) -> None:
    site.fails = SidusError("The server is gone.")
    action = run(DESIGN, workload(), site, tmp_path / "run")
    done = action.result(LIMIT)
    assert done.done == done.planned
    assert any("no proof before the executions: The server is gone." in line for line in action.lines)
    assert [why for _, why in done.proofs.failed] == ["The server is gone."] * 2
    assert not done.explain().about("software")[0].passed

    site.fails = None  # resumed, with nothing left to measure: the look that was missing is made up for
    again = Run.resume(tmp_path / "run", site).result(LIMIT)
    assert again.explain().about("software")[0].passed
    looks = site.proven
    Run.resume(tmp_path / "run", site).result(LIMIT)
    assert site.proven == looks, "all rows are covered: nobody needs to look again"


def test_machines_that_are_no_nodes_have_no_proof(nodes: Nodes, tmp_path: Path) -> None:  # noqa: F811
    study = Study(run(DESIGN, workload(), nodes, tmp_path / "run").result(LIMIT))
    assert study.proof is None
    assert study.images == {}
    assert "No proof was given" in study.explain().about("software")[0].text
    study.report(tmp_path / "report.html")


def test_a_damaged_proof_hides_nothing_when_shown(site: Site, tmp_path: Path) -> None:
    done = run(DESIGN, workload(), site, tmp_path / "run").result(LIMIT)
    (tmp_path / "run" / "proof-after.json").write_text("{")
    assert "proof-after.json is not a stored proof" in repr(done)
    assert "proof-after.json is not a stored proof" in repr(Study(done))
    with pytest.raises(SidusError, match="not a stored proof"):
        done.explain()
