"""The jobs of a site: operations that outlive the connection and the notebook that started them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import SidusError
from sidus_lab.sidus import answers
from sidus_lab.sidus.damage import Found
from sidus_lab.sidus.history import Collected
from sidus_lab.sidus.images import Image, built
from sidus_lab.sidus.job import JobFacts
from sidus_lab.sidus.rebuilt import Rebuilt
from sidus_lab.sidus.seen import ago
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.versions import Published


@dataclass(frozen=True)
class Job(JobFacts):
    """A job of a site, as it was when it was looked at; it can be followed, cancelled, and looked at again."""

    server: Server = field(repr=False, compare=False)
    at: float = field(default_factory=time.monotonic, repr=False, compare=False)

    def follow(self) -> Action[Image | Published | Rebuilt | Collected]:
        """Follow it to its end: to the image, to what was published, to what a rebuild found, or to what went."""
        return follow(self.server, self.id)

    def cancel(self) -> Job:
        """End it and everything it started; give it as it is then. One that has ended already stays as it is."""
        return _job(self.server, answers.job(self.server.call("job", "cancel", self.id)))

    def refresh(self) -> Job:
        """Look again, and give it as it is now."""
        for job in listing(self.server):
            if job.id == self.id:
                return job
        raise SidusError(f"Job {self.id} is no more on {self.server.name}.", hint="lab.jobs() lists those that are")

    @property
    def seen(self) -> str:
        """When it was looked at: ``seen 12 s ago``."""
        return f"seen {ago(time.monotonic() - self.at)}"

    def __repr__(self) -> str:
        return f"<Job {self}; {self.seen}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        word = "failed" if self.state == "lost" else self.state
        detail = f"job {self.id}: {self.operation} {self.image}, {self.seen}"
        return html.mimebundle(repr(self), html.state(word, detail), html.join([" ", self.error or self.line]))


def listing(server: Server) -> Found[Job]:
    """Ask for all jobs, newest first; and for what is no whole job."""
    found = answers.jobs(server.call("job", "list"))
    return Found((_job(server, each) for each in found), found.damaged)


def follow(server: Server, job: str) -> Action[Image | Published | Rebuilt | Collected]:
    """Follow a job, whoever started it.

    The result is the image that got a version, what was published, what a rebuild found, or what `Lab.gc` took.
    """

    def work(control: Control) -> Image | Published | Rebuilt | Collected:
        found = answers.outcome(server.follow(job, control))
        return built(server, found) if isinstance(found, answers.Built) else found

    return actions.start(work, name=f"job {job}")


def _job(server: Server, facts: JobFacts) -> Job:
    return Job(**vars(facts), server=server)
