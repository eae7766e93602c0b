"""What every kind of service must keep, tried on those there are and on a tiny one of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl import formats, shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.needs import NEEDS
from sidus_lab.sidusctl.serve import settings
from sidus_lab.sidusctl.serve.kinds import SERVICES
from sidus_lab.sidusctl.serve.service import Place, Port, Service
from tests.sidusctl.conftest import Program

SERVING: shapes.Serving = {
    "format": 1,
    "interface": "eth1",
    "address": "10.77.0.1",
    "prefix": 24,
    "dhcp": "own",
    "first": "10.77.0.200",
    "last": "10.77.0.250",
    "router": "",
    "domain": "lab",
    "port": 80,
    "known_only": False,
}
PLACE = Place(Path("/srv/sidus"), SERVING)


class Clock:
    """A tiny second kind: the time, by an old protocol (RFC 868)."""

    name = "clock"
    text = "tells the time"
    program = "ip"
    file = "clock.conf"

    def configuration(self, place: Place) -> str:
        if "\n" in str(place.site):
            raise CtlError("cannot-serve", "No folder.", hint="give one")
        return f"listen {place.serving['address']}\n"

    def command(self, place: Place) -> list[str]:
        return [self.program, str(place.folder / self.file)]

    def ports(self, place: Place) -> tuple[Port, ...]:
        return (Port("udp", place.serving["address"], 37),)


@pytest.mark.parametrize("service", [*SERVICES.values(), Clock()], ids=lambda each: each.name)
def test_the_contract(service: Service) -> None:
    assert service.name == service.name.lower()
    assert service.text
    assert service.file == Path(service.file).name
    first = service.configuration(PLACE)
    assert first.endswith("\n")
    assert service.configuration(PLACE) == first  # pure: equal facts, equal text
    assert "10.77.0.1" in first
    elsewhere = Place(PLACE.site, {**SERVING, "address": "10.99.9.9", "first": "10.99.9.20", "last": "10.99.9.30"})
    assert service.configuration(elsewhere) != first
    words = service.command(PLACE)
    assert words[0] == service.program
    assert str(PLACE.folder / service.file) in " ".join(words)
    assert service.ports(PLACE)
    for port in service.ports(PLACE):
        assert port.kind in ("tcp", "udp")
        assert 0 < port.number < 65536
    with pytest.raises(CtlError) as caught:
        service.configuration(PLACE._replace(site=Path("/srv/a\nb")))
    assert (caught.value.code, bool(caught.value.hint)) == ("cannot-serve", True)


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda each: each.name)
def test_its_program_is_a_need_of_boot_or_site(service: Service) -> None:
    assert [need for need in NEEDS if service.program in need.programs and {"boot", "site"} & set(need.parts)]


def test_it_is_shown_for_the_site_at_hand(ctl: Program) -> None:
    assert [row["name"] for row in ctl("serve", "list").value["services"]] == list(SERVICES)
    assert ctl("serve", "show", "nginx").error["code"] == "not-served"
    formats.write("serving", settings.path(ctl.site), SERVING)
    for name, service in SERVICES.items():
        shown = ctl("serve", "show", name).value
        assert shown["content"] == service.configuration(Place(ctl.site, SERVING))
        assert shown["file"] == str(ctl.site / "serve" / service.file)
        assert shown["command"] == service.command(Place(ctl.site, SERVING))
    assert ctl("serve", "show", "nosuch").code == 2


def test_the_url_names_the_port_where_it_is_not_the_usual_one() -> None:
    assert PLACE.url == "http://10.77.0.1"
    assert PLACE._replace(serving={**SERVING, "port": 8080}).url == "http://10.77.0.1:8080"
    assert str(Port("udp", "10.77.0.1", 69)) == "UDP port 69 of 10.77.0.1"
