"""The kinds of power there are, by name."""

from __future__ import annotations

from typing import Dict

from ..errors import CtlError
from .by_hand import ByHand
from .command import Command
from .ipmi import Ipmi
from .kind import Kind
from .redfish import Redfish
from .wake import Wake

DEFAULT = "ipmi"
KINDS: Dict[str, Kind] = {kind.name: kind for kind in (Ipmi(), Redfish(), Wake(), Command(), ByHand())}


def kind_of(name: str) -> Kind:
    """The kind of this name.

    Raises CtlError ``unknown-power``.
    """
    if name not in KINDS:
        raise CtlError(
            "unknown-power", "There is no kind of power {!r}.".format(name[:40]), hint="one of: " + ", ".join(KINDS)
        )
    return KINDS[name]
