"""What a server needs, from what sidusctl found."""

from __future__ import annotations

from typing import Any

from sidus_lab.sidus import answers

FOUND: dict[str, Any] = {
    "needs": [
        {"name": "ostree", "ok": True, "found": "/usr/bin/ostree", "why": "keeps versions"},
        {"name": "nginx", "ok": False, "found": None, "why": "hands out boots"},
    ],
    "privilege": {"root": {"works": False, "why_not": "not root"}, "sudo": {"works": True, "why_not": None}},
    "install": "sudo apt-get install -y nginx",
}


def test_a_missing_program() -> None:
    checks = answers.checks(FOUND, "me@host")
    assert not checks
    assert [row.ok for row in checks.rows] == [True, False, True]
    text = str(checks)
    assert "✗ nginx" in text
    assert "missing: hands out boots" in text
    assert "1 missing." in text
    assert "Next: sudo apt-get install -y nginx" in text


def test_everything_is_there() -> None:
    needs = [{**need, "ok": True, "found": "/bin/x"} for need in FOUND["needs"]]
    checks = answers.checks({**FOUND, "needs": needs, "install": ""}, "me@host")
    assert checks
    assert str(checks).splitlines()[-1] == "Everything is there."
    assert "<table" in checks._repr_mimebundle_()["text/html"]


def test_no_privilege() -> None:
    privilege = {mode: {"works": False, "why_not": f"no {mode}"} for mode in ("root", "sudo", "userns")}
    checks = answers.checks({**FOUND, "privilege": privilege}, "me@host")
    row = checks.rows[-1]
    assert not row.ok
    assert "userns: no userns" in row.text
    assert "usermod --add-subuids" in row.hint


def test_what_is_damaged_is_named_with_what_to_do() -> None:
    row = {
        "what": "node",
        "where": "nodes.json: n2",
        "why": "It is cut.",
        "hint": "take it out",
        "next": ["node-remove", "n2"],
    }
    checks = answers.checks({**FOUND, "damaged": [row]}, "me@host")
    assert not checks
    assert checks.rows[-1].name == "damaged node"
    assert (checks.rows[-1].text, checks.rows[-1].hint) == ("It is cut.", 'take it out: lab.remove_nodes("n2")')


def test_what_the_doctor_found() -> None:
    row = {"what": "job", "where": "jobs/x", "why": "It is cut.", "hint": "mend it", "next": [], "mended": False}
    checks = answers.doctor({"found": [row, {**row, "mended": True}], "ok": False, "free": 5e9}, "/srv/sidus")
    assert [each.ok for each in checks.rows] == [True, False, True]
    assert checks.rows[0].text == "5.0 GB"
    assert checks.rows[1].hint == "mend it"
    assert not checks
