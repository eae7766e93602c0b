"""How long a second demo takes (the image is there already), and how much memory the whole of it needs.

    python -m benchmarks.demo

Runs the demo twice in a home of its own: the first builds the image, the second is the one that counts.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.demo import STEPS, Options, demo
from sidus_lab.sidusctl.privilege import choose
from sidus_lab.terminal import Steps

TARGET = 240.0  # seconds on two cores without KVM


def main(argv: Sequence[str] | None = None) -> int:
    """Print the times; 0 when the second demo is within its target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(argv)
    seconds: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sidus-bench-") as folder:
        home = Path(folder) / "home"
        try:
            for name in ("first", "second"):
                said = io.StringIO()
                began = time.monotonic()
                demo(Options(out=Path(folder) / "out", home=home), Steps(STEPS, said))
                seconds.append(time.monotonic() - began)
                print(f"{name} demo: {seconds[-1]:.0f} s")
                for line in re.findall(r"^✓ .*\]$|peak memory.*$", said.getvalue(), re.MULTILINE):
                    print("   ", line)
        finally:
            choose(None).remove(str(home / "site"))
    print(f"second / first: {seconds[1] / seconds[0]:.2f}   (target for the second: {TARGET:.0f} s)")
    return 0 if seconds[1] <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
