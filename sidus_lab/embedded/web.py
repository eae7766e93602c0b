"""The embedded lab's web server: nginx as the user's own process; hands out boots, and notes the nodes' reports."""

from __future__ import annotations

import os

from sidus_lab.embedded.home import Home
from sidus_lab.embedded.service import Service, answers

# One JSON object a request: boot progress is read from it.
LOG_FORMAT = (
    '{"time": $msec, "address": "$remote_addr", "uri": "$request_uri", "status": $status, '
    '"bytes": $body_bytes_sent, "seconds": $request_time}'
)


def web(home: Home, port: int) -> Service:
    """Give the service; its configuration must have been written by `write_files`."""
    config = str(home.run / "nginx.conf")
    return Service(home, "nginx", ["nginx", "-e", "stderr", "-c", config], lambda: answers(port), port=port)


def write_files(home: Home, port: int) -> None:
    """Write nginx's configuration and make the folders that it writes to."""
    (home.site / "log").mkdir(parents=True, exist_ok=True)
    (home.run / "nginx").mkdir(parents=True, exist_ok=True)
    (home.run / "nginx.conf").write_text(config(home, port, root=os.geteuid() == 0))


def config(home: Home, port: int, *, root: bool) -> str:
    """Give nginx's configuration: the published versions, the boot files, the reports, and nothing else. Pure."""
    aside = "\n".join(
        f'    {kind}_temp_path "{home.run}/nginx/{kind}";'
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # As root nginx would hand out files as another user, who cannot look into root's home.
    user = "user root;\n" if root else ""
    return f"""\
{user}daemon off;
worker_processes 1;
pid "{home.run}/nginx/pid";
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    log_format sidus escape=json '{LOG_FORMAT}';
    access_log "{home.site}/log/access.jsonl" sidus;
{aside}
    default_type application/octet-stream;
    sendfile on;
    server {{
        listen 127.0.0.1:{port};
        root "{home.site}";
        location / {{ return 404; }}
        location /published/ {{ }}
        location /boot/ {{ }}
        location /report/ {{ default_type text/plain; return 200 "noted\\n"; }}
    }}
}}
"""
