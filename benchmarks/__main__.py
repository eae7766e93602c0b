"""Run all benchmarks one after the other, or those that are named; each in a process of its own.

    python -m benchmarks [imports variance many_levels liars coverage image versions demo faults]

The exit code is 1 when one of them missed its target.
"""

from __future__ import annotations

import subprocess
import sys

NAMES = ("imports", "variance", "many_levels", "liars", "coverage", "image", "versions", "demo", "faults")
"""From seconds to hours."""


def main() -> int:
    """Run them in the order above and say which missed their targets."""
    names = sys.argv[1:] or list(NAMES)
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    missed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            missed.append(name)
    if missed:
        print(f"\nNot within its target: {', '.join(missed)}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
