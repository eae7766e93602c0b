"""When the panel looks at the site again."""

from __future__ import annotations

from typing import Any

from sidus_lab.panels import model, pace
from sidus_lab.panels.model import NodeCard
from tests.panels.test_model import ENTRY, status


def card(word: str) -> NodeCard:
    return model.node_card(status(word), ENTRY)


def look(word: str = "up", **other: Any) -> float | None:
    return pace.next_look([card(word)], **{"busy": False, "views": 1, "ever_seen": True, "idle": 10.0, **other})


def test_looks_faster_while_something_moves() -> None:
    assert look() == pace.SLOW
    assert look("booting") == pace.FAST
    assert look(busy=True, views=0) == pace.FAST


def test_looks_no_more_when_the_display_is_gone_or_nobody_clicks() -> None:
    assert look(views=0) is None
    assert look("booting", views=0) is None
    assert look(idle=pace.IDLE_LIMIT + 1) is None


def test_a_front_end_that_never_counted_gets_a_moment() -> None:
    assert look(views=0, ever_seen=False, idle=1.0) == pace.SLOW
    assert look(views=0, ever_seen=False, idle=pace.GRACE + 1) is None
