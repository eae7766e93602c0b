"""Units of systemd, one for each service of each site."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Dict, Literal

from ... import tools
from ...errors import CtlError
from ..service import Place, Service

_TOO_OFTEN = 3  # a first start may come before the network has its address


def unit_name(site: Path, service: str) -> str:
    """The name of a service's unit: another for each site of the server."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", str(site)).strip("-")[-40:]
    return "sidus-{}-{}-{}.service".format(service, slug, hashlib.sha256(str(site).encode()).hexdigest()[:6])


class Systemd:
    """Units in the folder of the server's administrator: they come back when they are killed, and after a restart."""

    by: Literal["systemd"] = "systemd"

    def __init__(self, folder: Path = Path("/etc/systemd/system")) -> None:
        self._folder = folder

    def files(self, place: Place, service: Service) -> Dict[Path, bytes]:
        """The unit."""
        return {self._folder / unit_name(place.site, service.name): unit(place, service).encode()}

    def running(self, place: Place, service: Service) -> bool:
        """Whether systemd calls it active."""
        return _systemctl("is-active", "--quiet", unit_name(place.site, service.name)).returncode == 0

    def failing(self, place: Place, service: Service) -> bool:
        """By the count of restarts since it was started by hand."""
        shown = _systemctl(
            "show", "--property=NRestarts", "--value", unit_name(place.site, service.name)
        ).stdout.strip()
        return shown.isdigit() and int(shown) >= _TOO_OFTEN

    def start(self, place: Place, service: Service) -> None:
        """Now and at every start of the server."""
        name = unit_name(place.site, service.name)
        for words in (["daemon-reload"], ["enable", "--quiet", name], ["restart", name]):
            done = _systemctl(*words)
            if done.returncode != 0:
                raise CtlError(
                    "service-failed",
                    "systemd does not start {}.".format(service.program),
                    hint="journalctl -u " + name,
                    detail=done.stderr.decode(errors="replace")[-1000:],
                )

    def stop(self, place: Place, service: Service) -> bool:
        """Now and for later starts of the server."""
        ran = self.running(place, service)
        _systemctl("disable", "--quiet", "--now", unit_name(place.site, service.name))
        return ran

    def owns(self, place: Place, service: Service, pid: int) -> bool:
        """By the control group, which systemd ends as a whole."""
        try:
            text = Path("/proc/{}/cgroup".format(pid)).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        return "/{}".format(unit_name(place.site, service.name)) in text

    def tail(self, place: Place, service: Service) -> str:
        """From the journal."""
        words = ["journalctl", "--no-pager", "-q", "-o", "cat", "-n", "8", "-u", unit_name(place.site, service.name)]
        return tools.run(words, timeout=30).stdout.decode(errors="replace").strip()

    def forget(self) -> None:
        """Let systemd see that they are gone."""
        _systemctl("daemon-reload")


def unit(place: Place, service: Service) -> str:
    """The text of a service's unit; none of its words has a sign that systemd would read (see `Dnsmasq`)."""
    words = service.command(place)
    command = " ".join([tools.find(words[0]) or "/usr/sbin/" + words[0], *words[1:]])
    return """\
# Written by sidusctl for the site in {site}; `sidusctl site down` takes it away.
[Unit]
Description={program} of the SIDUS site in {site}
Wants=network-online.target
After=network-online.target
RequiresMountsFor={site}
StartLimitIntervalSec=0

[Service]
ExecStart={command}
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
""".format(site=place.site, program=service.program, command=command)


def _systemctl(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return tools.run(["systemctl", "--no-ask-password", *words], timeout=120)
