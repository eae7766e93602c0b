"""One service: started, found again, stopped; and what is said when it does not start."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded import service as services
from sidus_lab.embedded import web
from sidus_lab.embedded.home import MARK, Home
from sidus_lab.embedded.service import Service, answers, find_program, free_ports, is_bound, is_taken
from sidus_lab.errors import SidusError

LISTEN = """
import os, socket, sys
print("mark", os.environ.get("%s"), flush=True)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    connection, _ = server.accept()
    connection.sendall(b"hello")
    connection.close()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def listener(home: Home) -> Iterator[tuple[Service, int]]:
    port = free_ports(1)[0]
    made = Service(
        home,
        "listener",
        [sys.executable, "-c", LISTEN % MARK, str(port)],
        lambda: answers(port, b"hello"),
        port=port,
    )
    yield made, port
    made.stop()


def test_start_find_again_and_stop(home: Home, listener: tuple[Service, int]) -> None:
    service, port = listener
    assert service.process() is None
    service.start()
    process = service.process()
    assert process is not None
    service.start()
    assert service.process() == process
    assert f"mark {home.root}" in service.tail()
    # Another one with the same name finds it by its pid file.
    assert Service(home, "listener", ["never"], lambda: True).process() == process
    service.stop()
    assert not process.alive
    assert service.process() is None
    assert not is_taken(port)
    service.stop()


def test_a_port_that_another_program_has(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        web.write_files(home, port)
        with pytest.raises(SidusError) as caught:
            web.web(home, port).start()
    assert caught.value.message == f"nginx cannot listen on 127.0.0.1:{port}: another program has that port."
    assert "sidus-lab lab up" in caught.value.hint
    assert len(str(caught.value).splitlines()) <= 4


def test_a_program_that_ends_at_once(home: Home) -> None:
    words = [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"]
    with pytest.raises(SidusError) as caught:
        Service(home, "broken", words, lambda: False).start()
    assert caught.value.message == "broken ended at once with code 3."
    assert caught.value.detail == "no such thing"
    assert str(home.run / "broken.log") in caught.value.hint


def test_a_program_that_never_answers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "READY_LIMIT", 0.5)
    service = Service(home, "deaf", [sys.executable, "-c", "import time; time.sleep(60)"], lambda: False)
    with pytest.raises(SidusError, match="deaf does not answer after"):
        service.start()
    assert service.process() is None


def test_a_program_that_is_not_there(home: Home) -> None:
    with pytest.raises(SidusError, match="The program no-such-program is missing") as caught:
        find_program("no-such-program")
    assert "sidus-lab check" in caught.value.hint
    assert find_program("sh").startswith("/")


@pytest.mark.parametrize("text", ["", "x", "{}", "[]", '{"pid": 1, "started": 0}', '{"pid": "x", "started": 1}'])
def test_a_pid_file_that_names_no_running_process(home: Home, text: str) -> None:
    home.run.mkdir()
    (home.run / "x.pid").write_text(text)
    assert services.noted_process(home.run / "x.pid") is None


def test_ports() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert not any(map(is_taken, ports))
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", ports[0]))
        assert is_taken(ports[0])
        assert is_bound(ports[0])
        assert not is_bound(ports[1])
    assert not answers(ports[1])
