"""Boots in a design: the node is started anew between them, whatever is killed in between.

The machines are folders (see second_kinds.py), the sessions that are killed are processes of their own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from sidus_lab.errors import Cancelled
from sidus_lab.experiments import Design, Run, RunError, run
from sidus_lab.experiments.engines import KINDS as ENGINES
from sidus_lab.experiments.factors import KINDS as FACTORS
from sidus_lab.experiments.workloads import KINDS as WORKLOADS
from tests.experiments.second_kinds import Bench, FileContent, FixedBench, Local, Shell, shell

LIMIT = 120.0
DESIGN = Design({"LEVEL": ["default", "x"]}, repetitions=3, boots=3, aa=3, seed=7)  # 12 executions a node


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    with (
        ENGINES.added("local", Local),
        FACTORS.added("file", FileContent("etc/tuned")),
        WORKLOADS.added("shell", Shell),
    ):
        yield


@pytest.fixture
def benches(tmp_path: Path) -> list[Bench]:
    return [Bench(tmp_path / "benches", name) for name in ("node1", "node2")]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "this takes too long"
        time.sleep(0.01)


def boots(table: pd.DataFrame) -> dict[str, list[int]]:
    """Per node the number of executions in each real boot, in the order of the planned ones."""
    assert (table.groupby(["node", "boot"])["boot_index"].nunique() == 1).all(), "a boot stands for one planned boot"
    counts = table.groupby(["node", "boot_index", "boot"]).size()
    return {str(node): counts[node].tolist() for node in counts.index.unique("node")}


def test_each_planned_boot_is_one_of_its_own(benches: list[Bench], tmp_path: Path) -> None:
    action = run(DESIGN, shell(), benches, tmp_path / "run", engine="local")
    assert action.expected is not None
    assert action.expected > 120
    done = action.result(LIMIT)
    table = done.records()
    assert {node: sum(counts) for node, counts in boots(table).items()} == {"node1": 12, "node2": 12}
    assert boots(table[table["phase"] == "main"]) == {"node1": [2, 2, 2], "node2": [2, 2, 2]}
    assert table.groupby("node")["boot"].nunique().tolist() == [3, 3]
    assert [bench.restarts for bench in benches] == [2, 2]
    for bench in benches:
        rows = table[table["node"] == bench.name].sort_values("order")
        assert rows["boot_index"].tolist() == [e.boot for e in DESIGN.executions(bench.name)]
    aa = table[table["phase"] == "aa"]
    assert (aa.groupby(["node", "boot"])["aa"].nunique() == 1).all(), "a boot is A or A' as a whole"
    assert any("restarts of a node, about 120 s of it" in line for line in action.lines)
    assert any("starting anew for boot 2" in line for line in action.lines)
    assert done.owed == []


def test_a_machine_that_cannot_be_started_anew_says_so_first(tmp_path: Path) -> None:
    fixed = FixedBench(tmp_path / "benches", "node1")
    with pytest.raises(RunError, match=r"node1 cannot be started anew[\s\S]*boots=1"):
        run(DESIGN, shell(), [fixed], tmp_path / "run", engine="local")
    assert not (tmp_path / "run").exists()
    one = Design(repetitions=2, aa=1)
    assert run(one, shell(), [fixed], tmp_path / "run", engine="local").result(LIMIT).done == 4


def test_one_boot_restarts_nothing(benches: list[Bench], tmp_path: Path) -> None:
    action = run(Design(repetitions=2, aa=1), shell(), benches, tmp_path / "run", engine="local")
    assert set(action.result(LIMIT).records()["boot_index"]) == {0}
    assert action.expected is None
    assert [bench.restarts for bench in benches] == [0, 0]


def test_a_node_that_does_not_come_up_again(benches: list[Bench], tmp_path: Path) -> None:
    (benches[1].root / "broken").touch()
    done = run(DESIGN, shell(), benches, tmp_path / "run", engine="local", patience=0.0).result(LIMIT)
    table = done.records()
    assert (table[table["node"] == "node1"]["status"] == "ok").all()
    lost = table[(table["node"] == "node2") & (table["status"] == "lost")]
    assert set(lost["boot_index"]) == {1, 2}
    assert lost["message"].str.contains("did not come up").all()
    assert [debt.what for debt in done.owed] == ["restart"]

    (benches[1].root / "broken").unlink()
    again = Run.resume(tmp_path / "run", benches, patience=0.0).result(LIMIT)
    assert again.done == again.planned
    assert again.records().groupby("node")["boot"].nunique().tolist() == [3, 3]
    assert again.owed == []


CLIENT = """
import sys
from pathlib import Path
from sidus_lab.experiments import Design, run
from sidus_lab.experiments.engines import KINDS as ENGINES
from sidus_lab.experiments.factors import KINDS as FACTORS, Factor
from sidus_lab.experiments.workloads import KINDS as WORKLOADS
from tests.experiments.second_kinds import Bench, FileContent, Local, Shell, shell
from tests.experiments.test_boots import DESIGN
ENGINES.add("local", Local)
FACTORS.add("file", FileContent("etc/tuned"))
WORKLOADS.add("shell", Shell)
folder, what = Path(sys.argv[1]), sys.argv[2]
design = DESIGN
if what == "file":
    design = Design([Factor("tuned", ["default", "9", "12"], "file")], repetitions=3, aa=1, seed=3)
program = shell("sleep 0.05; cat etc/tuned 2>/dev/null || echo untuned")
benches = [Bench(folder / "benches", name) for name in ("node1", "node2")]
run(design, program, benches, folder / "run", engine="local").result(120)
"""


def killed(folder: Path, what: str, when: Callable[[], bool]) -> None:
    """Run a session in a process of its own, and kill it at a moment."""
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(folder), what], cwd=Path(__file__).parents[2])
    try:
        until(when)
    finally:
        client.send_signal(signal.SIGKILL)
        client.wait()


def test_kill_9_in_the_middle_of_a_restart(benches: list[Bench], tmp_path: Path) -> None:
    """The node is off, the session is gone: the next one starts it, and every planned boot is one boot."""
    (benches[0].root / "hang").touch()
    killed(tmp_path, "boots", lambda: (benches[0].root / "off").exists())
    assert (benches[0].root / "off").exists()
    assert any(debt.node == "node1" and debt.what == "restart" for debt in Run(tmp_path / "run").owed)
    (benches[0].root / "hang").unlink()
    done = Run.resume(tmp_path / "run", benches, patience=0.0).result(LIMIT)
    assert done.done == done.planned
    table = done.records()
    assert table[table["node"] == "node1"]["boot"].nunique() == 3
    boots(table)
    assert done.owed == []


def test_cancel_in_the_middle_of_a_restart(benches: list[Bench], tmp_path: Path) -> None:
    (benches[0].root / "hang").touch()
    action = run(DESIGN, shell(), benches, tmp_path / "run", engine="local")
    until(lambda: (benches[0].root / "off").exists())
    action.cancel()
    with pytest.raises(Cancelled):
        action.result(LIMIT)
    (benches[0].root / "hang").unlink()
    done = Run.resume(tmp_path / "run", benches, patience=0.0).result(LIMIT)
    assert done.done == done.planned
    assert done.records().query("node == 'node1'")["boot"].nunique() == 3


def test_a_resumed_run_does_not_mix_planned_boots(benches: list[Bench], tmp_path: Path) -> None:
    """Rows of the first boot are missing when the node is in its last one: they get a boot of their own."""
    done = run(DESIGN, shell(), benches, tmp_path / "run", engine="local").result(LIMIT)
    path = tmp_path / "run" / "records.jsonl"
    kept = [row for row in path.read_text().splitlines() if '"order": 0,' not in row]
    path.write_text("\n".join(kept) + "\n")
    before = done.records()
    again = Run.resume(tmp_path / "run", benches).result(LIMIT)
    assert again.done == again.planned
    table = again.records()
    boots(table)
    first = table[table["order"] == 0]
    assert set(first["boot"]) & set(before["boot"]) == set()
