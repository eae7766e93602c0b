"""A web server between the nodes and the site that damages what it passes on: for each node, what a test says.

The nodes of a site whose URL is this proxy's boot through it. Each gets a path of its own (``/via/<node>/...``), so two
nodes can meet different faults at the same time. Everything else is the real nginx's answer, and the nodes' reports
reach its log.
"""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

_BLOCK = 1 << 18


@dataclass(frozen=True)
class Fault:
    """What happens to one file: its path's end, and how it is harmed.

    Parameters
    ----------
    path : str
        A regular expression for the path of the request.
    kind : str
        ``missing``: 404. ``short``: only the first `at` bytes, as if the file ended there. ``cut``: the connection
        ends after `at` bytes. ``stall``: nothing comes after `at` bytes. ``flip``: the byte at `at` is inverted.
        ``edit``: what `edit` makes of the content. ``moved``: what `path` found in the path is replaced by `to`.
    """

    path: str
    kind: Literal["missing", "short", "cut", "stall", "flip", "edit", "moved"]
    at: int = 0
    to: str = ""
    edit: Callable[[bytes], bytes] = bytes


class Proxy:
    """The proxy, on a free loopback port; `url` is what nodes see of it."""

    def __init__(self, upstream: str, nodes: Mapping[str, str], guest_view: str) -> None:
        self.upstream = upstream
        self.nodes = {mac.replace(":", "-"): name for name, mac in nodes.items()}
        self.faults: dict[str, Sequence[Fault]] = {}
        self.closing = threading.Event()
        proxy = self

        class Handler(_Handler):
            site = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{guest_view}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    site: Proxy

    def do_GET(self) -> None:
        path, faults = self.path, []
        script = re.fullmatch(r"/boot/by-mac/(.*)\.ipxe", path)
        via = re.match(r"/via/([^/]+)(/.*)", path)
        if script:
            node = self.site.nodes[script[1]]
            url = self.site.url.encode()
            faults = [Fault(path, "edit", edit=lambda text: text.replace(url, url + b"/via/" + node.encode()))]
        elif via:
            node, path = via[1], via[2]
        else:
            return self.send_error(404)
        faults += [fault for fault in self.site.faults.get(node, ()) if re.search(fault.path, path)]
        for fault in faults:
            if fault.kind == "moved":
                path = re.sub(fault.path, fault.to, path)
        try:
            self._pass_on(path, faults)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return None

    def _pass_on(self, path: str, faults: Sequence[Fault]) -> None:
        at = {fault.kind: fault.at for fault in faults}
        if "missing" in at:
            return self.send_error(404)
        try:
            answer = urllib.request.urlopen(self.site.upstream + path, timeout=30)
        except urllib.error.HTTPError as error:
            return self.send_error(error.code)
        with answer:
            edits = [fault.edit for fault in faults if fault.kind == "edit"]
            text = answer.read() if edits else b""
            for edit in edits:
                text = edit(text)
            size = len(text) if edits else int(answer.headers["Content-Length"])
            size = min(size, at.get("short", size))
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            until = min(at.get("cut", size), at.get("stall", size))
            sent = 0
            while sent < until:
                block = bytearray(text[sent:until] if edits else answer.read(min(_BLOCK, until - sent)))
                if "flip" in at and sent <= at["flip"] < sent + len(block):
                    block[at["flip"] - sent] ^= 0xFF
                self.wfile.write(block)
                sent += len(block)
        if "stall" in at:
            self.wfile.flush()
            self.site.closing.wait()
        return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name that it overrides)
        pass
