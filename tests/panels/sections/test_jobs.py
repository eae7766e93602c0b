"""The jobs of the control room: found again after a restart, whoever started them."""

from __future__ import annotations

from datetime import UTC, datetime

from sidus_lab.panels.sections.jobs import SHOWN, JobsSection, rows
from sidus_lab.sidus.job import JobFacts
from tests.panels.sections.alone import Alone, text_of, view


def facts(number: int, state: str, error: str = "") -> JobFacts:
    created = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    line = "mmdebstrap: unpacking <b>"
    return JobFacts(f"job-{number}", "image build", "debian", state, created, 65.0, line, None, error)


def made(*jobs: JobFacts) -> tuple[JobsSection, Alone]:
    room = Alone()
    section = JobsSection(room)
    section.show(view("node1", jobs=jobs))
    return section, room


def test_one_that_runs_can_be_followed() -> None:
    section, room = made(facts(2, "running"), facts(1, "done"))
    assert [value for _, value in section.choice.options] == ["job-2"]
    section.follow.click()
    assert room.asked == [("follow job-2", [])]
    assert "unpacking &lt;b&gt;" in text_of(section.widget)


def test_nothing_under_way_offers_nothing() -> None:
    section, room = made(facts(1, "failed", error="The disk is full."))
    section.follow.click()
    assert room.asked == []
    assert "The disk is full." in text_of(section.widget)
    assert "No job has been started" in text_of(made()[0].widget)


def test_the_newest_are_shown_and_the_others_counted() -> None:
    jobs = [facts(number, "done") for number in range(SHOWN + 3, 0, -1)]
    assert len(rows(jobs)) == SHOWN
    assert "and 3 older" in text_of(made(*jobs)[0].widget)
