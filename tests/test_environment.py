"""pyproject.toml, the lock, environment.yml and Binder's copy of it agree."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import lock
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text()
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads(PYPROJECT)["project"]

DISTRIBUTION = {"yaml": "pyyaml", "PIL": "pillow", "IPython": "ipython", "xdist": "pytest-xdist"}
"""Distributions that are not named as the module they bring."""

COMES_WITH = {
    "ipython": "ipykernel",
    "ipykernel": "jupyterlab",
    "traitlets": "ipywidgets",
    "packaging": "pytest",
    "markupsafe": "jinja2",
    "requests": "pooch",
    "cryptography": "paramiko",
}
"""Distributions that are imported and always come with another one that is declared."""


def requirements() -> list[Requirement]:
    optional = [row for rows in PROJECT["optional-dependencies"].values() for row in rows]
    return [Requirement(row) for row in [*PROJECT["dependencies"], *optional] if not row.startswith("sidus-lab")]


def third_party(folder: str) -> dict[str, str]:
    """Return distribution -> one file that imports it, for all Python files below a folder."""
    found: dict[str, str] = {}
    own = {
        "sidus_lab",
        "sidusctl",
        "tests",
        "benchmarks",
        "conftest",
        *(path.stem for path in (ROOT / "scripts").glob("*.py")),
    }
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top not in own:
                    found.setdefault(lock.normal(DISTRIBUTION.get(top, top)), str(path.relative_to(ROOT)))
    return found


def test_binder_gets_the_same_environment() -> None:
    assert (ROOT / "binder" / "environment.yml").read_bytes() == (ROOT / "environment.yml").read_bytes()


def test_environment_is_made_from_the_lock() -> None:
    assert (ROOT / "environment.yml").read_text() == lock.environment(PYPROJECT, LOCK)


def test_environment_is_what_conda_reads() -> None:
    data = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert set(data) == {"name", "channels", "dependencies"}
    python, pip, packages = data["dependencies"]
    assert pip == "pip"
    version = python.removeprefix("python=")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(version)
    assert {Requirement(row).name for row in packages["pip"]} == set(lock.direct(PYPROJECT))


def test_lock_satisfies_pyproject() -> None:
    pins = lock.pins(LOCK)
    for need in requirements():
        assert need.specifier.contains(pins[lock.normal(need.name)]), need
    for row in tomllib.loads(PYPROJECT)["build-system"]["requires"]:
        assert lock.normal(Requirement(row).name) in pins, row


def test_lock_has_a_hash_for_every_package_and_no_address() -> None:
    starts = [match.start() for match in re.finditer(r"^[a-z0-9].*==", LOCK, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(LOCK)], strict=True):
        assert "--hash=sha256:" in LOCK[start:end], LOCK[start : start + 60]
    assert len(starts) == len(lock.pins(LOCK))
    assert "://" not in LOCK
    assert not re.search(r"^-", LOCK, re.MULTILINE)


@pytest.mark.parametrize("folder", ["sidus_lab", "tests", "benchmarks", "scripts"])
def test_what_is_imported_is_declared(folder: str) -> None:
    """The package itself may import only its own dependencies; tests and benchmarks also those of the extras."""
    declared = {lock.normal(Requirement(row).name) for row in PROJECT["dependencies"]}
    if folder != "sidus_lab":
        declared |= {lock.normal(need.name) for need in requirements()}
    for name, where in third_party(folder).items():
        assert name in declared or COMES_WITH.get(name) in declared, f"{where} imports {name}: add it to pyproject.toml"


def test_two_versions_of_one_package_are_refused() -> None:
    with pytest.raises(SystemExit, match="two versions of a-b"):
        lock.pins("a-b==1.0 \\\na_b==2.0 \\\n")
