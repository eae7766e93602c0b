"""How a notebook serves a site: the words that are sent, and the values that come back."""

from __future__ import annotations

from typing import Any

from sidus_lab.sidus.lab import Lab
from tests.sidus.standins import Answers

PLAN: dict[str, Any] = {
    "url": "http://10.77.0.1",
    "words": ["Machines on eth1 reach the site by http://10.77.0.1."],
    "files": [{"path": "/srv/sidus/serve/nginx.conf", "state": "new", "content": "server {}\n"}],
    "services": [{"name": "nginx", "unit": "sidus-nginx.service", "command": ["nginx", "-c", "x"]}],
    "obstacles": [],
    "lines": {},
}


def test_a_plan_is_told_and_shown() -> None:
    server = Answers({"site plan": PLAN})
    lab = Lab(server.server)
    plan = lab.site.plan("eth1")
    assert server.asked[-1] == (
        *("site", "plan", "--interface", "eth1", "--dhcp", "own", "--range", "", "--domain", "lab", "--port", "80"),
    )
    assert plan
    assert plan.files["/srv/sidus/serve/nginx.conf"] == "server {}\n"
    assert "new     /srv/sidus/serve/nginx.conf" in str(plan)
    assert "sidus-nginx.service: nginx -c x" in repr(plan)
    assert "<pre>" in str(plan._repr_mimebundle_()["text/html"])
    lab.site.plan(interface="eth1", dhcp="proxy", known_only=True, range="none", port=8080)
    assert {"--known-only", "proxy", "none", "8080"} <= set(server.asked[-1])


def test_what_stands_in_the_way_makes_a_plan_false() -> None:
    obstacle = {"code": "dhcp-there", "why": "Another gives addresses.", "hint": "switch it off"}
    plan = Lab(Answers({"site plan": {**PLAN, "obstacles": [obstacle]}}).server).site.plan("eth1")
    assert not plan
    assert "In the way: Another gives addresses. (switch it off)" in str(plan)


def test_up_down_and_check() -> None:
    row = {"name": "nginx", "state": "started", "by": "systemd"}
    rows = [{"name": "HTTP", "ok": True, "text": "comes", "hint": ""}]
    values = {
        "site up": {"url": "http://10.77.0.1", "words": ["So."], "services": [row], "lines": {"kea": "{}"}},
        "site down": {"services": [{**row, "state": "stopped"}], "removed": ["/a", "/b"]},
        "site check": {"rows": rows, "ok": True},
    }
    server = Answers(values)
    site = Lab(server.server).site
    up = site.up("eth1")
    assert dict(up.services) == {"nginx": "started"}
    assert str(up) == "So.\nnginx: started\nFor kea:\n{}"
    assert str(site.down()) == "stopped: nginx; 2 files removed"
    check = site.check()
    assert check
    assert str(check).endswith("A machine can boot from here.")
    server.values["site check"] = {"rows": [{**rows[0], "ok": False, "hint": "look"}], "ok": False}
    assert str(site.check()).endswith("1 not so.")
    server.values["site down"] = {"services": [], "removed": []}
    assert "nothing to take back" in str(site.down())
    assert "plan, up, down, check" in repr(site)
