"""The web server: hands out what is published and what nodes boot by, and notes what they report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Tuple
from urllib.parse import urlsplit

from .. import hosts
from ..errors import CtlError
from .service import Place

LOG_FORMAT = (
    '{"time": $msec, "address": "$remote_addr", "uri": "$request_uri", "status": $status, '
    '"bytes": $body_bytes_sent, "seconds": $request_time}'
)
"""One JSON object a request: `node.reports` reads the progress of boots from it."""

# These would end a quoted word of nginx's configuration, or be taken as the name of a variable.
_UNSAFE = re.compile(r'["\\$\x00-\x1f\x7f]')


class Nginx:
    """nginx, with a server of its own beside whatever else it serves."""

    name = "nginx"
    text = "hands out kernels, initrds and images, and notes what nodes report"
    program = "nginx"
    file = "/etc/nginx/conf.d/sidus.conf"
    after: Tuple[str, ...] = ("nginx -t", "systemctl reload nginx")

    def configuration(self, place: Place) -> str:
        """A log format and a server, for the http block that includes conf.d."""
        address = urlsplit(place.url)
        if address.scheme != "http" or address.path.strip("/"):
            raise CtlError(
                "cannot-serve",
                "Nodes cannot boot from {}: their boot script speaks plain HTTP, without a folder.".format(place.url),
                hint="give the site a URL such as http://10.0.0.1:8080",
                step=("init",),
            )
        port, host = address.port or 80, address.hostname or ""
        listen = "{}:{}".format(host, port) if hosts.is_address(host) else str(port)
        return server(place.site, listen)


def server(site: Path, listen: str) -> str:
    """The part that every nginx of a site has: the published versions, boot files, reports, and nothing else.

    Raises CtlError ``cannot-serve`` for a folder whose path nginx would read as something else.
    """
    if _UNSAFE.search(str(site)):
        raise CtlError(
            "cannot-serve",
            "nginx cannot be told of the folder {!r}.".format(str(site)),
            hint="a site's path may have no quotes, backslashes, dollar signs or line breaks",
        )
    return """\
log_format sidus escape=json '{log_format}';
server {{
    listen {listen};
    root "{site}";
    access_log "{site}/log/access.jsonl" sidus;
    default_type application/octet-stream;
    sendfile on;
    location / {{ return 404; }}
    location /published/ {{ }}
    location /boot/ {{ }}
    location /report/ {{ default_type text/plain; return 200 "noted\\n"; }}
}}
""".format(log_format=LOG_FORMAT, listen=listen, site=site)


def whole(site: Path, listen: str, aside: Path, *, user: str = "") -> str:
    """The whole configuration of an nginx that serves this site alone, in the foreground, as an ordinary user may.

    `aside` is a folder for its own files; `user` is whom it hands files out as when it is started as root.

    Raises CtlError as `server`.
    """
    temporary = "\n".join(
        '    {0}_temp_path "{1}/{0}";'.format(kind, aside)
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    inner = "\n".join("    " + line for line in server(site, listen).splitlines())
    return """\
{user}daemon off;
worker_processes 1;
pid "{aside}/pid";
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
{temporary}
{inner}
}}
""".format(user="user {};\n".format(user) if user else "", aside=aside, temporary=temporary, inner=inner)
