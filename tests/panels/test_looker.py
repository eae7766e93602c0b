"""One look at a site: what is read each time, what now and then, and what a look that fails leaves."""

from __future__ import annotations

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.panels import looker as module
from sidus_lab.panels.looker import Looker
from tests.sidus.standins import ROW_OF_A_JOB, Site


def asked(site: Site) -> list[str]:
    """What was asked since the last call."""
    found = [" ".join(words[:2]) for words in site.connection.asked]
    site.connection.asked.clear()
    return found


def test_the_inventory_is_read_first_and_when_it_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site("node1", "node2")
    looker = Looker(site.lab, "", jobs=False)
    assert looker.nodes is None
    assert [status.name for status in looker.look().statuses] == ["node1", "node2"]
    assert asked(site) == ["node list", "image list", "node status"]
    looker.look()
    assert asked(site) == ["node status"]
    looker.all_due()
    looker.look()
    assert asked(site) == ["node list", "image list", "node status"]
    monkeypatch.setattr(module, "INVENTORY_EVERY", -1.0)
    looker.look()
    assert len(asked(site)) == 3


def test_jobs_are_read_only_for_who_shows_them() -> None:
    site = Site("node1")
    site.connection.values["job list"] = {"jobs": [ROW_OF_A_JOB]}
    assert not Looker(site.lab, "", jobs=False).look().jobs
    (job,) = Looker(site.lab, "", jobs=True).look().jobs
    assert job.operation == "image build"


def test_a_look_that_fails_leaves_what_was_found_and_reads_all_the_next_time() -> None:
    site = Site("node1")
    looker = Looker(site.lab, "", jobs=False)
    found = looker.look()
    status = site.connection.values.pop("node status")
    with pytest.raises((SidusError, KeyError)):
        looker.look()
    assert looker.found is found
    site.connection.values["node status"] = status
    asked(site)
    looker.look()
    assert asked(site)[0] == "node list"


def test_what_runs_and_what_is_under_way_is_known_by_node() -> None:
    site = Site("node1", "node2")
    looker = Looker(site.lab, "", jobs=False)
    assert (looker.busy(), looker.uses()) == (frozenset(), {})
    looker.look()
    action = site.lab.nodes("node2").boot()
    with site.lab.nodes("node1").used("run 7"):
        assert looker.busy() == {"node2"}
        assert looker.uses() == {"node1": "run 7"}
    site.let_up()
    action.cancel()
