"""`image gc`: takes away what nobody needs, in an order in which a kill loses nothing that was to stay.

First what is published moves into the job's own folder, by one rename each; then the versions lose their refs; then
OSTree removes what no ref reaches. The job's folder goes at its end, or with the next job when this one was killed.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import Dict, Iterator, List, Mapping, Sequence

from .. import files, shapes
from ..image import kept, manifests, sizes, tags
from ..image.store import Store, Version
from ..job.work import Work
from ..site import Site
from . import holds, keeping, leftovers, standing
from .keeping import Plan, Policy


def preview(site: Site, policy: Policy) -> shapes.Collected:
    """What would go, and what stays and why. Changes nothing. Raises CtlError as `standing.look`."""
    store = Store(site.repo, site.privilege())
    found = _found(site, store, policy)
    with _busy(site, found.versions, "image gc") as busy:
        pass
    plan = keeping.plan(found, policy, busy)
    return _answer(site, store, plan, leftovers.look(site, policy.days), found.versions, dry_run=True)


def collect(work: Work, policy: Policy) -> shapes.Collected:
    """Let go what may go. Raises CtlError as `standing.look`; then nothing has gone."""
    site, store = work.site, Store(work.site.repo, work.privilege)
    gone = work.folder / "gone"
    gone.mkdir()
    with site.lock():  # no tag, hold, assignment or order comes between the decision and its end
        found = _found(site, store, policy)
        with _busy(site, found.versions, work.folder.name) as busy:
            plan = keeping.plan(found, policy, busy)
            old = [each for each in leftovers.look(site, policy.days) if each.path.name != work.folder.name]
            answer = _answer(site, store, plan, old, found.versions, dry_run=False)
            work.progress("published", 0.1, "{} folders".format(len(plan.published)))
            for manifest in plan.published:
                os.rename(site.published / manifest["root_hash"], gone / manifest["root_hash"])
            files.sync_folder(site.published)
            for number, version in enumerate(plan.versions):
                work.progress("versions", 0.2 + 0.4 * number / len(plan.versions), version.name)
                store.drop(version)
            dropped = {version.commit for version in plan.versions}
            commits = {each.commit for some in found.versions.values() for each in some}
            kept.sweep(site, commits - dropped)
    for each in old:
        with contextlib.suppress(FileNotFoundError):  # somebody else may have removed it
            os.rename(each.path, gone / each.path.name) if each.what == "job" else each.path.unlink()
    work.progress("prune", 0.6, "removing what no version holds")
    store.prune()
    work.progress("done", 1.0, "{} MB are free again".format(answer["bytes"] // 1_000_000))
    return answer


def _found(site: Site, store: Store, policy: Policy) -> keeping.Found:
    versions = {image: store.versions(image) for image in store.images()}
    tagged, held, now = tags.load(site), holds.load(site), time.time()
    # Within the hour somebody may be fetching it still.
    stands = standing.look(site, since=now - max(policy.days * keeping.DAY, 3600.0))
    return keeping.Found(versions, manifests.published(site), tagged, held, stands, now)


@contextlib.contextmanager
def _busy(site: Site, versions: Mapping[str, Sequence[Version]], note: str) -> Iterator[Dict[str, str]]:
    """Hold the locks of all images and versions that nobody works on; of the others, say who does."""
    busy: Dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        for image, each in versions.items():
            names = ["image-" + image, *("publish-" + content for content in {version.content for version in each})]
            for name in names:
                holder = stack.enter_context(files.try_locked(site.locks / (name + ".lock"), note))
                if holder is not None:
                    busy[image] = "job {} works on this image".format(holder)
        yield busy


def _answer(
    site: Site,
    store: Store,
    plan: Plan,
    old: Sequence[leftovers.Leftover],
    versions: Mapping[str, Sequence[Version]],
    *,
    dry_run: bool,
) -> shapes.Collected:
    names = {each.commit: "{}@{}".format(each.image, each.name) for some in versions.values() for each in some}
    gone: List[shapes.GoneRow] = []
    for version in plan.versions:
        gone.append({"what": "version", "name": names[version.commit], "why": "older, and nobody needs it"})
    for manifest in plan.published:
        gone.append({"what": "published", "name": manifest["root_hash"], "why": "its version goes"})
    for each in old:
        gone.append({"what": each.what, "name": each.path.name, "why": each.why})
    paths = [site.published / manifest["root_hash"] for manifest in plan.published] + [each.path for each in old]
    freed = sum(map(sizes.taken, paths))
    if plan.versions:
        freed += store.freed_without(store.refs_of(plan.versions), site.tmp)
    freed += kept.sweep(site, names.keys() - {version.commit for version in plan.versions}, dry_run=True)
    stay: List[shapes.KeptRow] = [{"name": names[commit], "why": why} for commit, why in plan.kept.items()]
    return {"dry_run": dry_run, "gone": gone, "kept": stay, "bytes": freed}
