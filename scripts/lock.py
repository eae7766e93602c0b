"""Make requirements.lock, environment.yml and binder/environment.yml anew from pyproject.toml.

    .venv/bin/python scripts/lock.py [--upgrade]

Without --upgrade, versions stay as they are where pyproject.toml still allows them. The lock holds for
every platform and every supported Python; its hashes are those of the public package index, so settings of
this machine's pip and uv are left aside. It names no index.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
ENVIRONMENTS = (ROOT / "environment.yml", ROOT / "binder" / "environment.yml")
CONDA_PYTHON = "3.12"
UV = "uv>=0.5,<1"

LOCK_HEADER = "# Made by `make lock` from pyproject.toml: each package, its version, its files' hashes. Do not edit.\n"
ENVIRONMENT_HEADER = """\
# For Binder and for conda users. Made by `make lock`: the direct dependencies at the versions of requirements.lock.
# environment.yml and binder/environment.yml are the same file (Binder reads the second, people the first).
"""


def normal(name: str) -> str:
    """Return a package's name in its one normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """Read name -> version from the text of a lock; a name with several versions (for different Pythons) is refused."""
    found: dict[str, str] = {}
    for match in re.finditer(r"^([A-Za-z0-9._-]+)==([^\s;]+)", lock, re.MULTILINE):
        name = normal(match[1])
        if found.setdefault(name, match[2]) != match[2]:
            raise SystemExit(f"The lock has two versions of {name}; narrow it in pyproject.toml.")
    return found


def direct(pyproject: str) -> list[str]:
    """Return the names of the package's own dependencies, from the text of pyproject.toml."""
    rows = tomllib.loads(pyproject)["project"]["dependencies"]
    return sorted(normal(re.split(r"[\s<>=!~;\[]", row, maxsplit=1)[0]) for row in rows)


def environment(pyproject: str, lock: str) -> str:
    """Return the text of environment.yml: Python, pip, and the direct dependencies at their locked versions."""
    versions = pins(lock)
    rows = "".join(f"      - {name}=={versions[name]}\n" for name in direct(pyproject))
    head = "name: sidus-lab\nchannels:\n  - conda-forge\ndependencies:\n"
    return f"{ENVIRONMENT_HEADER}{head}  - python={CONDA_PYTHON}\n  - pip\n  - pip:\n{rows}"


def compile_lock(upgrade: bool) -> str:
    """Resolve pyproject.toml with uv (installed into this environment when missing) and return the lock's text."""
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", UV], check=True)
    # fmt: off
    argv = [
        str(uv), "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--python-version", "3.11",
        "--fork-strategy", "fewest", "--generate-hashes", "--no-emit-index-url", "--no-config", "--no-header",
        "--quiet", "--output-file", LOCK.name,
    ]
    # fmt: on
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    subprocess.run([*argv, *(["--upgrade"] if upgrade else [])], cwd=ROOT, env=kept, check=True)
    return LOCK_HEADER + LOCK.read_text()


def main() -> None:
    """Write all three files."""
    parser = argparse.ArgumentParser(description="Make the lock and the environment files anew.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    lock = compile_lock(parser.parse_args().upgrade)
    LOCK.write_text(lock)
    text = environment((ROOT / "pyproject.toml").read_text(), lock)
    for path in ENVIRONMENTS:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    print(f"{LOCK.name}: {len(pins(lock))} packages; environment.yml and binder/environment.yml written.")


if __name__ == "__main__":
    main()
