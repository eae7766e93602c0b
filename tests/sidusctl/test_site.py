"""`init`: what a site is made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sidusctl.conftest import Program, mode

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIELqMg2x+4GfPkzlcLk4F8cW/UfZ03B8dhwpzyWJqFSw me@here"


def test_init_makes_the_folders_and_says_the_facts(ctl: Program) -> None:
    facts = json.loads((ctl.site / "site.json").read_text())
    assert facts == {"format": 1, "privilege": mode(), "url": "http://10.0.2.2:8080", "authorized": []}
    assert (ctl.site / "secrets").stat().st_mode & 0o777 == 0o700
    assert (ctl.site / "boot" / "boot.ipxe").read_text().startswith("#!ipxe")
    assert ctl("image", "list").value == {"images": [], "published": [], "damaged": []}
    assert ctl("node", "list").value == {"nodes": [], "damaged": []}
    assert ctl("job", "list").value == {"jobs": [], "damaged": []}


def test_init_again_changes_only_what_it_is_told(ctl: Program) -> None:
    ctl("init", "--authorize", KEY)
    first = ctl("init", "--authorize", KEY, "--web-root-url", "http://10.1.1.1").value
    assert first["authorized"] == [KEY]
    assert ctl("init").value == first
    assert first["privilege"] == mode()
    assert "http://10.1.1.1/boot/by-mac" in (ctl.site / "boot" / "boot.ipxe").read_text()


def test_the_mode_is_found_when_it_is_not_given(pyz: Path, tmp_path: Path) -> None:
    assert Program(pyz, tmp_path / "site")("init").value["privilege"] == mode()


def test_a_key_takes_the_place_of_another_in_one_step(ctl: Program) -> None:
    new = KEY.replace("JqFSw", "JqFSx")
    ctl("init", "--authorize", KEY)
    old = " ".join(KEY.split()[:2]) + " with another comment"
    assert ctl("init", "--authorize", new, "--revoke", old).value["authorized"] == [new]
    assert ctl("init", "--revoke", new).value["authorized"] == []
    assert ctl("init", "--revoke", new).error["code"] == "unknown-key"


def test_https_is_refused_in_one_sentence(ctl: Program) -> None:
    answer = ctl("init", "--web-root-url", "https://10.0.0.1")
    assert answer.error["code"] == "bad-url"
    assert "https" in answer.error["message"]
    assert answer.error["message"].count(".") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--web-root-url", "http://x/$(id)"], "bad-url"),
        (["--web-root-url", "http://x; reboot"], "bad-url"),
        (["--web-root-url", "ftp://x"], "bad-url"),
        (["--authorize", "not a key"], "bad-key"),
        (["--revoke", KEY], "unknown-key"),
        (["--authorize", KEY + "\nssh-ed25519 AAAA evil"], "bad-key"),
    ],
)
def test_bad_facts_change_nothing(ctl: Program, words: list[str], code: str) -> None:
    before = (ctl.site / "site.json").read_bytes()
    answer = ctl("init", *words)
    assert (answer.code, answer.error["code"]) == (1, code)
    assert (ctl.site / "site.json").read_bytes() == before


def test_a_site_of_another_format(ctl: Program) -> None:
    (ctl.site / "site.json").write_text('{"format": 99}')
    assert ctl("node", "list").error["code"] == "site-format"


def test_a_site_that_nobody_gave_a_url_tells_machines_nothing_and_starts_none(pyz: Path, tmp_path: Path) -> None:
    """An address that only a virtual machine of the embedded lab has must not be taken in silence."""
    ctl = Program(pyz, tmp_path / "unsaid")
    assert ctl("init", "--privilege", mode()).value["url"] == ""
    assert not (ctl.site / "boot" / "boot.ipxe").exists()
    words = ["--mac", "52:54:00:00:00:01", "--address", "10.0.0.11", "--power", "by-hand"]
    assert ctl("node", "add", "node1", *words).code == 0
    for action in ("on", "cycle"):
        error = ctl("node", "power", "node1", action).error
        assert (error["code"], error["next"]) == ("no-url", ["site-up"])
    assert ctl("node", "power", "node1", "status").value["nodes"][0]["error"] is None
    assert ctl("init", "--web-root-url", "http://10.1.1.1").value["url"] == "http://10.1.1.1"
    assert "http://10.1.1.1/" in (ctl.site / "boot" / "boot.ipxe").read_text()
    assert ctl("node", "power", "node1", "on").value["nodes"][0]["power"] == "unknown"
