"""How long `import sidus_lab` takes, against `import pandas` and against Python alone, in the same run.

python -m benchmarks.imports [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

TARGET = 0.5  # seconds
PROGRAMS = {"python alone": "pass", "import sidus_lab": "import sidus_lab", "import pandas": "import pandas"}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when the median is within its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args(argv)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(given.runs + 1):  # the first round warms the disk cache and is not counted
        for name, program in PROGRAMS.items():
            began = time.monotonic()
            subprocess.run([sys.executable, "-c", program], check=True)
            times[name].append(time.monotonic() - began)
    medians = {name: statistics.median(each[1:]) for name, each in times.items()}
    for name, seconds in medians.items():
        print(f"{name:<18} {seconds:6.3f} s   {seconds / medians['import pandas']:5.2f} x import pandas")
    return 0 if medians["import sidus_lab"] <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
