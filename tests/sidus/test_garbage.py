"""What may go, asked for and done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sidus_lab.sidus.lab import Lab
from tests.sidus.standins import Answers
from tests.sidus.test_history import COLLECTED


class _Jobs(Answers):
    def stream(self, argv: Sequence[str], **_: Any) -> Iterator[bytes]:
        yield json.dumps({"event": "result", "value": {**COLLECTED, "dry_run": False}}).encode()


def test_a_dry_run_is_a_question_and_the_rest_is_a_job() -> None:
    site = _Jobs({"image gc": lambda *words: COLLECTED if "--dry-run" in words else {"job": "20260102-030405-abcd"}})
    lab = Lab(site.server)
    assert lab.gc(dry_run=True).dry_run
    assert not lab.gc(keep=5, days=0.5).result(30).dry_run
    asked, started = site.asked
    assert asked == ("image", "gc", "--dry-run", "--keep", "3", "--days", "30")
    assert started[:7] == ("image", "gc", "--keep", "5", "--days", "0.5", "--detach")
