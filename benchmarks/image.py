"""What sidus_lab adds to the tools that it drives: mmdebstrap for a build, mksquashfs for publishing.

    python -m benchmarks.image [--runs N]

In each run, in turn: the plain mmdebstrap command with the recipe's suite, packages and options; the same image built
through sidus_lab (over SSH to the embedded site); mksquashfs alone with the same options on the plain tree; commit and
publish through sidus_lab. Times are wall clock; what counts is the ratio within one run.
"""

from __future__ import annotations

import argparse
import importlib.resources
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.embedded import Embedded, default_machines
from sidus_lab.sidus import Lab, answers
from sidus_lab.sidusctl.image import mmdebstrap, recipe
from sidus_lab.sidusctl.image.forms import effort, memory
from sidus_lab.sidusctl.privilege import Privilege, choose

BUILD_TARGET = 1.15
PUBLISH_TARGET = 1.5


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when both medians are within their targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(argv)
    text = importlib.resources.files("sidus_lab.embedded").joinpath("recipes/debian12-numpy.toml").read_bytes()
    rows = []
    with tempfile.TemporaryDirectory(prefix="sidus-bench-") as folder:
        embedded = Embedded(Path(folder) / "home")
        privilege = choose(None)
        lab = embedded.up(default_machines(1), owner="benchmark", use_kvm=False)
        try:
            for number in range(given.runs):
                rows.append(one_run(lab, privilege, text, Path(folder) / f"plain{number}"))
                print("  ".join(f"{value:7.2f}" for value in rows[-1]), flush=True)
        finally:
            lab.close()
            embedded.down()
            privilege.remove(f"{folder}/home/site")
    build = statistics.median(row[1] / row[0] for row in rows)
    made = statistics.median(row[3] / row[2] for row in rows)
    print("columns: mmdebstrap alone, build through sidus_lab, mksquashfs alone, commit and publish (seconds)")
    print(f"build / mmdebstrap alone:               {build:.2f}   (target {BUILD_TARGET})")
    print(f"commit and publish / mksquashfs alone:  {made:.2f}   (target {PUBLISH_TARGET})")
    return 0 if build <= BUILD_TARGET and made <= PUBLISH_TARGET else 1


def one_run(lab: Lab, privilege: Privilege, text: bytes, tree: Path) -> tuple[float, float, float, float]:
    """Give the four times of one run in seconds."""
    wanted = recipe.parse(text, "")
    ours = ("--customize-hook=", "--extract-hook=")
    words = [word for word in mmdebstrap.command(wanted, tree, ["true"]) if not word.startswith(ours)]
    try:
        alone = timed(privilege.wrap(words, {"SOURCE_DATE_EPOCH": str(mmdebstrap.SOURCE_DATE_EPOCH)}))
        began = time.monotonic()
        job = answers.job_started(lab.server.call("image", "build", "--force", "--detach", data=text))
        built = answers.built(lab.server.follow(job))
        through = time.monotonic() - began
        squash = timed(
            privilege.wrap(
                [
                    "mksquashfs",
                    str(tree),
                    str(tree) + ".squashfs",
                    "-no-progress",
                    *memory.squash_options(effort.DEFAULT),
                ]
            )
        )
    finally:
        privilege.remove(str(tree))
    for published in lab.published():
        privilege.remove(f"{lab.server.site}/published/{published.root_hash}")
    began = time.monotonic()
    lab.image(built.image).publish().result()
    made = time.monotonic() - began + built.seconds["commit"]
    # The build's own time is what it takes beside the commit, which is counted with publishing.
    return alone, through - built.seconds["commit"], squash, made


def timed(words: Sequence[str]) -> float:
    """Run a command and give its seconds. Raises `subprocess.CalledProcessError`."""
    began = time.monotonic()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    raise SystemExit(main())
