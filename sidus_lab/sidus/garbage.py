"""What of a site's history may go: asked, or done as a job that a closed notebook does not stop."""

from __future__ import annotations

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.sidus import answers
from sidus_lab.sidus.history import Collected
from sidus_lab.sidus.server import Server

COLLECT_SECONDS = 20.0  # for the expected time only
KEEP, DAYS = 3, 30.0


def preview(server: Server, keep: int, days: float) -> Collected:
    """Ask what would go, what stays and why, and how much it frees. Raises `SidusError`."""
    return answers.collected(server.call("image", "gc", "--dry-run", *_words(keep, days)))


def collect(server: Server, keep: int, days: float) -> Action[Collected]:
    """Let it go."""

    def work(control: Control) -> Collected:
        return answers.collected(server.follow(server.start("image", "gc", *_words(keep, days)), control))

    return actions.start(work, name="gc", expected=COLLECT_SECONDS)


def _words(keep: int, days: float) -> list[str]:
    return ["--keep", str(keep), "--days", f"{days:g}"]
