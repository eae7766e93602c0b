"""The recording that comes with the package: small, without anything private, and whole in every order."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.drill import Drill
from sidus_lab.errors import SidusError
from sidus_lab.experiments import Design, run
from sidus_lab.experiments.workloads import numpy_workload
from sidus_lab.panels.looker import Looker
from sidus_lab.recording.tape import Secrets, read
from sidus_lab.sidus import recorded
from sidus_lab.sidus.entrance import recorded_site
from sidus_lab.sidus.lab import Lab
from sidus_lab.study import Study

FILE = recorded.find("two-nodes")
LIMIT = 120.0


@pytest.fixture
def lab() -> Iterator[Lab]:
    with recorded_site("two-nodes", speed=math.inf) as opened:
        yield opened


def test_it_is_small_and_holds_nothing_private() -> None:
    text = FILE.read_text()
    assert len(text) < 2_000_000
    assert Secrets(()).clean(text.encode()) == text.encode(), "no private key"
    assert not re.search(r"(?<![\w.])/(home|Users|work|tmp/(?!\.))\b", text.replace("TMPDIR=/tmp", ""))
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"10.0.2.2"}, "the nodes' own view of their server, and no mirror"
    assert '"password"' not in text
    header = json.loads(text.splitlines()[0])
    assert header["name"] == "lab@two-nodes"
    assert re.fullmatch(r"20\d\d-\d\d-\d\d.*", header["recorded"])


def test_it_was_made_by_a_server_that_knows_no_word_of_a_boot() -> None:
    """What a node and its server share for one boot stays between them."""
    assert not re.search(r"SIDUS_WORD|sidus-word\W+[0-9a-f]{32}", FILE.read_text())
    assert all(entry.given is None or not entry.given for entry in read(FILE)[1] if entry.words[:2] == ("sh", "-s"))


def test_all_that_a_room_looks_at_is_there_before_and_after(lab: Lab) -> None:
    for _ in range(2):
        found = Looker(lab, "", jobs=True).look()
        assert sorted(found.entries) == ["node1", "node2"]
        lab.refresh()
        assert lab.check()
        assert lab.doctor()
        image = lab.image(lab.published()[0].image)
        assert image.details(lab.published()[0].version).lock
        lab.nodes().assign(lab.published()[0], scrub=True)
        lab.nodes().boot().result(LIMIT)


def test_a_node_that_refuses_lets_nobody_in(lab: Lab) -> None:
    Drill(lab).run("flipped-bit").result(LIMIT)
    proof = lab.nodes().prove()
    assert sorted(proof.missing) == ["node1", "node2"]
    with pytest.raises(SidusError):
        lab.node("node1").run(["true"])


def test_an_experiment_and_its_report_say_that_it_is_a_recording(lab: Lab, tmp_path: Path) -> None:
    nodes = lab.nodes().assign(lab.published()[0], scrub=True)
    nodes.ensure_up().result(LIMIT)
    assert nodes.prove(scrub=True).same
    for number, (setting, aa) in enumerate({"OPENBLAS_CORETYPE": 3, "GLIBC_TUNABLES": 2}.items()):
        levels = ["default", "Nehalem" if setting == "OPENBLAS_CORETYPE" else "glibc.cpu.hwcaps=-FMA"]
        design = Design({setting: levels}, repetitions=4, aa=aa, seed=number)
        done = run(design, numpy_workload(), nodes, tmp_path / setting).result(LIMIT)
        assert done.done == done.planned
    study = Study(tmp_path / "OPENBLAS_CORETYPE", authors=["Ada Lovelace"])
    assert "played from: two-nodes (recorded 20" in repr(study.run)
    verdict = study.explain()
    assert verdict.about("software")[0].passed
    assert any(sentence.passed and "matmul" in sentence.text for sentence in verdict.about("bits"))
    text = study.report(tmp_path / "report.md").read_text()
    first = text[: text.index("## ")]
    assert "Played from a recording: two-nodes" in first
    assert "emulated machines" in first or "virtual machines" in first
    assert "python3-numpy" in text
    too_many = Design({"OPENBLAS_CORETYPE": ["default"]}, repetitions=40, aa=1, seed=1)
    rows = run(too_many, numpy_workload(), nodes, tmp_path / "many").result(LIMIT).records()
    refused = rows[rows["status"] != "ok"]
    assert len(refused)
    assert refused["message"].str.contains("recorded site").all()
