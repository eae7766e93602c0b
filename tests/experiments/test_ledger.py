"""What is owed to nodes: on the disk before anything is changed, crossed out when it is paid."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.experiments import RunError
from sidus_lab.experiments.ledger import NAME, RESTART, Debt, Ledger, owed

ONE = Debt("node1", "factor", "tuned", "is old")
TWO = Debt("node2", "restart", RESTART)


def test_nothing_is_owed_at_first(tmp_path: Path) -> None:
    assert owed(tmp_path) == []


def test_owed_until_it_is_paid(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.owe(ONE)
        assert owed(tmp_path) == [ONE], "another process sees it at once"
        ledger.owe(TWO)
        assert ledger.of("node2") == [TWO]
        ledger.pay(ONE)
        assert owed(tmp_path) == [TWO]
    with Ledger(tmp_path) as ledger:
        ledger.pay(TWO)
    assert owed(tmp_path) == []


def test_what_was_found_first_counts(tmp_path: Path) -> None:
    """A second session finds what the first had set; what was there before anybody came is what is owed."""
    with Ledger(tmp_path) as ledger:
        ledger.owe(ONE)
        ledger.owe(Debt("node1", "factor", "tuned", "is 9"))
        assert owed(tmp_path) == [ONE]


def test_a_torn_line_and_an_edited_one(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.owe(ONE)
    with (tmp_path / NAME).open("a") as file:
        file.write('{"node": "no')
    assert owed(tmp_path) == [ONE]
    with Ledger(tmp_path) as ledger:
        ledger.owe(TWO)
    assert owed(tmp_path) == [ONE, TWO]
    (tmp_path / NAME).write_text("rubbish\n" + (tmp_path / NAME).read_text())
    with pytest.raises(RunError, match="Line 1"):
        owed(tmp_path)
