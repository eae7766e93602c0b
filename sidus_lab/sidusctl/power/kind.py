"""What a kind of power must be able to do. One file a kind; `kinds.KINDS` is the list of them."""

from __future__ import annotations

from typing import Optional, Protocol, Tuple

from .. import shapes
from ..grammar import Given, Word


class Kind(Protocol):
    """One way to switch a machine on and off from afar.

    A `way` is the value that a node keeps under ``power``: ``{"kind": name, ...}`` with the keys that the kind's own
    shape declares. Whatever stops a single machine from being asked or switched is raised as CtlError and becomes that
    node's error and no other's.
    """

    @property
    def name(self) -> str:
        """The word that a node's ``power.kind`` holds."""

    @property
    def shape(self) -> type:
        """The shape of a way: a class that extends `shapes.Power`."""

    @property
    def words(self) -> Tuple[Word, ...]:
        """The options of ``node add`` that belong to this kind alone."""

    @property
    def secret(self) -> str:
        """What the secret on stdin is, such as ``BMC password``; empty where there is none."""

    def given(self, given: Given) -> shapes.Power:
        """The way that a command line describes, checked and in its one form.

        Raises CtlError or Usage.
        """

    def place(self, way: shapes.Power) -> Optional[str]:
        """Where it is reached, in words; no two nodes may share it. None where that says nothing."""

    def ready(self) -> None:
        """Look for the programs that it needs.

        Raises CtlError ``missing-program``, which is the error of all nodes at once.
        """

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Ask."""

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Switch on; one that is on stays on."""

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Switch off, and return when it is off; one that is off stays off."""
