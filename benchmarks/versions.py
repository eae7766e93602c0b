"""What a second version costs after one package, and what each level of compression costs and gives.

    python -m benchmarks.versions [--recipe FILE] [--package NAME] [--levels 3,9,15]

A site of its own in a temporary folder, without nodes. First a whole build (it fills the site with packages, and is not
counted); then one package on it by ``image install``; then the same version made whole by ``image rebuild``, from the
packages that the site has: of the network only the lists that the first asks for. Times are wall clock; what
counts is the ratio within one run. Then the version is published at each level.
"""

from __future__ import annotations

import argparse
import importlib.resources
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sidus_lab.sidusctl.pack import pack
from sidus_lab.sidusctl.privilege import choose

TARGET = 0.2


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when the second version is within its target and equal to the one made whole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, help="instead of the recipe of the demo")
    parser.add_argument("--package", default="hwloc-nox")
    parser.add_argument("--levels", default="3,9,15", help="with commas; empty for none")
    given = parser.parse_args(argv)
    packaged = importlib.resources.files("sidus_lab.embedded").joinpath("recipes/debian12-numpy.toml")
    recipe = given.recipe.read_bytes() if given.recipe else packaged.read_bytes()
    privilege = choose(None)
    with tempfile.TemporaryDirectory(prefix="sidus-bench-") as folder:
        site = Path(folder) / "site"
        try:
            return table(
                Site(site, privilege.mode), recipe, given.package, [int(n) for n in given.levels.split(",") if n]
            )
        finally:
            privilege.remove(str(site))


class Site:
    """A site of this machine, asked by the program itself."""

    def __init__(self, folder: Path, mode: str) -> None:
        self._program = folder.with_name("sidusctl.pyz")
        self._program.write_bytes(pack())
        self._folder = folder
        self.ask("init", "--privilege", mode)

    def ask(self, *words: str, stdin: bytes = b"") -> dict[str, Any]:
        """Give the value of a verb. Raises RuntimeError with its error."""
        argv = [sys.executable, str(self._program), "--site", str(self._folder), *words]
        last = json.loads(subprocess.run(argv, input=stdin, capture_output=True, check=False).stdout.splitlines()[-1])
        if last["event"] != "result":
            raise RuntimeError(last["message"] + " " + last["detail"])
        value = last["value"]
        assert isinstance(value, dict)
        return value


def table(site: Site, recipe: bytes, package: str, levels: Sequence[int]) -> int:
    """Measure on a site that has no version yet, and print."""
    built = site.ask("image", "build", stdin=recipe)
    made = site.ask("image", "install", built["image"], package)
    again = site.ask("image", "rebuild", built["image"])
    whole = again["seconds"]["mmdebstrap"] + again["seconds"]["commit"]
    ratio = made["seconds"]["change"] / whole
    print(f"{built['image']}: {built['packages']} packages, one more: {package}")
    print(f"made whole, packages on the site   {whole:7.1f} s")
    print(f"made on the version before         {made['seconds']['change']:7.1f} s")
    print(f"ratio                              {ratio:7.2f}   (target {TARGET})")
    print(f"the two are equal to the bit       {'yes' if again['same'] else 'NO'}", flush=True)
    for level in levels:
        published = site.ask("image", "publish", built["image"], f"--level={level}")
        seconds, size = published["seconds"]["mksquashfs"], published["files"]["root.squashfs"]["bytes"]
        print(f"level {level:2}  {seconds:7.1f} s  {size / 1e6:7.1f} MB", flush=True)
    return 0 if ratio <= TARGET and again["same"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
