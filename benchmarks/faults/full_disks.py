"""Full disks: one that fills up at a random moment of a call loses nothing, and the call succeeds with room again.

The disk is a tmpfs of the bench's own, in a mount namespace of its own; its size is set to what is used and a little
more. A build refuses a disk that is full before it begins, so its disk fills up in the middle of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.kills import furnish, lost, words_of
from benchmarks.faults.small import FILL, Small, State, left_over, look
from benchmarks.faults.tally import Row, Tally

ROUNDS, QUICK = 200, 3
_A_SITE = 10
_OPERATIONS = ("init", "add", "remove", "assign", "rekey", "build", "publish")
_WEIGHTS = (1, 2, 1, 1, 1, 3, 3)
_SMALL, _LARGE = 12 << 10, 260 << 10
"""Bytes left free at most: what one small file takes, or what a version of the small tree takes."""
_PLENTY = "3G"


def run(rounds: int = ROUNDS, seed: int = 1, say: Callable[[str], object] = print) -> Tally:
    """Fill the disk `rounds` times; in a mount namespace, which takes no root where user namespaces work."""
    space = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user", "--map-auto"])]
    words = [*space, "--", sys.executable, "-m", "benchmarks.faults.full_disks", str(rounds), str(seed)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    *lines, last = done.stdout.splitlines()
    for line in lines:
        say(line)
    tally = Tally(f"{rounds} full disks")
    for row in json.loads(last):
        tally.rows[row["what"]] = Row(**row)
    return tally


def _resize(disk: Path, free: int | None) -> None:
    size = _PLENTY
    if free is not None:
        found = os.statvfs(disk)
        size = str((found.f_blocks - found.f_bfree) * found.f_frsize + free)
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def _inside(rounds: int, seed: int) -> Tally:
    chance, tally = random.Random(seed), Tally("")
    disk = Path(tempfile.mkdtemp(prefix="faults-disk-"))
    done = 0
    try:
        while done < rounds:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_PLENTY},mode=755", "none", str(disk)], check=True)
            programs = Path(tempfile.mkdtemp(prefix="faults-"))
            site = Small(disk / "site", programs / "programs").prepare()
            try:
                furnish(site)
                for _ in range(min(_A_SITE, rounds - done)):
                    kind = chance.choices(_OPERATIONS, _WEIGHTS)[0]
                    what = f"{kind}: one error, looks answer, nothing lost, succeeds with room"
                    tally[what].count(_one(site, disk, kind, chance))
                    done += 1
                tally["a site after its full disks: the doctor leaves nothing"].count(left_over(site))
            finally:
                subprocess.run(["umount", "--lazy", str(disk)], check=False)
                shutil.rmtree(programs, ignore_errors=True)
            print(f"full disks: {done} of {rounds}, {tally.failed} failed", flush=True)
    finally:
        disk.rmdir()
    return tally


def _one(site: Small, disk: Path, kind: str, chance: random.Random) -> list[str]:
    before, wrong = look(site)
    words, stdin = words_of(kind, before, chance)
    if kind == "publish":
        shutil.rmtree(site.root / "published")
        (site.root / "published").mkdir()
        before = State(before.nodes, before.versions, frozenset())
    if kind == "build":
        (site.programs / FILL).write_text(str(chance.randrange(_LARGE)))
        said = site.call(*words, stdin=stdin)
        (site.programs / FILL).unlink()
    else:
        _resize(disk, chance.randrange(_LARGE if kind == "publish" else _SMALL))
        said = site.call(*words, stdin=stdin)
    if not said.ok and said.error not in ("disk-full", "job-not-started"):
        wrong.append(f"{' '.join(words)} on a full disk: {said.events[-1:]}")
    while_full, broken = look(site)
    wrong += [f"while full: {each}" for each in broken + lost(before, while_full, " ".join(words))]
    _resize(disk, None)
    after, broken = look(site)
    wrong += broken + lost(before, after, " ".join(words))
    if not said.ok:
        again = site.call(*words, stdin=stdin)
        # What was done before the disk was full is there already, or gone already.
        if not again.ok and again.error not in ("duplicate-node", "unknown-node"):
            wrong.append(f"{' '.join(words)} with room: {again.events[-1:]}")
    return wrong


if __name__ == "__main__":
    found = _inside(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps([vars(row) for row in found.rows.values()]))
