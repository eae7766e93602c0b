"""The tour notebook: as a whole under nbval, and in a real browser with a node booted from its panel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidus.nodes import Nodes
from tests.browser import jupyterlab as driver
from tests.browser.jupyterlab import Server

pytestmark = [pytest.mark.boot, pytest.mark.image]

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "out" / "pictures"
NOTEBOOK = "notebooks/01_tour.ipynb"
BOOT_LIMIT = 420_000.0  # ms
LIMIT = 120_000.0


@pytest.mark.notebook
@pytest.mark.timeout(1800)
def test_tour_runs_from_top_to_bottom(booted: Nodes, lab_home: Path) -> None:
    """On the lab that all tests share, whose nodes are up: nothing is built or booted twice."""
    before = {node.name: node.inspect().boot for node in booted}
    words = ["-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", str(ROOT / NOTEBOOK)]
    env = {**os.environ, "SIDUS_LAB_HOME": str(lab_home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=1700)
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"\d+ passed", done.stdout)
    assert {node.name: node.inspect().boot for node in booted} == before
    runs = sorted((lab_home / "runs").iterdir())
    assert (runs[-1] / "records.parquet").exists()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, lab_home: Path) -> Iterator[Server]:
    """JupyterLab on a copy of the notebooks (it saves them by itself)."""
    if not Path(driver.CHROMIUM).exists():
        pytest.skip("chromium is missing: apt-get install chromium")
    own = tmp_path_factory.mktemp("jupyterlab")
    root = own / "root"
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    with driver.jupyterlab(root, own, {"SIDUS_LAB_HOME": str(lab_home), "PYTHONPATH": str(ROOT)}) as running:
        yield running
    assert driver.left_of(own) == []


@pytest.fixture
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=driver.CHROMIUM, args=driver.ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.timeout(1800)
def test_node_is_booted_from_the_panel_while_the_kernel_is_busy(booted: Nodes, server: Server, browser: Any) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    before = {node.name: node.inspect().boot for node in booted}
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    cells = driver.open_notebook(page, server, NOTEBOOK)
    for number, cell in enumerate(cells):
        if cell["kind"] == "code":
            driver.run_cell(page, number)
        if cell["source"].startswith("room = sl.panels.ControlRoom"):
            break
    else:
        pytest.fail("the notebook has no control room")
    room = page.locator(".sidus-room").filter(has_text="SIDUS control room")
    room.wait_for(timeout=LIMIT)
    card = room.locator(".sr-node").filter(has_text="node1")
    state = card.get_by_role("status").first
    assert re.search(r"node1\s+up", state.inner_text())

    driver.keep_kernel_busy(page)
    card.get_by_role("button", name="Off node1").click()
    sure = card.get_by_role("button", name="Sure? node1 is up")
    sure.wait_for(timeout=LIMIT)
    page.wait_for_timeout(1000)  # sooner, it would be half of a double click and no answer
    sure.click()
    card.get_by_role("status").filter(has_text=re.compile(r"node1\s+off\b")).wait_for(timeout=LIMIT)
    boot = card.get_by_role("button", name="Boot node1")
    page.wait_for_function("button => !button.disabled", arg=boot.element_handle(), timeout=LIMIT)
    boot.dblclick()
    card.get_by_text("booting").wait_for(timeout=LIMIT)
    room.get_by_role("button", name="Boot node[1-2]").click()
    room.get_by_text("boot node1 is under way").first.wait_for(timeout=LIMIT)
    assert room.get_by_role("button", name="Cancel boot node").count() == 1, "one node, one boot"
    bar = card.get_by_role("progressbar")
    bar.wait_for(timeout=LIMIT)
    assert bar.get_attribute("aria-label") == "boot of node1"
    room.screenshot(path=PICTURES / "booting.png")
    assert driver.is_kernel_busy(page)
    driver.interrupt_kernel(page)

    card.get_by_role("status").filter(has_text=re.compile(r"node1\s+up\b")).wait_for(timeout=BOOT_LIMIT)
    ended = room.locator(".sr-card").filter(has_text="boot node1").filter(has_text="done")
    ended.wait_for(timeout=LIMIT)
    assert room.get_by_role("log").inner_text().strip()
    after = {node.name: node.inspect().boot for node in booted}
    assert after["node1"] != before["node1"]
    assert after["node2"] == before["node2"]

    room.get_by_role("button", name="Prove").click()
    room.get_by_text("run the same software").wait_for(timeout=LIMIT)
    room.get_by_role("button", name="Show the code of Nodes").click()
    room.get_by_text("nodes.boot().result()").wait_for(timeout=LIMIT)

    seen = {}
    for theme in ("light", "dark"):
        driver.set_theme(page, dark=theme == "dark")
        assert room.get_by_text("SIDUS control room").is_visible()
        assert state.is_visible()
        seen[theme] = driver.picture(browser, room.screenshot(path=PICTURES / f"room-{theme}.png"))
        page.screenshot(path=PICTURES / f"page-{theme}.png")
        assert seen[theme].colours > 50, "the picture is blank"
        assert driver.contrast(state) >= 4.5, f"the state cannot be read in the {theme} theme"
    assert seen["light"].brightness > 0.75
    assert seen["dark"].brightness < 0.35
    assert wrong == []


def test_a_blank_picture_is_seen_as_blank(browser: Any) -> None:
    page = browser.new_page()
    assert driver.picture(browser, page.screenshot()).colours == 1
    page.set_content("<p style='color:#999;background:#aaa'>words</p>")
    assert driver.contrast(page.locator("p")) < 1.5
