"""The zipapp: stable bytes, and it runs wherever it lies."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import sidus_lab.sidusctl
from sidus_lab.sidusctl import pack
from sidus_lab.sidusctl.image import bootfiles

HERE = Path(sidus_lab.sidusctl.__file__).parent


def test_equal_sources_give_equal_bytes() -> None:
    assert pack.pack() == pack.pack()


def test_it_runs_from_a_zip_a_folder_and_a_module(pyz: Path, tmp_path: Path) -> None:
    (tmp_path / "html.py").write_text("raise RuntimeError('the wrong module')")
    environment = {"PATH": "/usr/bin:/bin"}
    for words in ([str(pyz)], [str(HERE)]):
        done = subprocess.run(
            [sys.executable, *words, "job", "list", "--help"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        assert "usage: sidusctl job list" in done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "sidus_lab.sidusctl", "--site", str(tmp_path), "node", "list"],
        capture_output=True,
        text=True,
        cwd=HERE.parents[1],
    )
    assert json.loads(done.stdout)["code"] == "no-site"


def test_the_boot_files_come_out_of_the_zip(pyz: Path) -> None:
    script = f"import sys; sys.path.insert(0, {str(pyz)!r})\nfrom sidusctl.image import bootfiles\n"
    script += "for e in bootfiles.TABLE: sys.stdout.buffer.write(bootfiles.content(e.name))"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=True)
    assert done.stdout == b"".join((HERE / "image" / "boot" / entry.name).read_bytes() for entry in bootfiles.TABLE)


def test_every_file_of_boot_has_a_place() -> None:
    assert {path.name for path in (HERE / "image" / "boot").iterdir() if path.is_file()} == {
        entry.name for entry in bootfiles.TABLE
    }


def test_the_syntax_is_that_of_python_3_9() -> None:
    for path in HERE.rglob("*.py"):
        ast.parse(path.read_text(), str(path), feature_version=(3, 9))


def test_nothing_but_the_standard_library_is_imported() -> None:
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in {*sys.stdlib_module_names, "sidusctl"}, (path.name, name)
