"""The web server's configuration, by a real nginx: what it hands out, what it refuses, what it writes down."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded.service import answers, free_ports
from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.node import reports
from sidus_lab.sidusctl.serve import nginx
from sidus_lab.sidusctl.serve.service import Place
from tests.sidusctl.serve.test_kinds import PLACE, SERVING

pytestmark = pytest.mark.skipif(tools.find("nginx") is None, reason="needs nginx")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A site, served by the nginx that its configuration starts."""
    site = tmp_path / "a site; with {signs}"
    for folder in ("published/ab", "boot", "secrets", "log", "serve/run/nginx"):
        (site / folder).mkdir(parents=True)
    (site / "published/ab/initrd").write_text("an initrd")
    (site / "secrets/key").write_text("secret")
    serving = {**SERVING, "address": "127.0.0.1", "port": free_ports(1)[0]}
    found = Place(site, serving)  # type: ignore[arg-type]
    # As root it would hand files out as a user who may not look into this folder.
    user = "user root;\n" if tmp_path.stat().st_uid == 0 else ""
    (found.folder / "nginx.conf").write_text(user + nginx.Nginx().configuration(found))
    command = nginx.Nginx().command(found)
    process = subprocess.Popen([tools.need(command[0]), *command[1:]], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 30
        while not answers(found.serving["port"]):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.communicate(timeout=30)
        shutil.rmtree(site)


def _get(place: Place, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(place.url + path, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_what_is_handed_out_and_what_is_not(place: Place) -> None:
    assert _get(place, "/published/ab/initrd") == (200, b"an initrd")
    for path in ("/secrets/key", "/published/../secrets/key", "/log/access.jsonl", "/", "/published/", "/boot/none"):
        assert _get(place, path)[0] in (400, 403, 404), path


def test_a_report_is_answered_and_read_back(place: Place) -> None:
    assert _get(place, "/report/node1/fetching?up=3.5&bytes=7") == (200, b"noted\n")
    found = reports.read(place.site / "log" / "access.jsonl").reports["node1"]
    assert [(each.stage, each.details) for each in found] == [("fetching", {"up": "3.5", "bytes": "7"})]
    assert found[0].address == "127.0.0.1"
    assert abs(found[0].time - time.time()) < 600


def test_it_listens_where_machines_look_for_it() -> None:
    assert "listen 10.77.0.1:80;" in nginx.Nginx().configuration(PLACE)
    assert [str(port) for port in nginx.Nginx().ports(PLACE)] == ["TCP port 80 of 10.77.0.1"]


@pytest.mark.parametrize("site", ['/srv/a"b', "/srv/$host", "/srv/a\nb", "/srv/a\\b"])
def test_a_folder_that_it_cannot_be_told_of(site: str) -> None:
    with pytest.raises(CtlError) as caught:
        nginx.Nginx().configuration(PLACE._replace(site=Path(site)))
    assert caught.value.code == "cannot-serve"
    assert caught.value.hint
