"""The settings of a site, as `Lab.init` makes or changes them: a frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from sidus_lab import html


@dataclass(frozen=True)
class SiteSettings:
    """What a site was set up with.

    Attributes
    ----------
    folder : str
        Where it is on the server.
    url : str
        What the nodes reach its web server by; empty until `Lab.site.up` or `Lab.init` has said it.
    privilege : str
        How the server may do what needs root: ``root``, ``sudo`` or ``userns``.
    authorized : tuple of str
        The OpenSSH public key lines that may log in to the nodes as root.
    """

    folder: str
    url: str
    privilege: str
    authorized: tuple[str, ...]

    def _facts(self) -> list[tuple[str, str]]:
        keys = "\n".join(f"{line[:24]}...{line[-12:]}" for line in self.authorized)
        return [
            ("site", self.folder),
            ("nodes reach it by", self.url or "not said yet: lab.site.up(interface=...)"),
            ("privilege", self.privilege),
            ("may log in to nodes", keys or "nobody: lab.init(authorize=...)"),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self._facts())

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return html.mimebundle(str(self), html.definitions(self._facts()))
