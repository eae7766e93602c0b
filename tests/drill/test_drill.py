"""A drill on the recorded site: each damage is noticed by whom it must be, and one that nobody notices is said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import pytest

from sidus_lab.drill import FAULTS, Drill, copy
from sidus_lab.errors import SidusError
from sidus_lab.sidus.entrance import recorded_site
from sidus_lab.sidus.lab import Lab

LIMIT = 120.0


@pytest.fixture
def lab() -> Iterator[Lab]:
    with recorded_site("two-nodes", speed=math.inf) as opened:
        yield opened


@pytest.mark.parametrize("kind", FAULTS)
def test_every_damage_is_noticed_healed_and_done_again(lab: Lab, kind: str) -> None:
    drill = Drill(lab)
    for _ in range(2):
        found = drill.run(kind).result(LIMIT)
        assert found.caught, str(found)
        assert found.done
        assert FAULTS[kind].lesson.split(",")[0] in found._repr_mimebundle_()["text/html"]
        assert not lab.nodes().prove().same
        healed = drill.heal().result(LIMIT)
        assert healed.caught, str(healed)
        assert "✓" in str(healed)


class Harmless:
    """A damage that is none: what nobody can notice."""

    text, lesson, caught_by = "Do nothing", "Nothing is to be seen.", "scrub"
    where: Literal["image", "node"] = "image"

    def command(self, site: str, root_hash: str) -> Sequence[str]:
        return copy.mend(site, root_hash)


def test_a_damage_that_nobody_notices_is_said(lab: Lab) -> None:
    with FAULTS.added("harmless", Harmless()):
        found = Drill(lab).run("harmless").result(LIMIT)
    assert not found.caught
    assert "node1 up" in found.by
    assert "✗" in str(found)


def test_a_drill_wants_a_practice_site(lab: Lab) -> None:
    lab.server.site = "/srv/other"
    with pytest.raises(SidusError):
        Drill(lab)


def test_there_is_no_such_kind_of_damage(lab: Lab) -> None:
    with pytest.raises(SidusError, match="not known"):
        Drill(lab).run("fire")
