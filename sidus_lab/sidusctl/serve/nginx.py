"""The web server: hands out what is published and what nodes boot by, and notes what they report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

from ..errors import CtlError
from .service import Place, Port

LOG_FORMAT = (
    '{"time": $msec, "address": "$remote_addr", "uri": "$request_uri", "status": $status, '
    '"bytes": $body_bytes_sent, "seconds": $request_time}'
)
"""One JSON object a request: `node.reports` reads the progress of boots from it."""

# These would end a quoted word of nginx's configuration, or be taken as the name of a variable.
_UNSAFE = re.compile(r'["\\$\x00-\x1f\x7f]')


class Nginx:
    """nginx, a process of the site's own beside whatever else the server serves."""

    name = "nginx"
    text = "hands out kernels, initrds and images, and notes what nodes report"
    program = "nginx"
    file = "nginx.conf"

    def configuration(self, place: Place) -> str:
        """The whole configuration of an nginx that serves this site alone.

        Raises CtlError ``cannot-serve``.
        """
        serving = place.serving
        return whole(place.site, "{}:{}".format(serving["address"], serving["port"]), place.run / "nginx")

    def command(self, place: Place) -> List[str]:
        """nginx with that file; what goes wrong before it is read goes to stderr too."""
        return [self.program, "-e", "stderr", "-c", str(place.folder / self.file)]

    def ports(self, place: Place) -> Tuple[Port, ...]:
        """The one of the site's URL."""
        return (Port("tcp", place.serving["address"], place.serving["port"]),)


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
