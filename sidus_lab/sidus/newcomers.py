"""Machines that asked to boot and are in no inventory: frozen values that show themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sidus_lab import html


@dataclass(frozen=True)
class Newcomer:
    """One machine. All but `address` and the times is its own word.

    Attributes
    ----------
    mac : str
        The card that it asked by: ``lab.adopt(mac, name=...)``.
    uuid, maker, product, serial : str
        What its SMBIOS tables say; empty where they say nothing.
    firmware : str
        ``BIOS``, ``UEFI`` or empty.
    address : str
        The address that it asked from.
    first, last : float
        Since when it asks, and when it asked last: seconds since 1970, the server's clock.
    """

    mac: str
    uuid: str
    maker: str
    product: str
    serial: str
    firmware: str
    address: str
    first: float
    last: float


_COLUMNS = ("MAC", "maker", "product", "serial number", "firmware", "UUID", "address", "since", "last")


@dataclass(frozen=True, repr=False)
class Newcomers(Sequence[Newcomer]):
    """The machines, the one that asked last first."""

    machines: tuple[Newcomer, ...]

    def __getitem__(self, place: int) -> Newcomer:  # type: ignore[override]
        return self.machines[place]

    def __len__(self) -> int:
        return len(self.machines)

    def __iter__(self) -> Iterator[Newcomer]:
        return iter(self.machines)

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (m.mac, m.maker, m.product, m.serial, m.firmware, m.uuid, m.address, _time(m.first), _time(m.last))
            for m in self.machines
        ]

    def __str__(self) -> str:
        if not self.machines:
            return "No unknown machine asked to boot here."
        return "\n".join("  ".join(part for part in row if part) for row in self._rows())

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        shown = html.table(self._rows(), _COLUMNS) if self.machines else str(self)
        return html.mimebundle(str(self), shown)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
