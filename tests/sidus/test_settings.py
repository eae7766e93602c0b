"""The settings of a site, as a value."""

from __future__ import annotations

from sidus_lab.sidus.settings import SiteSettings


def test_what_is_shown() -> None:
    key = "ssh-ed25519 " + "A" * 60 + " me@here"
    found = SiteSettings("/srv/sidus", "http://10.0.0.1", "sudo", (key,))
    assert str(found) == repr(found)
    assert str(found).splitlines()[:3] == ["site: /srv/sidus", "nodes reach it by: http://10.0.0.1", "privilege: sudo"]
    assert key not in str(found)  # a long line; its two ends tell it apart
    assert "me@here" in str(found)
    assert "10.0.0.1" in str(found._repr_mimebundle_()["text/html"])


def test_nobody_may_log_in() -> None:
    assert "nobody: lab.init(authorize=...)" in str(SiteSettings("/srv/sidus", "http://x", "root", ()))
