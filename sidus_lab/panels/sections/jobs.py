"""The site's jobs in the control room, whoever started them: a kernel that was restarted finds its builds again."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from sidus_lab import html
from sidus_lab.errors import SidusError
from sidus_lab.panels import code, markup
from sidus_lab.panels.parts import Frame, button
from sidus_lab.panels.room import Room
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.job import JobFacts
from sidus_lab.words import duration

SHOWN = 8  # the newest; `lab.jobs()` gives them all


class JobsSection(Section):
    """The newest jobs with their states, and a button that follows one that runs."""

    name = "jobs"
    reads_jobs = True

    def __init__(self, room: Room) -> None:
        self._room = room
        self._shown = widgets.HTML()
        self.choice = widgets.Dropdown(options=[], description="Job", layout=widgets.Layout(width="24em"))
        self.choice.style.description_width = "auto"
        self.follow = button(
            "Follow", "eye", "Show this job until its end, with its log", room.error.guard(self._follow)
        )
        self.choice.observe(room.error.guard(self._show_code), "value")
        line = widgets.HBox([self.choice, self.follow], layout=widgets.Layout(grid_gap="8px", flex_flow="row wrap"))
        self._line = line
        self.frame = Frame("Jobs of the site", [line, self._shown])
        self.widget = self.frame.widget

    def show(self, view: View) -> None:
        """Show the newest jobs, and offer those that run."""
        jobs = view.snapshot.jobs
        running = [(f"{job.operation} {job.image}  {job.id}", job.id) for job in jobs if job.state == "running"]
        if running != list(self.choice.options):
            chosen = self.choice.value
            self.choice.options = running
            known = [value for _, value in running]
            self.choice.value = chosen if chosen in known else next(iter(known), None)
        self._line.layout.display = "" if running else "none"
        self.frame.show_damaged(view.snapshot.damaged_of("job"))
        self._shown.value = markup.jobs(rows(jobs), len(jobs))
        self._show_code()

    def _show_code(self) -> None:
        self.frame.show_code(code.jobs(self.choice.value or ""))

    def _follow(self) -> None:
        job = self.choice.value
        if not job:
            raise SidusError("No job is under way.")
        self._room.submit(f"follow {job}", [], lambda: self._room.lab.follow(job))


def rows(jobs: Sequence[JobFacts]) -> list[list[object]]:
    """Give the newest jobs as rows: what, of what, state, when it was started, how long it took, what it said last."""
    return [
        [
            job.operation,
            job.image,
            html.state(job.state),
            f"{job.created.astimezone():%Y-%m-%d %H:%M}",
            duration(job.elapsed) if job.elapsed is not None else None,
            job.error or job.line if job.state != "done" else "",
        ]
        for job in jobs[:SHOWN]
    ]
