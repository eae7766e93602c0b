"""How often the verdict can be fooled: worlds with known truth, and what it says of them.

    python -m benchmarks.liars [--quick] [--tables 400] [--only WORDS] [--markdown] [--figure FILE]

Each world makes tables of one kind, by a structural model that is not the simulator of the package, and says what is
true of them. Counted are tables with a false tick, a wrong cause, the right cause, nothing told; verdicts that
contradict themselves; how often intervals hold the true value; and, where nothing is wrong with the data, on how many
of the tables the right thing is still said that was said before (`old.json`). The same number gives the same table.
The exit code is 1 when a target is missed.

`old.json` was made by this bench on the analysis of commit 7b2c83c:

    git worktree add ../old 7b2c83c && cp -r benchmarks/liars ../old/benchmarks/ && cd ../old
    python -m benchmarks.liars --store-old && cp benchmarks/liars/old.json ../sidus_lab/benchmarks/liars/

(There `read_changes` stands in `sidus_lab.analysis.say.changes`: `score._ask` needs that line changed.)
"""

# ruff: noqa: E402
from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # before NumPy is loaded
    os.environ.setdefault(_name, "1")

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.liars import page
from benchmarks.liars.keep import kept_run
from benchmarks.liars.score import count_bits, run
from benchmarks.liars.world import WORLDS

QUICK, WHOLE = 25, 400
"""Tables of each world."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when every target is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=WHOLE, help=f"tables of each world (default {WHOLE})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} tables of each: about a minute")
    parser.add_argument("--only", nargs="*", default=[], help="only worlds whose name holds one of these")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--figure", type=Path, help="write a picture of false ticks before and now here (SVG)")
    parser.add_argument("--processes", type=int, default=2, help="processes at a time (default 2)")
    parser.add_argument("--keep", type=Path, help="keep counts here (JSON); count only what is missing, and --only")
    parser.add_argument("--store-old", action="store_true", help="write old.json: only with the analysis of before")
    given = parser.parse_args(argv)
    if given.store_old:
        _store(given.processes)
        return 0
    began = time.monotonic()
    before = page.old()
    tallies = []
    tables = QUICK if given.quick else given.tables
    counted = (
        kept_run(given.keep, tables, given.only, given.processes)
        if given.keep
        else run(tables, given.only, given.processes)
    )
    for tally in counted:
        tallies.append(tally)
        if sys.stderr.isatty():
            print(f"\r{len(tallies)} worlds ", end="", file=sys.stderr, flush=True)
    lines = [page.line(tally, before, page.old_false()) for tally in tallies]
    if given.markdown:
        print(page.markdown(lines))
    else:
        print(page.text(lines))
    said = count_bits()
    print(f"\n{page.bits(said)}\n{page.summary(tallies, before)}; {time.monotonic() - began:.0f} s")
    if given.figure:
        page.picture(given.figure, tallies, page.old_false())
    missed = any(page.missed(tally, before) for tally in tallies) or said.false or said.causes_false
    return int(bool(missed) and not given.quick)


def _store(processes: int) -> None:
    """Write on which tables of the honest worlds the right thing is said, and how often a false one in any world."""
    honest = [world.name for world in WORLDS.values() if world.honest]
    right = {tally.world: tally.mask() for tally in run(WHOLE, honest, processes) if tally.wanted}
    false = {tally.world: tally.false / tally.tables for tally in run(WHOLE // 2, (), processes)}
    made = {
        "made": "python -m benchmarks.liars --store-old, with the analysis of commit 7b2c83c",
        "tables": {"right": WHOLE, "false": WHOLE // 2},
        "right": right,
        "false": {name: round(rate, 4) for name, rate in false.items()},
    }
    page.OLD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
