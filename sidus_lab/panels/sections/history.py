"""The history of an image in the control room: its versions, what differs between two, and what is done with one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, markup
from sidus_lab.panels.parts import Frame, button
from sidus_lab.panels.room import POWER_SECONDS, Room
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.differences import Diff
from sidus_lab.sidus.history import Log
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes

_NOT_YET = "Press Look: it lists the versions of all images, what changed in each, and who boots them."


class HistorySection(Section):
    """The versions of the images: compare any two, publish, tag and assign one, roll nodes back.

    It looks when it is asked to, and after whatever it did.
    """

    name = "history"

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._listed = widgets.HTML(markup.muted(_NOT_YET))
        self._shown = widgets.HTML()
        wide = widgets.Layout(width="24em")
        self.older = widgets.Dropdown(options=[], description="Older version", layout=wide)
        self.newer = widgets.Dropdown(options=[], description="Newer version", layout=wide)
        self.tag = widgets.Text(description="Tag", placeholder="course-2027", layout=widgets.Layout(width="15em"))
        self.nodeset = widgets.Text(description="History nodes", layout=widgets.Layout(width="18em"))
        for each in (self.older, self.newer, self.tag, self.nodeset):
            each.style.description_width = "auto"
            each.observe(room.error.guard(self._show_code), "value")
        guard = room.error.guard
        self.look_now = button("Look", "refresh", "List the versions of all images", guard(self._look))
        self.compare = button("Compare", "exchange", "What differs between the two", guard(self._compare))
        self.publish = button("Publish newer", "upload", "Make the newer version ready to boot", guard(self._publish))
        self.put = button("Tag newer", "tag", "Give the newer version this name", guard(self._tag))
        self.assign = button("Assign newer", "check", "These nodes boot it from their next start", guard(self._assign))
        self.back = button("Roll back", "undo", "Assign again what these nodes proved last", guard(self._rollback))
        line = widgets.Layout(align_items="center", grid_gap="8px", flex_flow="row wrap")
        self.frame = Frame(
            "History",
            [
                self._listed,
                widgets.HBox([self.older, self.newer, self.compare], layout=line),
                widgets.HBox([self.publish, self.tag, self.put], layout=line),
                widgets.HBox([self.nodeset, self.assign, self.back], layout=line),
                self._shown,
            ],
            extra=[self.look_now],
        )
        self.widget = self.frame.widget
        self._offer(())

    def show(self, view: View) -> None:
        """Know the nodes; the versions are looked at when somebody asks."""
        names = list(view.snapshot.entries)
        if names != self._names:
            self._names = names
            self.nodeset.value = fold(names)
        self.back.disabled = not names
        self.assign.disabled = not names or self.newer.value is None
        self._show_code()

    def _show_code(self) -> None:
        self.frame.show_code(
            code.history(self.older.value or "", self.newer.value or "", self.tag.value.strip(), self.nodeset.value)
        )

    def _offer(self, logs: Sequence[Log]) -> None:
        """Offer the versions, the newest as the newer one and the one before it as the older, unless others are."""
        options = choices(logs)
        known = [value for _, value in options]
        for menu, place in ((self.newer, 0), (self.older, 1)):
            if options != list(menu.options):
                chosen = menu.value
                menu.options = options
                menu.value = chosen if chosen in known else next(iter(known[place:] or known), None)
        for each in (self.compare, self.publish, self.put):
            each.disabled = not options

    def _found(self, logs: Sequence[Log]) -> None:
        at = time.strftime("%H:%M:%S", time.localtime())
        shown = "".join(str(log._repr_mimebundle_()["text/html"]) for log in logs)
        self._listed.value = markup.looked(shown, at) if logs else markup.muted("There is no image yet.")
        self._offer(logs)
        self.assign.disabled = not self._names or self.newer.value is None
        self._show_code()

    def _chosen(self) -> tuple[str, str]:
        """The image and the version that is chosen as the newer one."""
        if not self.newer.value:
            raise SidusError("No version is chosen.", hint="press Look first")
        image, _, version = str(self.newer.value).partition("@")
        return image, version

    def _look(self) -> None:
        lab = self._room.lab
        self._submit("look at the history", [], lambda control: _logs(control, lab))

    def _compare(self) -> None:
        lab, older, newer = self._room.lab, str(self.older.value), str(self.newer.value)
        image, _ = self._chosen()

        def start() -> Action[Diff]:
            return actions.start(lambda _: lab.image(image).diff(older, newer), name="compare", expected=POWER_SECONDS)

        self._room.submit("compare", [], start, self._compared)

    def _compared(self, diff: Diff) -> None:
        self._shown.value = markup.contained(str(diff._repr_mimebundle_()["text/html"]))

    def _publish(self) -> None:
        lab, (image, version) = self._room.lab, self._chosen()
        self._do(f"publish {image}@{version}", [], lambda _: lab.image(image).publish(version), lab)

    def _tag(self) -> None:
        lab, (image, version), name = self._room.lab, self._chosen(), self.tag.value.strip()
        if not name:
            raise SidusError("The tag has no name.", hint="for example course-2027")
        self._do(f"tag {name}", [], lambda _: lab.image(image).tag(version, name), lab)

    def _assign(self) -> None:
        lab, (image, version), names = self._room.lab, self._chosen(), expand(self.nodeset.value)
        nodes = self._room.nodes(names)
        self._do("assign", names, lambda _: nodes.assign(lab.image(image).version(version)), lab)

    def _rollback(self) -> None:
        lab, names = self._room.lab, expand(self.nodeset.value)
        nodes: Nodes = self._room.nodes(names)
        self._do("roll back", names, lambda _: nodes.rollback(), lab)

    def _do(self, what: str, names: list[str], act: Callable[[Control], object], lab: Lab) -> None:
        """Do something, then look again."""

        def work(control: Control) -> list[Log]:
            found = act(control)
            if isinstance(found, Action):
                control.follow(found)
            return _logs(control, lab)

        self._submit(what, names, work)

    def _submit(self, what: str, names: list[str], work: Callable[[Control], list[Log]]) -> None:
        self._room.submit(what, names, lambda: actions.start(work, name=what, expected=POWER_SECONDS), self._found)


def _logs(control: Control, lab: Lab) -> list[Log]:
    control.progress(None, "reading the history")
    return [image.log() for image in lab.images()]


def choices(logs: Sequence[Log]) -> list[tuple[str, str]]:
    """Give all versions for a menu: label with tags and message, and ``image@version``; of each image newest first."""
    return [
        (
            "  ".join(
                part
                for part in (
                    f"{log.image}@{entry.version.name}",
                    ", ".join(entry.tags),
                    entry.version.message or str(entry.changed),
                )
                if part
            ),
            f"{log.image}@{entry.version.name}",
        )
        for log in logs
        for entry in log.entries
    ]
