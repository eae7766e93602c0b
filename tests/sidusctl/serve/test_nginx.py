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

pytestmark = pytest.mark.skipif(tools.find("nginx") is None, reason="needs nginx")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A site, served by an nginx whose http block includes what a real server's conf.d would hold."""
    site = tmp_path / "a site; with {signs}"
    for folder in ("published/ab", "boot", "secrets", "log"):
        (site / folder).mkdir(parents=True)
    (site / "published/ab/initrd").write_text("an initrd")
    (site / "secrets/key").write_text("secret")
    found = Place(site, f"http://127.0.0.1:{free_ports(1)[0]}")
    (tmp_path / "sidus.conf").write_text(nginx.Nginx().configuration(found))
    config = tmp_path / "nginx.conf"
    config.write_text(f"""\
daemon off; pid {tmp_path}/pid; error_log stderr warn; events {{ }}
{"user root;" if tmp_path.stat().st_uid == 0 else ""}
http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;
fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;
include {tmp_path}/sidus.conf; }}
""")
    process = subprocess.Popen([tools.need("nginx"), "-e", "stderr", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 30
        while not answers(int(found.url.rpartition(":")[2])):
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


@pytest.mark.parametrize(
    ("url", "listen"),
    [
        ("http://10.0.0.1:8080", "10.0.0.1:8080"),
        ("http://10.0.0.1", "10.0.0.1:80"),
        ("http://boot.example", "80"),
        ("http://boot.example:8081/", "8081"),
    ],
)
def test_where_it_listens(url: str, listen: str) -> None:
    assert f"listen {listen};" in nginx.Nginx().configuration(Place(Path("/srv/sidus"), url))


@pytest.mark.parametrize(
    ("site", "url"),
    [
        ("/srv/sidus", "https://10.0.0.1"),
        ("/srv/sidus", "http://10.0.0.1/folder"),
        ('/srv/a"b', "http://10.0.0.1"),
        ("/srv/$host", "http://10.0.0.1"),
        ("/srv/a\nb", "http://10.0.0.1"),
    ],
)
def test_what_it_cannot_serve(site: str, url: str) -> None:
    with pytest.raises(CtlError) as caught:
        nginx.Nginx().configuration(Place(Path(site), url))
    assert caught.value.code == "cannot-serve"
    assert caught.value.hint
