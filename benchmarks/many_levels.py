"""Thousands of levels against lme4 (R): time, peak memory of the whole process, and digits that agree.

python -m benchmarks.many_levels [--quick]

InstEval, which comes with lme4: 73,421 ratings of 1,128 lecturers by 2,972 students. Both programs run in a process of
their own, with one thread, and read the same file; the time is that of the fit alone. lme4 gives estimates only,
sidus_lab also intervals, shares and tests.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

LME4 = """
suppressMessages(library(lme4))
path <- commandArgs(TRUE)[1]
data(InstEval)
if (!file.exists(path)) write.csv(InstEval[, c("s", "d", "y")], path, row.names = FALSE, quote = FALSE)
d <- read.csv(path, colClasses = c("factor", "factor", "numeric"))
seconds <- system.time(m <- lmer(y ~ 1 + (1 | s) + (1 | d), d))[["elapsed"]]
control <- lmerControl("bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE)
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
v <- as.data.frame(VarCorr(lmer(y ~ 1 + (1 | s) + (1 | d), d, control = control)))
cat(seconds, peak / 1024, v$vcov[v$grp == "s"], v$vcov[v$grp == "d"], v$vcov[v$grp == "Residual"], "\\n")
"""
OURS = """
import json, resource, sys, time
import pandas as pd
from sidus_lab.analysis.numbers.components import components
frame = pd.read_csv(sys.argv[1], dtype={"s": str, "d": str, "y": float})
began = time.perf_counter()
found = components(frame, "y", random=["s", "d"])
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, peak, *(found[name].value for name in ("s", "d", "residual"))]))
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="once instead of three times")
    given = parser.parse_args(argv)
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R with lme4 is needed: it brings the data too.")
        return 0
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "insteval.csv", Path(folder) / "fit.R"
        script.write_text(LME4)
        runs = []
        for _ in range(1 if given.quick else 3):
            words = [[rscript, str(script), str(data)], [sys.executable, "-c", OURS, str(data)]]
            texts = [
                subprocess.run(each, env={**os.environ, **one}, capture_output=True, text=True, check=True).stdout
                for each in words
            ]
            runs.append(([float(word) for word in texts[0].split()], json.loads(texts[1])))
    theirs, ours = (min((run[i] for run in runs), key=lambda found: found[0]) for i in (0, 1))
    gap = max(abs(a - b) / abs(b) for a, b in zip(ours[2:], theirs[2:], strict=True))
    print("InstEval: 73,421 rows, 2,972 x 1,128 levels")
    print(f"  sidus_lab  {ours[0]:6.2f} s   {ours[1]:5.0f} MiB   intervals, shares and tests included")
    print(f"  lme4       {theirs[0]:6.2f} s   {theirs[1]:5.0f} MiB   {theirs[0] / ours[0]:.1f} x the time")
    print(f"  memory {ours[1] / theirs[1]:.2f} x lme4's (target 1.5); the estimates differ by {gap:.1e} at most")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
