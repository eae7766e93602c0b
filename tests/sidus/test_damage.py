"""What is damaged on the server is named beside what is whole, in every list that a notebook or a terminal shows."""

from __future__ import annotations

from typing import Any

from sidus_lab.sidus.damage import Damaged, Found
from tests.sidus.standins import Site, entry, version

ROW: dict[str, Any] = {
    "what": "node",
    "where": "nodes.json: node2",
    "why": "nodes.json is damaged: no mac.",
    "hint": "take it out",
    "next": ["node-remove", "node2"],
}


def test_a_list_shows_what_is_damaged() -> None:
    broken = Damaged("job", "jobs/<1>", "it has no job.json", "doctor --mend")
    found = Found([1, 2], [broken])
    assert found == [1, 2]
    assert repr(found).splitlines() == ["[1, 2]", "damaged job jobs/<1>: it has no job.json   doctor --mend"]
    assert "jobs/&lt;1&gt;" in str(found._repr_mimebundle_()["text/html"])
    assert repr(Found([1])) == "[1]"
    assert Found([1]).damaged == ()


def test_every_list_of_a_site_names_it() -> None:
    site = Site("node1")
    site.connection.values["node list"] = {"nodes": [entry("node1")], "damaged": [ROW]}
    site.connection.values["job list"] = {"jobs": [], "damaged": [{**ROW, "what": "job", "next": []}]}
    site.connection.values["image list"] = {
        "images": [{"name": "small", "versions": [version()]}],
        "published": [],
        "damaged": [{**ROW, "what": "version"}, {**ROW, "what": "published"}],
    }
    nodes = site.lab.nodes()
    assert nodes.names == ["node1"]
    assert [each.what for each in nodes.damaged] == ["node"]
    assert "take it out" in nodes.damaged[0].hint
    assert 'lab.remove_nodes("node2")' in nodes.damaged[0].hint
    assert "damaged node nodes.json: node2" in repr(nodes)
    assert [each.what for each in site.lab.jobs().damaged] == ["job"]
    assert [each.what for each in site.lab.images().damaged] == ["version", "published"]
    assert len(site.lab.published().damaged) == 2
    assert "damaged version" in repr(site.lab.images())
