"""One execution on one machine: its environment, its lines, and all that can go wrong with it.

The machines are stand-ins for nodes (see standins.py): real sshds on loopback.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import Direct, Outcome
from sidus_lab.experiments.factors import Factor
from sidus_lab.experiments.workloads import Workload
from tests.experiments.standins import BOOT, LEVEL, LIMIT, StandIn, workload

FACTORS = (Factor(LEVEL, ["default", "a b'$(x)"]), Factor("size", ["default", "3"], "argument"))


def planned(level: str = "default", size: str = "default") -> Execution:
    return Execution("main", 0, 0, 0, "", {LEVEL: level, "size": size})


def engine(node: StandIn, made: Workload | None = None, run: str = "r1") -> Direct:
    return Direct(node, made or workload(), FACTORS, run)


def execute(node: StandIn, *, made: Workload | None = None, level: str = "default", size: str = "default") -> Outcome:
    return engine(node, made).execute(planned(level, size), threading.Event())


def statuses(outcome: Outcome) -> list[str]:
    return [row["status"] for row in outcome.rows]


@pytest.fixture
def node(nodes: Mapping[str, StandIn]) -> StandIn:
    return nodes["node1"]


def test_a_good_execution(node: StandIn) -> None:
    outcome = execute(node)
    assert statuses(outcome) == ["ok", "ok"]
    row = outcome.rows[1]
    assert row["operation"] == "two"
    assert (row["node"], row["boot"], row["root_hash"]) == ("node1", BOOT, f"root of {BOOT}")
    assert row["hardware"] == "hardware of node1"
    assert row["duration"] > 0
    assert (row["work"], row["work_unit"], len(row["result_hash"])) == (2.0, "thing", 64)
    assert row["when"].endswith("Z")


def test_levels_reach_the_program_and_nothing_else_does(node: StandIn) -> None:
    """`default` means unset, whatever the node's own environment says; no shell reads into a level."""
    assert execute(node).rows[0]["metrics"]["level"] is None
    made = workload(arguments=("$HOME", "x y"), environment={LEVEL: "from the workload"})
    metrics = execute(node, made=made, level="a b'$(x)", size="3").rows[0]["metrics"]
    assert metrics["level"] == "a b'$(x)"
    assert metrics["argv"] == ["$HOME", "x y", "--size=3"]
    assert execute(node, made=made).rows[0]["metrics"]["level"] is None


def test_the_program_is_sent_once(node: StandIn) -> None:
    made = workload()
    one = engine(node, made)
    assert statuses(one.execute(planned(), threading.Event())) == ["ok", "ok"]
    path = Path(one._program)
    before = path.stat().st_ino
    assert statuses(execute(node, made=made)) == ["ok", "ok"]
    assert path.stat().st_ino == before
    path.write_text("print('not the program')")
    assert statuses(execute(node, made=made)) == ["ok", "ok"]  # its content is checked, not only its name
    path.unlink()  # as a reboot would
    assert statuses(one.execute(planned(), threading.Event())) == ["ok", "ok"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"duration": "fast"}', "duration is 'fast'"),
        ('{"duration": 0}', "above 0"),
        ('{"duration": NaN}', "duration is None"),
        ('{"duration": true}', "duration is True"),
        ('{"work": "much"}', "work is 'much'"),
        ('{"result_hash": 7}', "result_hash is 7"),
        ('{"metrics": []}', "not an object"),
        ('{"operation": "one"}', "printed 2 lines for one"),
    ],
)
def test_a_line_that_is_no_measurement(node: StandIn, line: str, words: str) -> None:
    (node.control / "line").write_text(line)
    outcome = execute(node)
    assert outcome.rows[0]["status"] == "failed"
    assert words in outcome.rows[0]["message"]
    assert outcome.rows[0]["duration"] is None


def test_a_program_that_ends_badly(node: StandIn) -> None:
    (node.control / "crash").touch()
    outcome = execute(node)
    assert statuses(outcome) == ["failed", "failed"]
    assert "printed 0 lines for one" in outcome.rows[0]["message"]
    assert "code 1: it broke for a reason" in outcome.rows[0]["message"]
    assert not outcome.gone


def test_an_operation_that_is_missing(node: StandIn) -> None:
    (node.control / "silent").touch()
    assert statuses(execute(node)) == ["ok", "failed"]


def test_an_interpreter_that_is_missing(node: StandIn) -> None:
    outcome = execute(node, made=workload(python="python-that-is-not-there"))
    assert statuses(outcome) == ["failed", "failed"]
    assert "python-that-is-not-there" in outcome.rows[0]["message"]


def gone(pid: int) -> bool:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def started(node: StandIn, count: int = 1) -> int:
    deadline = time.monotonic() + LIMIT
    while len(node.starts()) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return node.starts()[count - 1]


def test_the_time_limit_ends_the_process(node: StandIn) -> None:
    (node.control / "wait").touch()
    outcome = execute(node, made=workload(timeout=2.0))
    assert statuses(outcome) == ["failed", "failed"]
    assert "within 2 s" in outcome.rows[0]["message"]
    assert all(gone(pid) for pid in node.starts())


def test_cancel_ends_the_process(node: StandIn) -> None:
    (node.control / "wait").touch()
    cancel, outcomes = threading.Event(), list[Outcome]()
    thread = threading.Thread(target=lambda: outcomes.append(engine(node).execute(planned(), cancel)))
    thread.start()
    pid = started(node)
    cancel.set()
    thread.join(LIMIT)
    assert statuses(outcomes[0]) == ["cancelled", "cancelled"]
    assert gone(pid)


def test_a_node_that_dies_loses_its_rows(node: StandIn) -> None:
    (node.control / "wait").touch()
    one, outcomes = engine(node), list[Outcome]()
    thread = threading.Thread(target=lambda: outcomes.append(one.execute(planned(), threading.Event())))
    thread.start()
    started(node)
    node.sshd.stop()
    thread.join(LIMIT)
    assert outcomes[0].gone
    assert statuses(outcomes[0]) == ["lost", "lost"]
    assert outcomes[0].rows[0]["message"]
    again = one.execute(planned(), threading.Event())
    assert again.gone
    assert statuses(again) == ["lost", "lost"]
    assert one.reach(0.0, threading.Event()) is not None
    (node.control / "wait").unlink()
    node.restart()
    assert one.reach(LIMIT, threading.Event()) is None
    assert statuses(one.execute(planned(), threading.Event())) == ["ok", "ok"]


def test_what_an_interrupted_run_left_behind_is_ended(node: StandIn) -> None:
    """Only that of the same run: another one's processes are not ours to end."""
    (node.control / "wait").touch()
    for run in ("r1", "other"):
        one = engine(node, run=run)
        threading.Thread(target=one.execute, args=(planned(), threading.Event()), daemon=True).start()
        started(node, 1 if run == "r1" else 2)
    mine, other = node.starts()
    node.sshd.drop()  # the connection breaks, the processes live on
    os.kill(mine, 0)
    assert engine(node, run="r1").reach(LIMIT, threading.Event()) is None
    assert gone(mine)
    os.kill(other, 0)


def test_a_reboot_is_noticed(node: StandIn) -> None:
    """The facts said another boot than the one that ran the program: they are read anew."""
    node.boots = ["an-older-boot"]
    one = engine(node)
    assert one.reach(0.0, threading.Event()) is None
    assert one.facts["boot"] == "an-older-boot"
    row: dict[str, Any] = one.execute(planned(), threading.Event()).rows[0]
    assert (row["boot"], row["root_hash"]) == (BOOT, f"root of {BOOT}")


def test_facts_of_another_boot_are_not_recorded(node: StandIn) -> None:
    node.boots = ["one-boot", "another-boot"]
    row = execute(node).rows[0]
    assert (row["status"], row["boot"]) == ("ok", BOOT)
    assert row["root_hash"] is None
    assert row["hardware"] is None
