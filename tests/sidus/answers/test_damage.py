"""What an answer names as damaged, with what to do in a notebook's words."""

from __future__ import annotations

from sidus_lab.sidus import answers
from sidus_lab.sidus.answers.damage import damaged
from tests.sidus.standins import entry


def test_what_to_do_is_a_call() -> None:
    row = {"what": "node", "where": "x", "why": "it is none", "hint": "", "next": ["node-remove", "node2"]}
    (found,) = damaged({"damaged": [row]})
    assert (found.what, found.where, found.why) == ("node", "x", "it is none")
    assert found.hint == 'lab.remove_nodes("node2")'


def test_a_recording_of_an_older_program_has_none() -> None:
    assert answers.inventory({"nodes": [entry("node1")]}).damaged == ()
    assert answers.jobs({"jobs": []}).damaged == ()
    assert answers.catalogue({"images": [], "published": []}).damaged == ()
