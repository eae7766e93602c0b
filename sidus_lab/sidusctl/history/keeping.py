"""What may go and what stays, decided from what was found; whatever is in doubt stays. Pure."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Dict, List, Mapping, NamedTuple, Sequence, Tuple

from .. import folded, shapes
from ..image.store import Version
from .standing import Standing

DAY = 86400.0


class Policy(NamedTuple):
    """The newest `keep` versions of each image stay, and those younger than `days`."""

    keep: int
    days: float


class Found(NamedTuple):
    """All versions by image (newest first), all that is published, and who needs what."""

    versions: Mapping[str, Sequence[Version]]
    published: Sequence[shapes.Manifest]
    tags: Mapping[str, shapes.TagFacts]
    holds: Sequence[shapes.Hold]
    stands: Standing
    now: float


class Plan(NamedTuple):
    """Commit -> reasons to stay; the versions and the published folders that go."""

    kept: Dict[str, List[str]]
    versions: List[Version]
    published: List[shapes.Manifest]


def plan(found: Found, policy: Policy, busy: Mapping[str, str]) -> Plan:
    """Decide. `busy` says of images that somebody works on them: nothing of these goes."""
    every = [version for versions in found.versions.values() for version in versions]
    kept: Dict[str, List[str]] = {version.commit: [] for version in every}
    for versions in found.versions.values():
        for number, version in enumerate(versions):
            kept[version.commit] += _of_itself(number, version, found.now, policy, busy)
    for name, facts in sorted(found.tags.items()):
        _need(every, kept, [facts["content"]], "tag " + name)
    for root_hash, why in _needs(found):
        _need(every, kept, [each["content"] for each in found.published if each["root_hash"] == root_hash], why)
    for version in every:
        names = found.stands.named.get("{}@{}".format(version.image, version.name), [])
        if names and not kept[version.commit]:
            kept[version.commit].append("needed by " + folded.fold(names))
    for version in every:  # the version that a kept one was made on says what it was made of
        if kept[version.commit] and version.info.get("how") == "on" and version.info.get("parent") in kept:
            kept[version.info["parent"]].append("{} was made on it".format(version.name))
    staying = {version.content for version in every if kept[version.commit]}
    here = {version.content for version in every}
    return Plan(
        {commit: why for commit, why in kept.items() if why},
        [version for version in every if not kept[version.commit]],
        # One whose version is not here could not be made again: it stays.
        [each for each in found.published if each["content"] in here and each["content"] not in staying],
    )


def _of_itself(number: int, version: Version, now: float, policy: Policy, busy: Mapping[str, str]) -> List[str]:
    why = []
    if number < policy.keep:
        why.append("newest" if number == 0 else "one of the newest {}".format(policy.keep))
    # Versions of one second count on: the newest may be of a moment that is still to come.
    if max(0.0, now - seconds(version.created)) < policy.days * DAY:
        why.append("younger than {:g} days".format(policy.days))
    if version.image in busy:
        why.append(busy[version.image])
    return why


def _needs(found: Found) -> List[Tuple[str, str]]:
    """(root hash, why it is needed)."""
    stands = found.stands
    rows = [(root, "assigned to " + folded.fold(names)) for root, names in stands.assigned.items()]
    rows += [(root, folded.fold(names) + " booted it last") for root, names in stands.booted.items()]
    rows += [(root, folded.fold(names) + " proved it") for root, names in stands.proved.items()]
    rows += [(each["root_hash"], "held for " + each["why"]) for each in found.holds]
    rows += [(root, "fetched of late") for root in stands.fetched]
    for name, when in stands.unsure.items():  # it may run whatever was there when it was started
        older = [each["root_hash"] for each in found.published if seconds(each["created"]) <= when]
        rows += [(root, "{} was started before its boots were kept, and may run it".format(name)) for root in older]
    return rows


def _need(every: Sequence[Version], kept: Dict[str, List[str]], contents: Sequence[str], why: str) -> None:
    for version in every:
        if version.content in contents and why not in kept[version.commit]:
            kept[version.commit].append(why)


def seconds(moment: str) -> float:
    """A moment of a version, in seconds since 1970."""
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
