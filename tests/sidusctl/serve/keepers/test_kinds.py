"""What every keeper of services must be able to do: processes are tried here, systemd in a server that a test boots."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.sidusctl.job import processes
from sidus_lab.sidusctl.serve.dnsmasq import Dnsmasq
from sidus_lab.sidusctl.serve.keepers import kinds
from sidus_lab.sidusctl.serve.keepers.process import Process
from sidus_lab.sidusctl.serve.keepers.systemd import Systemd, unit, unit_name
from sidus_lab.sidusctl.serve.nginx import Nginx
from sidus_lab.sidusctl.serve.service import Place, Port
from tests.sidusctl.serve.test_kinds import PLACE, SERVING


class Sleeper:
    """A service that starts a worker of its own, and sleeps."""

    name = "sleeper"
    text = "sleeps"
    program = "sh"
    file = "sleeper.conf"

    def configuration(self, place: Place) -> str:
        return "\n"

    def command(self, place: Place) -> list[str]:
        return [self.program, "-c", "echo awake; sleep 600 & exec sleep 600"]

    def ports(self, place: Place) -> tuple[Port, ...]:
        return ()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path, SERVING)
    found.run.mkdir(parents=True)
    yield found
    Process().stop(found, Sleeper())


def _session(place: Place) -> list[int]:
    return processes.session(Process()._noted(place, Sleeper())[0])


def test_a_process_is_started_found_and_stopped_with_its_workers(place: Place) -> None:
    keeper, service = Process(), Sleeper()
    assert not keeper.running(place, service)
    assert keeper.failing(place, service)
    assert keeper.stop(place, service) is False
    keeper.start(place, service)
    assert keeper.running(place, service)
    assert not keeper.failing(place, service)
    first = _session(place)
    assert all(keeper.owns(place, service, pid) for pid in first)
    assert not keeper.owns(place, service, os.getpid())
    _eventually(lambda: "awake" in keeper.tail(place, service))
    keeper.start(place, service)  # anew: nothing of the first is left
    assert all(processes.started(pid) is None for pid in first)
    assert keeper.stop(place, service) is True
    assert not keeper.running(place, service)


def test_what_a_killed_service_left_behind_is_still_its_own(place: Place) -> None:
    keeper, service = Process(), Sleeper()
    keeper.start(place, service)
    _eventually(lambda: len(_session(place)) == 2)
    leader = Process()._noted(place, service)[0]
    os.kill(leader, signal.SIGKILL)
    os.waitpid(leader, 0)
    assert not keeper.running(place, service)
    (worker,) = _session(place)
    assert keeper.owns(place, service, worker)
    assert keeper.stop(place, service) is False
    assert processes.started(worker) is None


def test_a_note_of_an_earlier_start_of_the_machine_counts_for_nothing(place: Place) -> None:
    keeper, service = Process(), Sleeper()
    (place.run / "sleeper.json").write_text(f'{{"pid": {os.getpid()}, "started": 1, "boot": "another"}}')
    assert not keeper.running(place, service)
    assert keeper.stop(place, service) is False  # and least of all is this process ended
    (place.run / "sleeper.json").write_text("{")
    assert not keeper.running(place, service)


def test_where_systemd_runs_it_keeps_the_services(tmp_path: Path) -> None:
    assert kinds.keeper(tmp_path).by == "systemd"
    assert kinds.keeper(tmp_path / "none").by == "process"
    assert [each.by for each in kinds.there(tmp_path)] == ["systemd", "process"]


def test_a_unit_is_the_sites_own(tmp_path: Path) -> None:
    names = {unit_name(Path(site), "nginx") for site in ("/srv/a-b", "/srv/a/b", "/srv/a_b")}
    assert len(names) == 3
    assert all(name.startswith("sidus-nginx-srv-a-b-") for name in names)
    text = unit(PLACE, Nginx())
    assert "/srv/sidus/serve/nginx.conf\n" in text
    assert "Restart=always" in text
    assert "site down" in text
    files = Systemd(tmp_path).files(PLACE, Dnsmasq())
    assert list(files) == [tmp_path / unit_name(Path("/srv/sidus"), "dnsmasq")]


def _eventually(holds: object) -> None:
    end = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)
