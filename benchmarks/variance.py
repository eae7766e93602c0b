"""Variance components against lme4 (R) and statsmodels, and their cost against one pass of pandas groupby.

python -m benchmarks.variance [--quick] [--limit SECONDS]

Same data, same machine, one thread each (linear algebra libraries in many threads slow each other down on a busy
machine). lme4 is timed inside R, without reading the data; statsmodels in a process of its own that is ended after
the limit.
"""

# ruff: noqa: E402
from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):  # before NumPy is loaded
    os.environ.setdefault(_name, "1")

import argparse
import csv
import multiprocessing
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import svg
from sidus_lab.analysis.numbers.components import components
from sidus_lab.explanation import explain

ADDITIVE = ["node", "image"]
INTERACTION = ["node", "image", "node:image"]


def table(nodes: int, images: int, repeats: int, *, missing: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Crossed runs: nodes 1.0, images 0.5, interaction 0.3, repeats 1.0 (standard deviations)."""
    random = np.random.default_rng(seed)
    n, i, _ = (axis.ravel() for axis in np.meshgrid(range(nodes), range(images), range(repeats), indexing="ij"))
    y = 10 + random.normal(size=nodes)[n] + 0.5 * random.normal(size=images)[i]
    y = y + 0.3 * random.normal(size=nodes * images)[n * images + i] + random.normal(size=n.size)
    frame = pd.DataFrame({"node": [f"n{k}" for k in n], "image": [f"i{k}" for k in i], "y": y})
    return frame[random.random(len(frame)) >= missing] if missing else frame


def best(function: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The shortest of several times (seconds), and the last result."""
    shortest, result = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        result = function()
        shortest = min(shortest, time.perf_counter() - began)
    return shortest, result


LME4 = """
suppressMessages(library(lme4))
args <- commandArgs(TRUE)
d <- read.csv(args[1], colClasses = c("factor", "factor", "numeric"))
times <- c()
for (k in seq_len(as.integer(args[3]))) times <- c(times, system.time(m <- lmer(as.formula(args[2]), d))[["elapsed"]])
control <- lmerControl("bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE)
for (fit in c(m, update(m, control = control))) {
  v <- as.data.frame(VarCorr(fit))
  cat(min(times), paste(v$grp, format(v$vcov, digits = 12), sep = "="), "", sep = "\\n")
}
"""


def lme4(
    frame: pd.DataFrame, terms: Sequence[str], times: int
) -> tuple[float, dict[str, float], dict[str, float]] | None:
    """Time and estimates of lme4, then with a tight tolerance (not timed); None where it is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    formula = "y ~ 1 + " + " + ".join(f"(1|{term})" for term in terms)
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "data.csv", Path(folder) / "fit.R"
        frame.to_csv(data, index=False, quoting=csv.QUOTE_NONE)
        script.write_text(LME4)
        done = subprocess.run([rscript, str(script), str(data), formula, str(times)], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  lme4 could not be run: {done.stderr.strip().splitlines()[-1:]}")
        return None
    seconds, fits = 0.0, []
    for block in done.stdout.strip().split("\n\n"):
        lines = block.split("\n")
        seconds = float(lines[0])
        pairs = (line.split("=") for line in lines[1:])
        fits.append({name.replace("Residual", "residual"): float(value) for name, value in pairs})
    return seconds, fits[0], fits[1]


def _statsmodels(frame: pd.DataFrame, terms: Sequence[str], pipe: Any) -> None:
    import statsmodels.formula.api as smf

    warnings.simplefilter("ignore")
    names = {f"t{k}": term for k, term in enumerate(terms)}
    data = frame.assign(node_image=frame["node"] + frame["image"], all=1)
    parts = {key: "0 + C(" + term.replace("node:image", "node_image") + ")" for key, term in names.items()}
    model = smf.mixedlm("y ~ 1", data, groups="all", vc_formula=parts)

    def fit(**options: Any) -> dict[str, float]:
        fitted = model.fit(reml=True, **options)
        values = zip([names[key] for key in fitted.model.exog_vc.names], fitted.vcomp, strict=True)
        return dict(values) | {"residual": float(fitted.scale)}

    began = time.perf_counter()
    default = fit()
    seconds = time.perf_counter() - began
    # The default optimiser may stop early; Powell's does not, and takes long.
    pipe.send((seconds, default, fit(method=["powell"]) if len(frame) <= 2000 else default))


def statsmodels(
    frame: pd.DataFrame, terms: Sequence[str], limit: float
) -> tuple[float, dict[str, float], dict[str, float]] | str:
    """Time and estimates of MixedLM, then by another optimiser; or why there are none in `limit` seconds."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_statsmodels, args=(frame, list(terms), there))
    process.start()
    there.close()
    try:
        if here.poll(limit):
            found: tuple[float, dict[str, float], dict[str, float]] = here.recv()
            return found
        return f"more than {limit:g} s"
    except EOFError:
        return "ended with an error (memory?)"
    finally:
        process.kill()
        process.join()


def digits(first: dict[str, float], second: dict[str, float]) -> float:
    """How many digits of all estimates agree, at the least."""
    gaps = [abs(first[name] - second[name]) / max(abs(second[name]), 1e-12) for name in second]
    return float(-np.log10(max(*gaps, 1e-16)))


def compare(nodes: int, images: int, repeats: int, times: int, limit: float) -> list[tuple[str, float, str]]:
    """One block of the table: balanced and with rows missing, without and with interaction; the last as bars."""
    shown: list[tuple[str, float, str]] = []
    for missing in (0.0, 0.2):
        frame = table(nodes, images, repeats, missing=missing)
        shape = "balanced" if not missing else "20 % missing"
        for terms in (ADDITIVE, INTERACTION):
            name = "node + image" + (" + node:image" if terms is INTERACTION else "")
            print(f"{nodes} nodes x {images} images x {repeats} repeats, {len(frame)} rows, {shape}, {name}")
            ours, found = best(lambda frame=frame, terms=terms: components(frame, "y", random=terms), times)  # type: ignore[misc]
            values = {part.name: part.value for part in found.parts}
            shown = [("sidus_lab", ours, f"{ours:.2f} s")]
            print(f"  sidus_lab    {ours:8.3f} s   intervals and tests included ({found.method})")
            other = lme4(frame, terms, times)
            if other:
                shown.append(("lme4", other[0], f"{other[0]:.2f} s, {other[0] / ours:.1f} x"))
                same = f"{digits(values, other[1]):.1f} digits agree ({digits(values, other[2]):.1f} when tight)"
                print(f"  lme4         {other[0]:8.3f} s   {other[0] / ours:6.1f} x   {same}")
            third = statsmodels(frame, terms, limit)
            if isinstance(third, str):
                print(f"  statsmodels  {third}")
                shown.append(("statsmodels", limit, third))
            else:
                shown.append(("statsmodels", third[0], f"{third[0]:.2f} s, {third[0] / ours:.1f} x"))
                same = (
                    f"{digits(values, third[1]):.1f} digits agree ({digits(values, third[2]):.1f} by Powell's method)"
                )
                print(f"  statsmodels  {third[0]:8.3f} s   {third[0] / ours:6.1f} x   {same}")
    return shown


def growth(repeats: Sequence[int], times: int) -> None:
    """The cost with the same levels and more and more rows, against one pass of groupby."""
    print("Same 200 x 10 levels, more rows: against groupby(['node', 'image'])['y'].mean() of pandas")
    for count in repeats:
        frame = table(200, 10, count)
        base, _ = best(lambda frame=frame: frame.groupby(["node", "image"])["y"].mean(), times)  # type: ignore[misc]
        line = f"  {len(frame):>9} rows   groupby {base:6.3f} s"
        for name, terms in (("node + image", ADDITIVE), ("with interaction", INTERACTION)):
            ours, _ = best(lambda frame=frame, terms=terms: components(frame, "y", random=terms), times)  # type: ignore[misc]
            line += f"   {name} {ours:6.3f} s = {ours / base:4.1f} x"
        print(line)


def whole(repeats: int, times: int) -> None:
    """A whole explain with figure."""
    frame = table(200, 10, repeats)
    explain(frame.head(200), response="y").figure()  # loads plotly
    seconds, _ = best(lambda: explain(frame, response="y", image="image").figure(), times)
    print(f"explain with swap design and figure, {len(frame)} rows: {seconds:.2f} s (target 2 s)")


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small tables, once: shows that it runs")
    parser.add_argument("--figure", type=Path, help="write a picture of the largest table's times here (SVG)")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that statsmodels may take per fit")
    given = parser.parse_args(argv)
    if given.quick:
        compare(12, 4, 5, 1, min(given.limit, 30))
        growth([5, 50], 1)
        whole(5, 1)
        return 0
    compare(20, 5, 10, 3, given.limit)
    shown = compare(200, 10, 50, 3, given.limit)
    if given.figure:
        title = "Variance components of 200 nodes x 10 images with interaction, 80,000 rows"
        svg.bars(given.figure, title, shown, "seconds")
    growth([50, 500], 5)
    whole(50, 3)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
