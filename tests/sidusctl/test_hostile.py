"""Whatever the words and whatever the input: exactly one result or one error, and nothing outside the site."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidus_lab.sidusctl import cli
from sidus_lab.sidusctl.cli import GROUPS, VERBS

# Verbs that answer at once; those that start a process get words that no job is started for.
NAMES = [verb.words.split() for verb in (*VERBS, *(verb for group in GROUPS for verb in group.verbs)) if verb.text]
SPICE = [
    "",
    "\0",
    "\ud800",
    "\u2028",
    "\x1b[2J",
    "../../etc/passwd",
    "$(id)",
    "a\nb",
    "-",
    "--",
    "node[1-999999999]",
    "²",
    "@",
]
HOSTILE = st.one_of(st.sampled_from(SPICE), st.text(max_size=20).filter(lambda text: not "--help".startswith(text[:4])))
OPTIONS = ["--mac", "--address", "--bmc-host", "--key", "--from", "--arg", "--name", "--form", "--ssh-port", "--power"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site without a repository: each verb reads it, and finds nothing."""
    folder = tmp_path_factory.mktemp("hostile") / "site"
    for name in ("published", "jobs", "boot", "log", "tmp", "locks", "secrets"):
        (folder / name).mkdir(parents=True)
    facts = {"format": 1, "privilege": "root", "url": "http://10.0.2.2:8080", "authorized": []}
    (folder / "site.json").write_text(json.dumps(facts))
    return folder


def _said(site: Path, words: list[str], data: bytes) -> list[dict[str, object]]:
    out = io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    with contextlib.redirect_stdout(out), mock.patch.object(sys, "stdin", stdin):
        code = cli.main(["--site", str(site), *words])
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert code in (0, 1, 2)
    assert (code == 0) == (events[-1]["event"] == "result"), events
    return events


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from([name for name in NAMES if name not in (["init"], ["check"], ["node", "power"])]),
    words=st.lists(HOSTILE, max_size=4),
    option=st.sampled_from(["", *OPTIONS]),
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))),
)
def test_one_result_or_one_error(site: Path, verb: list[str], words: list[str], option: str, data: bytes) -> None:
    given_words = [*verb, *([option] if option else []), *words]
    events = _said(site, given_words, data)
    assert [event["event"] for event in events if event["event"] in ("result", "error")] == [events[-1]["event"]]
    assert events[-1].get("code") != "internal", events[-1]
    assert {path.name for path in site.parent.iterdir()} == {"site"}


RECIPE = json.dumps({"name": "x", "suite": "bookworm", "packages": ["fio"], "files": {"/etc/motd": "hello"}})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(RECIPE)), cut=st.integers(0, 6), text=st.text(max_size=8))
def test_a_mutated_recipe(site: Path, at: int, cut: int, text: str) -> None:
    data = (RECIPE[:at] + text + RECIPE[at + cut :]).encode("utf-8", "replace")
    with mock.patch("sidus_lab.sidusctl.job.verbs.start_job", side_effect=cli.CtlError("stopped", "No job here.")):
        events = _said(site, ["image", "build"], data)
    assert len(events) == 1
    assert events[0]["code"] in ("stopped", "bad-recipe", "unknown-recipe-key", "recipe-too-deep", "recipe-too-large")
