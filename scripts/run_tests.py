"""Run the checks and tests in order, each only when the one before passed; pytest's summary comes last.

    .venv/bin/python scripts/run_tests.py [--all] [pytest arguments]

Without --all, what takes minutes is left out: tests that boot machines, build images, open a browser, run notebooks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK = "not (boot or image or slow_image or browser or notebook or slow)"
# Many tests wait more than they compute. What one process does is said in tests/parallel.py.
PARALLEL = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]


def commands(everything: bool, notebooks: bool, extra: list[str]) -> list[list[str]]:
    """Return the commands to run, in order, as words after `python -m`."""
    checks = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    if not everything:
        return [*checks, ["pytest", *PARALLEL, "-m", QUICK, *extra]]
    # Strict: every cell's output is compared with the stored one, but for cells that say otherwise.
    # These need a lab: tests/browser/test_tour.py and tests/test_images_notebook.py run them.
    others = [f"--ignore=notebooks/{name}.ipynb" for name in ("01_tour", "02_images")]
    nbval = ["--nbval", "--nbval-current-env", *others, "notebooks"] if notebooks else []
    return [*checks, ["pytest", *PARALLEL, "tests", *nbval, *extra]]


def main() -> int:
    """Run them; the exit code is that of the first that fails."""
    extra = sys.argv[1:]
    everything = "--all" in extra
    if everything:
        extra.remove("--all")
    # Programs of the environment (jupyter, sidus-lab) are found by name, as in an activated one.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for words in commands(everything, any((ROOT / "notebooks").glob("*.ipynb")), extra):
        print("$ " + " ".join(words), flush=True)
        code = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env={**os.environ, "PATH": path}, check=False
        ).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
