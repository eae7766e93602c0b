"""What may go and what stays: whatever is in doubt stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sidus_lab.sidusctl.history import keeping
from sidus_lab.sidusctl.history.keeping import Found, Policy
from sidus_lab.sidusctl.history.standing import Standing
from sidus_lab.sidusctl.image.store import Version
from tests.sidusctl.image.test_store import INFO

NOW = keeping.seconds("2026-06-01T00:00:00Z")
NOBODY = Standing({}, {}, {}, {}, set(), {})
OLD = Policy(1, 30.0)


def _version(sign: str, month: int = 1, **info: Any) -> Version:
    created = f"2026-{month:02}-01T00:00:00Z"
    return Version("small", sign * 64, sign.upper() * 64, created, {**INFO, **info})  # type: ignore[typeddict-item]


def _manifest(version: Version) -> Any:
    return {"root_hash": "root" + version.commit[0], "content": version.content, "created": version.created}


VERSIONS = [_version("d", 5), _version("c", 3), _version("b", 2), _version("a", 1)]
PUBLISHED = [_manifest(version) for version in VERSIONS]


def _plan(policy: Policy = OLD, busy: Mapping[str, str] | None = None, **changes: Any) -> keeping.Plan:
    found = Found({"small": VERSIONS}, PUBLISHED, {}, [], NOBODY, NOW)._replace(**changes)
    return keeping.plan(found, policy, busy or {})


def _gone(plan: keeping.Plan) -> str:
    assert {each["content"] for each in plan.published} <= {version.content for version in plan.versions}
    return "".join(version.commit[0] for version in plan.versions)


def test_the_newest_and_the_young_stay() -> None:
    assert _gone(_plan()) == "cba"
    assert _plan().kept == {VERSIONS[0].commit: ["newest"]}
    assert _gone(_plan(Policy(3, 0.0))) == "a"
    assert _gone(_plan(Policy(1, 100.0))) == "ba"
    assert [each["root_hash"] for each in _plan().published] == ["rootc", "rootb", "roota"]


def test_whatever_a_node_a_tag_or_a_run_needs_stays_whatever_its_age() -> None:
    tag = {"image": "small", "commit": "a" * 64, "content": "A" * 64, "author": "", "when": 0.0}
    hold = {"root_hash": "roota", "why": "run 1", "author": "", "when": 0.0}
    nodes = {"roota": ["node1", "node2"]}
    for changes, why in (
        ({"tags": {"v1": tag}}, "tag v1"),
        ({"holds": [hold]}, "held for run 1"),
        ({"stands": NOBODY._replace(assigned=nodes)}, "assigned to node[1-2]"),
        ({"stands": NOBODY._replace(booted=nodes)}, "node[1-2] booted it last"),
        ({"stands": NOBODY._replace(proved=nodes)}, "node[1-2] proved it"),
        ({"stands": NOBODY._replace(fetched={"roota"})}, "fetched of late"),
    ):
        plan = _plan(**changes)
        assert _gone(plan) == "cb", why
        assert plan.kept["a" * 64] == [why]


def test_a_published_folder_that_cannot_be_read_takes_no_version_with_it() -> None:
    named = {"small@" + "a" * 12: ["node1"]}
    plan = _plan(published=PUBLISHED[:3], stands=NOBODY._replace(assigned={"roota": ["node1"]}, named=named))
    assert (_gone(plan), plan.kept["a" * 64]) == ("cb", ["needed by node1"])


def test_a_node_of_which_nobody_knows_what_it_runs_keeps_all_that_there_was() -> None:
    plan = _plan(stands=NOBODY._replace(unsure={"node9": keeping.seconds("2026-02-15T00:00:00Z")}))
    assert _gone(plan) == "c"
    assert "node9" in plan.kept["b" * 64][0]


def test_nothing_goes_of_an_image_that_somebody_works_on() -> None:
    plan = _plan(busy={"small": "job 1 works on this image"})
    assert (_gone(plan), plan.published) == ("", [])


def test_a_version_stays_on_which_a_kept_one_was_made() -> None:
    made = [_version("d", 5, how="on", parent="b" * 64), *VERSIONS[1:]]
    assert _gone(_plan(versions={"small": made})) == "ca"
    whole = [_version("d", 5, how="build", parent="b" * 64), *VERSIONS[1:]]
    assert _gone(_plan(versions={"small": whole})) == "cba"


def test_equal_content_is_published_once_and_stays_with_any_of_its_versions() -> None:
    back = [VERSIONS[0]._replace(content="A" * 64), *VERSIONS[1:]]
    plan = _plan(versions={"small": back})
    assert [each["root_hash"] for each in plan.published] == ["rootc", "rootb"]


def test_what_is_published_without_its_version_could_not_be_made_again() -> None:
    plan = _plan(versions={"small": VERSIONS[:2]})
    assert [each["root_hash"] for each in plan.published] == ["rootc"]
