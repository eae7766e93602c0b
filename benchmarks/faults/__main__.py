"""What no input and no kill can break: faults on purpose, counted.

    python -m benchmarks.faults [--quick] [--only kills disks inputs clients cuts tampering] [--boots 50] [--seed 1]

Every round uses real programs on a small site (see `small`): sidusctl, OSTree, mksquashfs, veritysetup, sshd. The exit
code is 1 when anything did not hold. The whole takes hours on two cores; `--quick` takes a minute. Boots in a row of
two virtual nodes take minutes each without KVM, and are done only where `--boots` says how many.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from benchmarks.faults import boots, clients, cuts, full_disks, inputs, kills, tampering
from benchmarks.faults.tally import Tally

SECTIONS: dict[str, Callable[[bool, int], Tally]] = {
    "kills": lambda quick, seed: kills.run(kills.QUICK if quick else kills.ROUNDS, seed),
    "disks": lambda quick, seed: full_disks.run(full_disks.QUICK if quick else full_disks.ROUNDS, seed),
    "inputs": lambda quick, seed: inputs.run(*(inputs.QUICK if quick else (inputs.STRINGS, inputs.MUTATED)), seed),
    "clients": lambda quick, seed: clients.run(clients.QUICK if quick else clients.ROUNDS, seed),
    "cuts": lambda quick, seed: cuts.run(cuts.QUICK if quick else cuts.ROUNDS, seed),
    "tampering": lambda quick, _seed: tampering.run(tampering.QUICK if quick else tuple(tampering.KINDS)),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table for each section; 0 when all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few rounds of each: about a minute")
    parser.add_argument(
        "--only", nargs="+", choices=tuple(SECTIONS), default=list(SECTIONS), help="only these sections"
    )
    parser.add_argument("--boots", type=int, default=0, metavar="N", help="boot two virtual nodes N times, too")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other moments and inputs")
    given = parser.parse_args(argv)
    found = [SECTIONS[name](given.quick, given.seed) for name in given.only]
    if given.boots:
        found.append(boots.run(given.boots))
    for tally in found:
        print(f"\n{tally.text()}")
    return int(any(tally.failed for tally in found))


if __name__ == "__main__":
    sys.exit(main())
