"""What `image log` and `image gc` answer, read."""

from __future__ import annotations

from sidus_lab.sidus import answers
from tests.sidus.test_history import COLLECTED, LOG


def test_a_log() -> None:
    newest, oldest = answers.log(LOG).entries
    assert (newest.version.message, newest.tags, newest.booted) == ("topology", ("course-2027",), ("node1", "node2"))
    assert (newest.changed.new, newest.changed.recipe, oldest.changed.new) == (("hwloc",), ("packages",), ())


def test_what_was_collected() -> None:
    found = answers.collected(COLLECTED)
    assert (found.dry_run, found.gone[0].what, found.kept[0].why) == (True, "version", ("newest", "tag v1"))
