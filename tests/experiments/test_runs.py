"""Runs: every record kept, whatever happens to nodes, to the disk, to the process itself.

The nodes are stand-ins (see standins.py): real sshds on loopback.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sidus_lab.actions import Action
from sidus_lab.errors import Cancelled
from sidus_lab.experiments import Design, Run, RunError, journal, records, run
from sidus_lab.experiments.journal import FolderLock
from tests.experiments.standins import BOOT, LEVEL, LIMIT, StandIn, workload

Nodes = Mapping[str, StandIn]
DESIGN = Design({LEVEL: ["default", "x"]}, repetitions=2, aa=1, seed=11)  # 6 executions a node, 12 rows


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "this takes too long"
        time.sleep(0.02)


def tally(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    return {key: int(n) for key, n in table.groupby(["node", "status"]).size().items()}  # type: ignore[misc]


def test_a_run_from_start_to_end(nodes: Nodes, tmp_path: Path) -> None:
    made = workload()
    action = run(DESIGN, made, nodes, tmp_path / "run")
    done = action.result(LIMIT)
    table = done.records()
    assert tally(table) == {("node1", "ok"): 12, ("node2", "ok"): 12}
    assert done.done == done.planned == 12
    for name in nodes:
        plan, rows = DESIGN.executions(name), table[(table["node"] == name) & (table["operation"] == "one")]
        assert rows["order"].tolist() == [e.order for e in plan]
        assert rows["phase"].tolist() == [e.phase for e in plan]
        assert rows["aa"].tolist() == [e.aa for e in plan]
        assert rows["block"].tolist() == [e.block for e in plan]
        assert rows[LEVEL].tolist() == [e.levels[LEVEL] for e in plan]
        assert rows["when"].tolist() == sorted(rows["when"])
    assert set(table["code_hash"]) == {made.code_hash}
    assert set(table["boot"]) == {BOOT}
    assert table["result_hash"].nunique() == 4  # two operations at two levels
    pd.testing.assert_frame_equal(records.read_parquet(done.folder / "records.parquet"), table)
    pd.testing.assert_frame_equal(records.read_csv(done.folder / "records.csv"), table)
    about = json.loads((done.folder / "experiment.json").read_text())
    assert about["state"] == "done"
    assert about["design"]["seed"] == 11
    assert about["records"] == {"ok": 24}
    assert about["nodes"]["node1"]["boot"] == [BOOT]
    assert about["workload"]["code_hash"] == made.code_hash
    assert about["sessions"][0]["ended"] >= about["sessions"][0]["started"]
    assert "node1: 6 of 6" in action.line
    assert any("s left" in line for line in action.lines)
    assert "12 of 12 done" in repr(done)
    assert "<dl>" in done._repr_mimebundle_()["text/html"]


def test_the_rows_are_there_at_once(nodes: Nodes, tmp_path: Path) -> None:
    """Another process can read them while the run is under way."""
    action = run(DESIGN, workload(), nodes, tmp_path / "run")
    until(lambda: len(Run(tmp_path / "run").rows()) > 2)
    assert not Run(tmp_path / "run").records().empty
    action.result(LIMIT)


def test_a_node_that_dies_and_comes_back(nodes: Nodes, tmp_path: Path) -> None:
    """Its rows say so, the other node goes on, and the run resumes with what is missing."""
    folder, two = tmp_path / "run", nodes["node2"]
    action = run(DESIGN, workload(), nodes, folder, patience=0.0)
    until(lambda: len(two.starts()) >= 3)
    two.sshd.stop()
    done = action.result(LIMIT)
    table = done.records()
    counts = tally(table)
    assert counts["node1", "ok"] == 12
    assert counts["node2", "lost"] >= 2
    assert counts["node2", "ok"] + counts["node2", "lost"] == 12
    assert table.loc[table["status"] == "lost", "message"].str.len().min() > 0
    assert table.loc[table["status"] == "lost", "duration"].isna().all()
    before = table[table["status"] == "ok"]

    two.restart()
    again = Run.resume(folder, nodes).result(LIMIT)
    table = again.records()
    assert tally(table) == {("node1", "ok"): 12, ("node2", "ok"): 12}
    kept = table.merge(before[["node", "order", "operation", "when", "metrics"]], how="inner")
    assert len(kept) == len(before)  # what was good is the very same row
    assert len(again.rows()) == 24 + counts["node2", "lost"]  # the old rows are still in the journal
    assert set(table["attempt"]) == {1, 2}
    assert len(again.about["sessions"]) == 2


def test_a_node_that_is_never_there(nodes: Nodes, tmp_path: Path) -> None:
    nodes["node1"].sshd.stop()
    table = run(DESIGN, workload(), nodes, tmp_path / "run", patience=0.0).result(LIMIT).records()
    assert tally(table) == {("node1", "lost"): 12, ("node2", "ok"): 12}
    assert table["message"].str.contains("Not started, since the node was gone").sum() == 12


def test_a_node_that_comes_back_in_time_loses_one_execution(nodes: Nodes, tmp_path: Path) -> None:
    one = nodes["node1"]
    (one.control / "wait").touch()
    action = run(DESIGN, workload(), {"node1": one}, tmp_path / "run", patience=LIMIT)
    until(lambda: len(one.starts()) == 1)
    one.sshd.stop()
    (one.control / "wait").unlink()
    one.restart()
    assert tally(action.result(LIMIT).records()) == {("node1", "lost"): 2, ("node1", "ok"): 10}


def test_failed_executions_are_run_again(nodes: Nodes, tmp_path: Path) -> None:
    (nodes["node2"].control / "crash").touch()
    done = run(DESIGN, workload(), nodes, tmp_path / "run").result(LIMIT)
    assert tally(done.records()) == {("node1", "ok"): 12, ("node2", "failed"): 12}
    starts = len(nodes["node1"].starts())
    (nodes["node2"].control / "crash").unlink()
    done = Run.resume(tmp_path / "run", {"node2": nodes["node2"]}).result(LIMIT)  # node1 has nothing missing
    assert tally(done.records()) == {("node1", "ok"): 12, ("node2", "ok"): 12}
    assert len(nodes["node1"].starts()) == starts
    assert Run.resume(tmp_path / "run", nodes).result(LIMIT).done == 12  # nothing to do is fine


def test_cancel_keeps_what_is_there(nodes: Nodes, tmp_path: Path) -> None:
    action = run(DESIGN, workload(), nodes, tmp_path / "run")
    until(lambda: len(nodes["node1"].starts()) >= 2)
    (nodes["node1"].control / "wait").touch()
    (nodes["node2"].control / "wait").touch()
    action.cancel()
    with pytest.raises(Cancelled):
        action.result(LIMIT)
    kept = Run(tmp_path / "run")
    assert kept.about["state"] == "cancelled"
    assert set(kept.records()["status"]) <= {"ok", "cancelled"}
    assert len(records.read_parquet(tmp_path / "run" / "records.parquet")) == len(kept.records())
    assert 0 < kept.done < 12
    for node in nodes.values():
        (node.control / "wait").unlink(missing_ok=True)
    assert Run.resume(tmp_path / "run", nodes).result(LIMIT).done == 12


CLIENT = """
import sys, time
from pathlib import Path
from tests.experiments.standins import workload
from tests.experiments.test_runs import DESIGN, reopened
from sidus_lab.experiments import run
folder, *nodes = sys.argv[1:]
run(DESIGN, workload(), [reopened(name) for name in nodes], folder).result(120)
"""


def reopened(text: str) -> Any:
    """A machine for a process that did not start its sshd: ``name|port|identity|known_hosts``."""
    name, port, identity, known_hosts = text.split("|")
    made: Any = StandIn.__new__(StandIn)
    made.name, made._identity, made._known_hosts, made._open, made.boots = (
        name,
        Path(identity),
        Path(known_hosts),
        None,
        [],
    )
    made.sshd = type("Where", (), {"address": "127.0.0.1", "port": int(port)})()
    return made


def test_kill_9_in_the_middle(nodes: Nodes, tmp_path: Path) -> None:
    """The process that measures is killed, its last line torn: what was whole stays, the rest is run again, once."""
    folder = tmp_path / "run"
    words = [f"{n.name}|{n.sshd.port}|{n._identity}|{n._known_hosts}" for n in nodes.values()]
    root = Path(__file__).resolve().parents[2]
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(folder), *words], cwd=root)
    until(lambda: (folder / "records.jsonl").exists() and (folder / "records.jsonl").read_bytes().count(b"\n") >= 6)
    (nodes["node1"].control / "wait").touch()  # its process hangs on the node while the client is killed
    count = len(nodes["node1"].starts())
    until(lambda: len(nodes["node1"].starts()) > count or len(nodes["node1"].starts()) == 6)
    assert Run(folder).state == "running"
    client.send_signal(signal.SIGKILL)
    client.wait()
    assert Run(folder).state == "killed"
    assert "Run.resume" in repr(Run(folder))
    with (folder / "records.jsonl").open("ab") as file:
        file.write(b'{"run": "r", "when": "2026')
    rows = Run(folder).rows()
    good = [row for row in rows if row["status"] == "ok"]
    hung = nodes["node1"].starts()[-1]
    (nodes["node1"].control / "wait").unlink()
    table = run(DESIGN, workload(), nodes, folder).result(LIMIT).records()  # the same cell again
    assert Run(folder).state == "done"
    assert tally(table) == {("node1", "ok"): 12, ("node2", "ok"): 12}
    whens = set(table["when"])
    places = [(row["node"], row["order"]) for row in good]
    assert all(row["when"] in whens for row in good if places.count((row["node"], row["order"])) == 2)
    assert not Path(f"/proc/{hung}").exists() or "Z" in Path(f"/proc/{hung}/stat").read_text()
    with pytest.raises(ProcessLookupError):
        os.kill(client.pid, 0)


def test_two_cannot_have_one_folder(nodes: Nodes, tmp_path: Path) -> None:
    (nodes["node1"].control / "wait").touch()
    action = run(DESIGN, workload(), nodes, tmp_path / "run")
    with pytest.raises(RunError, match="under way already"):
        run(DESIGN, workload(), nodes, tmp_path / "run")
    with pytest.raises(RunError, match="under way already"):
        Run.resume(tmp_path / "run", nodes)
    (nodes["node1"].control / "wait").unlink()
    action.result(LIMIT)
    with pytest.raises(RunError, match="holds a run already, and it is complete"):
        run(DESIGN, workload(), nodes, tmp_path / "run")


def test_the_same_call_goes_on_and_another_one_does_not(nodes: Nodes, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (nodes["node1"].control / "wait").touch()
    action = run(DESIGN, workload(), nodes, folder)
    until(lambda: len(nodes["node1"].starts()) == 1)
    action.cancel()
    with pytest.raises(Cancelled):
        action.result(LIMIT)
    assert Run(folder).state == "cancelled"
    (nodes["node1"].control / "wait").unlink()
    for design, work in ((Design({LEVEL: ["default", "z"]}), workload()), (DESIGN, workload(timeout=7.0))):
        with pytest.raises(RunError, match="holds another run already"):
            run(design, work, nodes, folder)
    before = {(row["node"], row["order"]) for row in Run(folder).rows() if row["status"] == "ok"}
    went_on = run(DESIGN, workload(), nodes, folder).result(LIMIT)
    assert went_on.state == "done"
    assert {(row["node"], row["order"]) for row in went_on.rows() if row["attempt"] == 1} >= before


def test_who_only_looks_keeps_nobody_from_a_folder(nodes: Nodes, tmp_path: Path) -> None:
    """A panel that shows a run's state again and again, while another kernel takes the run up."""
    folder = tmp_path / "run"
    run(DESIGN, workload(), nodes, folder).result(LIMIT)
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            assert Run(folder).state in ("done", "running")

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(50):
            lock = FolderLock(folder)
            lock.acquire()
            lock.release()
    finally:
        done.set()
        looking.join()


def test_the_disk_is_full(nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All nodes stop soon, the error says what to do, and what was written is resumed."""
    write, calls, lock = os.write, [0], threading.Lock()

    def full(descriptor: int, data: Any) -> int:
        with lock:
            calls[0] += str(Path(f"/proc/self/fd/{descriptor}").readlink()).endswith("records.jsonl")
            if calls[0] > 4:
                raise OSError(28, "No space left on device")
        return write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(journal.os, "write", full)
        action = run(DESIGN, workload(), nodes, tmp_path / "run")
        with pytest.raises(RunError, match=r"No space left on device[\s\S]*resume"):
            action.result(LIMIT)
    stopped = Run(tmp_path / "run")
    assert stopped.about["state"] == "failed"
    assert stopped.done == 4
    assert Run.resume(tmp_path / "run", nodes).result(LIMIT).done == 12


def test_a_reboot_in_the_middle_is_recorded(nodes: Nodes, tmp_path: Path) -> None:
    one = nodes["node1"]
    one.boots = ["the-boot-before"]
    action: Action[Run] = run(DESIGN, workload(), {"node1": one}, tmp_path / "run")
    assert set(action.result(LIMIT).records()["boot"]) == {BOOT}
    assert any("node1 has started anew" in line for line in action.lines)


@pytest.mark.parametrize("broken", ["nothing", "no code", "no json", "other format", "other code"])
def test_a_folder_that_is_no_run(nodes: Nodes, tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "run"
    if broken != "nothing":
        run(Design(repetitions=1, aa=0), workload(), nodes, folder).result(LIMIT)
    if broken == "no code":
        (folder / "workload.py").unlink()
    elif broken == "no json":
        (folder / "experiment.json").write_text("{")
    elif broken == "other format":
        (folder / "experiment.json").write_text('{"format": 99}')
    elif broken == "other code":
        (folder / "workload.py").write_text("print()")
    with pytest.raises(Exception, match=r"no run|missing|cannot be read|format 99|not the one") as caught:
        Run(folder)
    assert len(str(caught.value).splitlines()) <= 3
    with pytest.raises(type(caught.value) if broken != "nothing" else RunError):
        Run.resume(folder, nodes)


def test_what_cannot_be_started(nodes: Nodes, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no machines"):
        run(DESIGN, workload(), {}, tmp_path / "run")
    with pytest.raises(RunError, match="same name"):
        run(DESIGN, workload(), [nodes["node1"], nodes["node1"]], tmp_path / "run")
    nodes["node2"].sshd.stop()
    run(DESIGN, workload(), nodes, tmp_path / "run", patience=0.0).result(LIMIT)
    with pytest.raises(RunError, match="missing on node2"):
        Run.resume(tmp_path / "run", {"node1": nodes["node1"]})
