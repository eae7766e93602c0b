"""What differs between two versions: `image diff` against `diff -r` of two checkouts, and diffoscope where it is there.

    python -m benchmarks.history --site FOLDER --image NAME [--runs N]

The two newest versions of an image of an existing site are compared, in turn: `sidusctl image diff` as a user starts
it; both trees checked out as hard links, and `diff --recursive --brief` over them (which says nothing of modes, owners
and packages, and shows no text); diffoscope over the same two trees. Processor time, of all programs that each starts.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.site import Site

TARGET = 2.0  # seconds of a processor for a tree of 400 MB


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when the median of `image diff` is within its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", required=True, type=Path)
    parser.add_argument("--image", required=True)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(argv)
    rows = [one_run(Site(given.site), given.image) for _ in range(given.runs)]
    for row in rows:
        print("  ".join("      -" if value is None else f"{value:7.2f}" for value in row), flush=True)
    mine = statistics.median(row[0] for row in rows)
    plain = statistics.median(row[0] / row[1] for row in rows)
    print("columns: image diff, two checkouts and diff -r, diffoscope (processor seconds; -: not installed)")
    print(f"image diff: {mine:.2f} s (target {TARGET})")
    print(f"image diff / two checkouts and diff -r: {plain:.2f}")
    return 0 if mine <= TARGET else 1


def one_run(site: Site, image: str) -> tuple[float, float, float | None]:
    """Give the processor times in seconds; None where there is no diffoscope."""
    privilege = site.privilege()
    store = Store(site.repo, privilege)
    newer, older = store.versions(image)[:2]
    began = _spent()
    words = [*tools.own_command(), "--site", str(site.root), "image", "diff", f"{image}@{older.commit}"]
    subprocess.run([sys.executable, *words[1:], f"{image}@{newer.commit}"], check=True, stdout=subprocess.DEVNULL)
    mine = _spent() - began
    trees = [site.tmp / "bench-older", site.tmp / "bench-newer"]
    try:
        began = _spent()
        for version, tree in zip((older, newer), trees, strict=True):
            store.checkout(version.commit, tree)
        both = list(map(str, trees))
        privilege.run(["diff", "--recursive", "--brief", "--no-dereference", *both])
        plain = _spent() - began
        scope = None
        if tools.find("diffoscope"):
            began = _spent()
            privilege.run(["diffoscope", "--text", "/dev/null", *both])
            scope = _spent() - began
    finally:
        for tree in trees:
            privilege.remove(str(tree))
    return mine, plain, scope


def _spent() -> float:
    """Give the processor time of all programs that ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
