"""Changes as findings: where they point to, and speed only where the work stayed the same."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.changed import ChangeFinding, SpeedFinding, UnchangedFinding, found, same_work
from sidus_lab.analysis.findings.common_cause import common_changes
from tests.analysis.findings.test_common_cause import ASK, GROUPS, year


def test_what_moved_and_whether_it_is_speed() -> None:
    frame = year([(group, "scan") for group in GROUPS])
    moved, speed = found(common_changes(frame, **ASK), value="speed", place="fs", rows=len(frame), least=1.1)
    assert isinstance(moved, ChangeFinding)
    assert isinstance(speed, SpeedFinding)
    assert (moved.subject, moved.cause, moved.nodes, moved.places) == ("scan", "code", ("fs1", "fs2", "fs3"), 3)
    assert moved.passed
    assert speed.passed
    assert speed.cause == "unknown"  # that it is speed says nothing of where it comes from


def test_other_work_is_no_speed_and_a_pattern_that_tells_nothing_no_cause() -> None:
    frame = year([("fs2", "scan")], work=0.01)
    changes = common_changes(frame, **ASK)
    moved, speed = found(changes, value="speed", place="fs", rows=len(frame), least=1.1)
    assert same_work(changes[0]) is False
    assert not moved.passed
    assert not speed.passed
    assert speed.estimate is None


def test_nothing_moved() -> None:
    (none,) = found((), value="speed", place="fs", rows=10, least=1.1)
    assert isinstance(none, UnchangedFinding)
    assert (none.claim, none.cause, none.least) == (Claim.UNCHANGED, "none", 1.1)
