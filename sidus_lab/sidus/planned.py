"""What is planned, done or taken back when a site is served on a network: frozen values that show themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from sidus_lab import html


class _Told:
    """Shows itself as its text, in a notebook in a block of its own."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return html.mimebundle(str(self), Markup("<pre>{}</pre>").format(str(self)))


@dataclass(frozen=True, repr=False)
class SitePlan(_Told):
    """What `Serving.up` would do; nothing was changed.

    Attributes
    ----------
    url : str
        What the nodes would reach the site by.
    words : tuple of str
        The plan in sentences.
    files : mapping
        Path on the server -> text of each file that would be written; programs that machines load have none.
    states : mapping
        Path -> ``new``, ``changed`` or ``equal``.
    services : mapping
        Name of the unit -> the command that it runs.
    obstacles : tuple of str
        What stands in the way, each with what to do; nothing is started while there are any.
    lines : mapping
        Program of another DHCP server -> the lines that its administrator needs, with ``dhcp="none"``.
    """

    url: str
    words: tuple[str, ...]
    files: Mapping[str, str]
    states: Mapping[str, str]
    services: Mapping[str, str]
    obstacles: tuple[str, ...]
    lines: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles

    def __str__(self) -> str:
        said = [*self.words, *(f"In the way: {each}" for each in self.obstacles)]
        said += [f"  {state:<8}{path}" for path, state in self.states.items()]
        said += [f"  starts  {unit}: {command}" for unit, command in self.services.items()]
        return "\n".join([*said, *_lines(self.lines)])


@dataclass(frozen=True, repr=False)
class SiteUp(_Told):
    """What `Serving.up` did: `services` gives for each whether it was ``started``, ``restarted`` or ``left alone``."""

    url: str
    words: tuple[str, ...]
    services: Mapping[str, str]
    lines: Mapping[str, str]

    def __str__(self) -> str:
        said = [*self.words, *(f"{name}: {state}" for name, state in self.services.items())]
        return "\n".join([*said, *_lines(self.lines)])


@dataclass(frozen=True, repr=False)
class SiteDown(_Told):
    """What `Serving.down` stopped, and the files on the server that it removed."""

    stopped: tuple[str, ...]
    removed: tuple[str, ...]

    def __str__(self) -> str:
        if not self.stopped and not self.removed:
            return "The site was not served: nothing to take back."
        return f"stopped: {', '.join(self.stopped) or 'nothing'}; {len(self.removed)} files removed"


def _lines(lines: Mapping[str, str]) -> list[str]:
    return [f"For {name}:\n{text}" for name, text in lines.items()]
