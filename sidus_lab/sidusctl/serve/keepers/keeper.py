"""What must be able to keep a service of a site running. One file a kind; `kinds` lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Literal, Protocol

from ..service import Place, Service


class Keeper(Protocol):
    """One way to keep services of a site running."""

    @property
    def by(self) -> Literal["systemd", "process"]:
        """The word by which it is shown."""

    def files(self, place: Place, service: Service, /) -> Dict[Path, bytes]:
        """The files that it needs for a service, beside the service's own."""

    def running(self, place: Place, service: Service) -> bool:
        """Whether the service runs."""

    def failing(self, place: Place, service: Service) -> bool:
        """Whether the service ends as often as it is started."""

    def start(self, place: Place, service: Service) -> None:
        """Start it anew, whether it runs or not. Its files are there.

        Raises CtlError ``service-failed``.
        """

    def stop(self, place: Place, service: Service) -> bool:
        """Stop it, for good; whether it ran. Its files may be removed then."""

    def owns(self, place: Place, service: Service, pid: int) -> bool:
        """Whether a process is one that the service started, or itself; also after the service was killed."""

    def tail(self, place: Place, service: Service) -> str:
        """The last lines that it wrote."""

    def forget(self) -> None:
        """Called when its files were removed."""
