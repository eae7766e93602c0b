"""The embedded lab's web server: nginx as the user's own process, configured as that of a real site is."""

from __future__ import annotations

import os

from sidus_lab.embedded.home import Home
from sidus_lab.embedded.service import Service, answers
from sidus_lab.sidusctl.serve import nginx


def web(home: Home, port: int) -> Service:
    """Give the service; its configuration must have been written by `write_files`."""
    config = str(home.run / "nginx.conf")
    return Service(home, "nginx", ["nginx", "-e", "stderr", "-c", config], lambda: answers(port), port=port)


def write_files(home: Home, port: int) -> None:
    """Write nginx's configuration and make the folders that it writes to."""
    aside = home.run / "nginx"
    for folder in (home.site / "log", aside):
        folder.mkdir(parents=True, exist_ok=True)
    # As root nginx would hand out files as another user, who cannot look into root's home.
    user = "root" if os.geteuid() == 0 else ""
    (home.run / "nginx.conf").write_text(nginx.whole(home.site, f"127.0.0.1:{port}", aside, user=user))
