"""`site up` and `site down`: write what was planned and start it, or take all of it back."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from .. import files, hosts, shapes
from ..errors import CtlError
from ..site import Site
from . import settings, taken
from .dnsmasq import Named
from .keepers import kinds as keepers
from .keepers.keeper import Keeper
from .kinds import SERVICES
from .names import content
from .plan import planned
from .service import Place, Service

_READY_LIMIT = 60.0


@contextlib.contextmanager
def held(site: Site) -> Iterator[None]:
    """Hold the lock of what is served.

    Raises CtlError ``need-root`` or ``busy``.
    """
    if os.geteuid() != 0:
        raise CtlError(
            "need-root",
            "Serving a network takes ports below 1024: only root may.",
            hint="connect as root, or run sidusctl as root on the server",
        )
    with files.try_locked(site.locks / "serve.lock", "process {}".format(os.getpid())) as holder:
        if holder is not None:
            raise CtlError(
                "busy", "{} changes what is served just now.".format(holder), hint="do it again when it is done"
            )
        yield


def up(place: Place, nodes: Sequence[Named], keeper: Keeper) -> List[shapes.ServiceState]:
    """Write the files and start what does not run with them; what is so already is left alone.

    When a service does not start, all is as it was before. Raises CtlError ``cannot-serve`` or ``service-failed``.
    """
    what = planned(place, nodes, keeper)
    changed = what.changed()
    before = {path: content(path) for path in changed}
    was_served = settings.read(place.site) is not None
    begun: List[Service] = []
    states: List[shapes.ServiceState] = []
    try:
        (place.run / "nginx").mkdir(parents=True, exist_ok=True)
        for path in changed:
            files.write(path, what.files[path])
        for service in SERVICES.values():
            ran = keeper.running(place, service)
            if ran and not set(changed) & set(what.starts[service.name]) and _listens(place, service):
                states.append({"name": service.name, "state": "left alone", "by": keeper.by})
                continue
            begun.append(service)
            keeper.start(place, service)
            _wait(place, service, keeper)
            states.append({"name": service.name, "state": "restarted" if ran else "started", "by": keeper.by})
    except BaseException:
        _back(place, keeper, begun, before if was_served else None)
        raise
    return states


def _wait(place: Place, service: Service, keeper: Keeper) -> None:
    """Until it has its ports.

    Raises CtlError ``service-failed``.
    """
    end = time.monotonic() + _READY_LIMIT
    while not _listens(place, service):
        failed = keeper.failing(place, service)
        if failed or time.monotonic() > end:
            raise CtlError(
                "service-failed",
                "{} {}.".format(service.program, "ends as soon as it is started" if failed else "does not listen"),
                hint="its last words are below; nothing was changed",
                detail=keeper.tail(place, service)[-2000:],
            )
        time.sleep(0.05)


def _listens(place: Place, service: Service) -> bool:
    found = taken.holders(service.ports(place))
    ours = [each for each in found if taken.configuration_of(each.words) == place.folder / service.file]
    return {each.port for each in ours} == set(service.ports(place))


def _back(
    place: Place, keeper: Keeper, begun: Sequence[Service], before: Optional[Dict[Path, Optional[bytes]]]
) -> None:
    """As it was: what was begun is stopped; the files of before are put back, and served again where there were any."""
    for service in begun:
        with contextlib.suppress(CtlError, OSError):
            keeper.stop(place, service)
    if before is None:
        down(place.site)
        return
    for path, text in before.items():
        with contextlib.suppress(OSError):
            if text is None:
                path.unlink()
            else:
                files.write(path, text)
    for service in begun:
        with contextlib.suppress(CtlError, OSError):
            keeper.start(place, service)


def down(site: Path) -> shapes.SiteDown:
    """Stop what was started, and remove what was written; nothing happens where the site is not served.

    The site's URL and all that it keeps stay.
    """
    serving = settings.read(site)
    folder = settings.path(site).parent
    states: List[shapes.ServiceState] = []
    removed: List[str] = []
    place = Place(site, serving or _nowhere())
    for keeper in keepers.there():
        for service in SERVICES.values():
            own = [path for path in keeper.files(place, service) if path.exists()]
            if keeper.stop(place, service):
                states.append({"name": service.name, "state": "stopped", "by": keeper.by})
            for path in own:
                path.unlink()
                removed.append(str(path))
        keeper.forget()
    if folder.exists():
        removed += sorted(str(path) for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder)
    return {"services": states, "removed": removed}


def _nowhere() -> shapes.Serving:
    """The settings of a site that is not served: a start that was cut off may have left files and no settings."""
    return {
        "format": 1,
        "interface": "",
        "address": hosts.EVERY,
        "prefix": 32,
        "dhcp": "none",
        "first": "",
        "last": "",
        "router": "",
        "domain": "",
        "port": 80,
        "known_only": True,
    }
