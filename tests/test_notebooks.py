"""The notebooks as files, and a walk through what Binder does: install, postBuild, notebooks without a network."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from tests.public_data import DATA, needs_data

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: Those on public data, and those on the recorded site: the ones a visitor of Binder can run.
ANALYSIS = [path for path in NOTEBOOKS if re.match(r"00_|1[0-46]_", path.name)]
RECORDED = [path for path in NOTEBOOKS if re.match(r"0[34]_", path.name)]
SERVERLESS = [*ANALYSIS, *RECORDED]
#: What a cell ends with whose output is not compared: figures, verdicts, and what says when it was looked at.
NOT_COMPARED = (
    r"^(sl\.)?figures\.|^print\(test\.text\)|"
    r"^(verdict|lab|lab\.refresh\(\)|room|panel|published|proof|found|forged|changed)$"
)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestFiles:
    def test_it_is_valid_and_holds_no_widget_state_and_no_path_of_a_person(self, path: Path) -> None:
        text = path.read_text()
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        assert "widgets" not in notebook.metadata
        assert "application/vnd.jupyter.widget" not in text
        assert "application/vnd.plotly" not in text
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        pictures = [output.data.pop("image/png") for output in outputs if "image/png" in output.get("data", {})]
        text = nbformat.writes(notebook)
        assert not re.search(r"/(home|root|tmp|work|Users)/", text)
        assert len(text) < 100_000
        for picture in pictures:
            png = base64.b64decode(picture)
            assert png.startswith(b"\x89PNG")
            assert int.from_bytes(png[16:20], "big") == 720, "it is read at the width of a page"
            assert len(png) < 70_000
            assert b"tEXt" not in png, "who drew it, and where, is nobody's business"

    def test_links_to_other_notebooks_exist(self, path: Path) -> None:
        targets = re.findall(r"\]\(([^)#:]+\.ipynb)\)", path.read_text())
        # The tour comes with the embedded lab; all others are part of this set.
        assert [t for t in targets if t != "01_tour.ipynb" and not (path.parent / t).is_file()] == []


def test_all_are_there() -> None:
    assert [path.name[:2] for path in SERVERLESS] == ["00", "10", "11", "12", "13", "14", "16", "03", "04"]


@pytest.mark.parametrize("path", SERVERLESS, ids=lambda path: path.stem)
def test_what_is_printed_is_stored_and_only_figures_and_verdicts_are_not_compared(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            not_compared = re.search(NOT_COMPARED, cell.source, re.MULTILINE)
            assert ("nbval-ignore-output" in cell.metadata.get("tags", [])) == bool(not_compared), cell.source
            assert cell.execution_count is not None


@pytest.mark.parametrize("path", [*ANALYSIS, RECORDED[0]], ids=lambda path: path.stem)
def test_a_figure_is_there_before_the_notebook_is_run(path: Path) -> None:
    """GitHub runs nothing: it shows a picture, and says in words what is in it."""
    drawn = 0
    for cell in nbformat.read(path, as_version=4).cells:
        shown = [each for each in cell.get("outputs", []) if "image/png" in each.get("data", {})]
        draws = cell.cell_type == "code" and bool(re.search(r"^(sl\.)?figures\.", cell.source, re.MULTILINE))
        assert len(shown) == int(draws), cell.source
        for output in shown:
            said = output.data["text/plain"]
            assert output.metadata["image/png"]["alt"] == said
            title = re.search(r'title="([^"]+)"', cell.source)
            assert title is None or said.startswith(title.group(1)), "the picture is of an older figure"
        drawn += len(shown)
    assert drawn


@pytest.mark.parametrize("path", [p for p in SERVERLESS if p.name[:2] != "00"], ids=lambda path: path.stem)
def test_each_has_a_question_a_figure_an_answer_and_an_exercise(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    words = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "**Question.**" in words
    assert "**Answer.**" in words
    assert "## Exercise" in words
    assert path.name.startswith("04_") or any(cell.cell_type == "code" and "figures." in cell.source for cell in cells)


def test_post_build_is_a_strict_program() -> None:
    script = ROOT / "binder" / "postBuild"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()
    subprocess.run(["bash", "-n", str(script)], check=True)


# Runs a command where there is no network but the machine's own loopback, and says how much memory its largest
# process took. Where user namespaces are not allowed, dead proxies stand in for the missing network.
OFFLINE = """
import fcntl, resource, socket, struct, subprocess, sys
if sys.argv[1] == "namespace":
    with socket.socket() as any_socket:  # SIOCSIFFLAGS: set IFF_UP and IFF_RUNNING on lo
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 0x41))
    try:
        socket.create_connection(("192.0.2.1", 443), timeout=3)
    except OSError:
        pass
    else:
        sys.exit("there is a network after all")
code = subprocess.call(sys.argv[2:])
print("largest process:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, "KiB")
sys.exit(code)
"""


def offline(python: Path, command: list[str], env: dict[str, str], cwd: Path) -> str:
    """Run `command` without a network and return what it printed; fail with that when it fails."""
    unshare = ["unshare", "--map-root-user", "--net"]
    namespaces = shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True).returncode == 0
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    way = ["namespace"] if namespaces else ["proxies"]
    words = [*(unshare if namespaces else []), str(python), "-c", OFFLINE, *way, *command]
    done = subprocess.run(
        words,
        env=env if namespaces else {**env, **dead},
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@needs_data
@pytest.mark.notebook
@pytest.mark.slow
def test_a_walk_through_binder(tmp_path: Path) -> None:
    """A new virtual environment takes the place of Binder's conda one: same packages, this machine's Python."""
    checkout = tmp_path / "checkout"
    skip = shutil.ignore_patterns(
        ".git", ".venv", "out", "dist", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info"
    )
    shutil.copytree(ROOT, checkout, ignore=skip)
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python3"
    home = tmp_path / "home"
    home.mkdir()
    (home / "runtime").mkdir(mode=0o700)
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV"))
    }
    env |= {
        "PATH": f"{venv / 'bin'}{os.pathsep}{env['PATH']}",
        "SIDUS_LAB_DATA": str(DATA),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }

    (packages,) = (
        row["pip"]
        for row in yaml.safe_load((checkout / "binder" / "environment.yml").read_text())["dependencies"]
        if isinstance(row, dict)
    )
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-compile", *packages]
    done = subprocess.run(install, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]

    done = subprocess.run([str(checkout / "binder" / "postBuild")], env=env, capture_output=True, text=True, cwd=home)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-3:] == ["cwb", "tokio", "cashew"]

    shutil.rmtree(checkout / "sidus_lab")  # what the notebooks import is the installed package
    names = [f"notebooks/{path.name}" for path in SERVERLESS]
    # The project's own pytest settings name plugins that Binder does not have.
    strict = [str(python), "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "-p", "no:cacheprovider"]
    said = offline(python, [*strict, "-q", "--nbval", "--nbval-current-env", *names], env, checkout)
    assert re.search(r"\d+ passed", said)
    largest = int(re.findall(r"largest process: (\d+) KiB", said)[0])
    assert largest < 1024 * 1024
