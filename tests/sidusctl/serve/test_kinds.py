"""What every kind of service must keep, tried on those there are and on a tiny one of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.needs import NEEDS
from sidus_lab.sidusctl.serve.kinds import SERVICES
from sidus_lab.sidusctl.serve.service import Place, Service
from tests.sidusctl.conftest import Program

PLACE = Place(Path("/srv/sidus"), "http://10.0.0.1:8080")


class Hosts:
    """A tiny second kind: the server's name for its nodes, in /etc/hosts."""

    name = "hosts"
    text = "gives the server a name"
    program = "ip"
    file = "/etc/hosts"
    after = ()

    def configuration(self, place: Place) -> str:
        host = place.url.partition("://")[2].partition(":")[0]
        if "/" in host:
            raise CtlError("cannot-serve", "No host.", hint="give one")
        return f"{host} sidus\n"


@pytest.mark.parametrize("service", [*SERVICES.values(), Hosts()], ids=lambda each: each.name)
def test_the_contract(service: Service) -> None:
    assert service.name == service.name.lower()
    assert service.text
    assert Path(service.file).is_absolute()
    first = service.configuration(PLACE)
    assert first.endswith("\n")
    assert service.configuration(PLACE) == first  # pure: equal facts, equal text
    assert "10.0.0.1" in first
    assert service.configuration(PLACE._replace(url="http://10.9.9.9:8080")) != first


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda each: each.name)
def test_its_program_is_a_need_of_the_boot(service: Service) -> None:
    assert [need.parts for need in NEEDS if service.program in need.programs and "boot" in need.parts]


def test_it_is_shown_for_the_site_at_hand(ctl: Program) -> None:
    ctl("init", "--web-root-url", "http://10.0.0.1:8080")
    assert [row["name"] for row in ctl("serve", "list").value["services"]] == list(SERVICES)
    for name, service in SERVICES.items():
        shown = ctl("serve", "show", name).value
        assert shown["content"] == service.configuration(Place(ctl.site, "http://10.0.0.1:8080"))
    assert ctl("serve", "show", "nosuch").code == 2
