"""Packages of our own, over HTTP on loopback: some that ask, that fail, and one that comes when told."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONTROL = "Package: {0}\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: {0}\n"


@dataclass
class Source:
    """The running source; `asked` is set once somebody wants the package ``slow``, which is given after `give`."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    asked: threading.Event = field(default_factory=threading.Event)
    give: threading.Event = field(default_factory=threading.Event)

    @property
    def command(self) -> str:
        """What makes an image use it."""
        line = f"deb [trusted=yes] http://127.0.0.1:{self.port} ./"
        return f"echo '{line}' > /etc/apt/sources.list.d/own.list"


def _package(folder: Path, name: str, postinst: str) -> tuple[str, bytes]:
    place = folder / name
    (place / "DEBIAN").mkdir(parents=True)
    (place / "DEBIAN/control").write_text(CONTROL.format(name))
    (place / "DEBIAN/postinst").write_text("#!/bin/sh\n" + postinst + "\n")
    (place / "DEBIAN/postinst").chmod(0o755)
    place.chmod(0o755)
    file = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", place, file], check=True, capture_output=True)
    content = file.read_bytes()
    about = CONTROL.format(name) + f"Filename: ./{name}.deb\nSize: {len(content)}\n"
    return about + f"SHA256: {hashlib.sha256(content).hexdigest()}\n", content


@contextmanager
def running(folder: Path, packages: Mapping[str, str]) -> Iterator[Source]:
    """Serve packages, each with the text of its postinst."""
    source = Source()
    listed = ""
    for name, postinst in packages.items():
        about, source.files[f"/{name}.deb"] = _package(folder, name, postinst)
        listed += about + "\n"
    source.files["/Packages"] = listed.encode()
    # With it apt asks for this one list alone, and not for every way in which it might be packed.
    digest = hashlib.sha256(listed.encode()).hexdigest()
    source.files["/Release"] = f"Suite: own\nSHA256:\n {digest} {len(listed.encode())} Packages\n".encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # apt asks for several files at once, over one connection

        def do_GET(self) -> None:
            content = source.files.get(self.path.replace("/./", "/"))
            if self.path.endswith("/slow.deb"):
                source.asked.set()
                source.give.wait()
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    source.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        source.give.set()
        server.shutdown()
        server.server_close()
        thread.join()
