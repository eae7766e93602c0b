"""No remote power: somebody goes there and presses the button. What the machine reports still tells where it is."""

from __future__ import annotations

from typing import Optional, Tuple

from .. import shapes
from ..errors import CtlError
from ..grammar import Given, Word


class ByHand:
    """The kind of a machine without a BMC."""

    name = "by-hand"
    shape: type = shapes.Power
    words: Tuple[Word, ...] = ()
    secret = ""

    def given(self, given: Given) -> shapes.Power:
        """Nothing is to be known."""
        return {"kind": self.name}

    def place(self, way: shapes.Power) -> Optional[str]:
        """Nowhere."""
        return None

    def ready(self) -> None:
        """It needs no program."""

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Nobody can say."""
        return "unknown"

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Raises CtlError ``no-remote-power``."""
        raise _by_hand()

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Raises CtlError ``no-remote-power``."""
        raise _by_hand()


def _by_hand() -> CtlError:
    return CtlError("no-remote-power", "This machine has no remote power: switch it by hand.")
