"""JupyterLab on the tour notebook, with the embedded lab behind it; both end together.

    .venv/bin/python scripts/open_lab.py [arguments of jupyter lab]

A lab that was up before stays up afterwards: somebody else started it (`sidus-lab lab up`, `make demo ARGS=--keep`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def jupyter(arguments: list[str], uid: int) -> list[str]:
    """Return the command that opens JupyterLab; it refuses root unless told otherwise."""
    allow = ["--allow-root"] if uid == 0 else []
    return [str(BIN / "jupyter"), "lab", str(ROOT / "notebooks" / "01_tour.ipynb"), *allow, *arguments]


def lab(verb: str) -> str:
    """Run one verb of `sidus-lab lab`, show what it says, and return it."""
    argv = [str(BIN / "sidus-lab"), "lab", verb]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def main() -> int:
    """Bring the lab up, open JupyterLab, wait for its end, take the lab down."""
    before = "The lab is not up" not in lab("status")
    print(lab("up"), end="", flush=True)
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        process = subprocess.Popen(jupyter(sys.argv[1:], os.geteuid()), cwd=ROOT, env=env)
        # Ctrl-C reaches JupyterLab by itself, and it may ask back; the other signals are passed on. Either way this
        # program goes on until JupyterLab has ended.
        signal.signal(signal.SIGINT, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: process.terminate())
        return process.wait()
    finally:
        if before:
            print("The lab was up before and stays up: .venv/bin/sidus-lab lab down ends it.")
        else:
            print(lab("down"), end="", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
