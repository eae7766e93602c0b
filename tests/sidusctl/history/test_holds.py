"""What a study speaks of stays."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.history import holds
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program


def test_held_once_for_each_reason_and_let_go_by_it(ctl: Program, published: dict[str, Any]) -> None:
    site, root = Site(ctl.site), published["root_hash"]
    for _ in range(2):
        found = holds.hold(site, [root, root], "run 1")
    holds.hold(site, [root], "run 2")
    assert [each["why"] for each in holds.load(site)] == ["run 1", "run 2"]
    assert found[0]["root_hash"] == root
    assert [each["why"] for each in holds.release(site, "run 1")] == ["run 2"]
    with pytest.raises(CtlError) as caught:
        holds.release(site, "run 1")
    assert (caught.value.code, "run 2" in caught.value.hint) == ("unknown-hold", True)


def test_what_is_not_published_cannot_be_held(ctl: Program, published: dict[str, Any]) -> None:
    with pytest.raises(CtlError) as caught:
        holds.hold(Site(ctl.site), [published["root_hash"], "00" * 32], "run 1")
    assert caught.value.code == "unknown-version"
    assert holds.load(Site(ctl.site)) == []
