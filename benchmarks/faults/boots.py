"""Boots in a row of the embedded lab's two nodes: no process, file or memory is left over from one to the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.tally import Tally
from sidus_lab import embedded as labs
from sidus_lab.embedded import Embedded
from sidus_lab.sidus.lab import Lab

_RECIPE = Path(labs.__file__).parent / "recipes" / "debian12-numpy.toml"
_MORE = 64 << 20
"""Bytes that this process may have more of after the last boot than after the first: caches fill, leaks grow."""


def run(rounds: int, say: Callable[[str], object] = print) -> Tally:
    """Boot both nodes `rounds` times, and prove them each time. Builds an image first: minutes."""
    tally = Tally(f"{rounds} boots in a row of two nodes")
    with tempfile.TemporaryDirectory(prefix="faults-boots-") as folder:
        embedded = Embedded(Path(folder))
        lab = embedded.up(owner="the bench of faults", say=say)
        try:
            nodes = lab.nodes()
            nodes.assign(lab.build(_RECIPE).result().publish().result())
            first = None
            for number in range(1, rounds + 1):
                nodes.boot().result(3600)
                proof = nodes.prove()
                now = _use(embedded, lab, Path(folder))
                first = first or now
                wrong = [] if all(node.proven for node in proof.nodes) and not proof.missing else [proof.verdict]
                wrong += [
                    f"{name}: {now[name]} after boot {number}, {first[name]} after the first"
                    for name in ("processes", "open files here", "files of the site")
                    if now[name] > first[name]
                ]
                if now["memory here"] > first["memory here"] + _MORE:
                    wrong.append(f"memory here: {now['memory here'] >> 20} MB, first {first['memory here'] >> 20} MB")
                tally["both proven, nothing more than after the first"].count(wrong)
                say(f"boots: {number} of {rounds}, {tally.failed} failed")
        finally:
            lab.close()
            embedded.down()
        tally["nothing of the lab runs after it was taken down"].count([str(each) for each in embedded.processes()])
    return tally


def _use(embedded: Embedded, lab: Lab, folder: Path) -> dict[str, int]:
    lab.refresh()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "processes": len(embedded.processes()),
        "open files here": len(list(Path("/proc/self/fd").iterdir())),
        "files of the site": sum(1 for path in (folder / "site").rglob("*") if "repo" not in path.parts),
        "memory here": pages * os.sysconf("SC_PAGE_SIZE"),
    }
