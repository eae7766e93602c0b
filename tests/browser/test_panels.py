"""The panels in a real JupyterLab: what a restart of the kernel leaves, clicks too many, and who can use them.

On a site without an image, whose nodes start and find nothing to boot: that is enough for every button but Boot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.embedded import Embedded
from tests.browser import jupyterlab as driver
from tests.browser.axe import violations
from tests.browser.jupyterlab import Server
from tests.labs import Labs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "out" / "pictures"
LIMIT = 120_000.0  # ms
BUTTONS = ("On node1", "Off node2", "Boot node1", "Power on node[1-2]", "Boot node[1-2]")
CELLS = [
    """
import os, time
from pathlib import Path
import sidus_lab as sl
from sidus_lab import actions
from sidus_lab.panels import ControlRoom

lab = sl.embedded.Embedded(Path(os.environ["SIDUS_LAB_HOME"])).connect()
room = ControlRoom(lab)
room
""",
    """
def work(control):
    for number in range(3000):
        control.progress(number / 3000, f"step {number}")
        control.check()
        time.sleep(0.1)

action = actions.start(work, name="a long job", expected=300)
action
""",
    "lab.nodes('node1').power('on')",
]


@pytest.fixture(scope="module")
def site(labs: Labs) -> Iterator[Embedded]:
    with labs.site("browser") as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, site: Embedded) -> Iterator[Server]:
    if not Path(driver.CHROMIUM).exists():
        pytest.skip("chromium is missing: apt-get install chromium")
    own = tmp_path_factory.mktemp("jupyterlab")
    root = own / "root"
    root.mkdir()
    for name in ("restart", "clicks", "everybody"):
        driver.write_notebook(root / f"{name}.ipynb", CELLS)
    env = {"SIDUS_LAB_HOME": str(site.home.root), "PYTHONPATH": str(ROOT)}
    with driver.jupyterlab(root, own, env) as running:
        yield running
    assert driver.left_of(own) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=driver.CHROMIUM, args=driver.ARGUMENTS)
        yield opened
        opened.close()


def opened(browser: Any, server: Server, name: str, cells: int, width: int = 1280) -> Any:
    """A page with a notebook, of which the first cells were run; the room is `room(page)`."""
    page = browser.new_page(viewport={"width": width, "height": 1500})
    driver.open_notebook(page, server, f"{name}.ipynb")
    for number in range(cells):
        driver.run_cell(page, number)
    room(page).wait_for(timeout=LIMIT)
    room(page).locator(".sr-node").filter(has_text="node2").wait_for(timeout=LIMIT)
    return page


def room(page: Any) -> Any:
    return page.locator(".sidus-room").filter(has_text="SIDUS control room")


def test_after_a_restart_the_old_panel_is_a_picture_of_the_past(server: Server, browser: Any) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = opened(browser, server, "restart", 2)
    job = page.locator(".sidus-room").filter(has_text="a long job")
    job.get_by_role("progressbar").wait_for(timeout=LIMIT)
    hint = "The kernel behind this panel was restarted"
    assert not room(page).get_by_text(hint).first.is_visible()
    assert room(page).get_by_role("button", name="Boot node1").is_visible()

    driver.restart_kernel(page)
    for panel in (room(page), job):
        panel.get_by_text(hint).first.wait_for(timeout=LIMIT)
        assert re.search(r"As of \d\d:\d\d:\d\d\.", panel.inner_text())
        assert "Run this cell again" in panel.inner_text()
        assert panel.get_by_role("button").count() == 0, "a button is left that does nothing"
        icons = panel.evaluate(
            """panel => [panel, ...panel.querySelectorAll('.jupyter-widgets-disconnected')].filter(
                 each => !['none', ''].includes(getComputedStyle(each, '::before').display)
                         && !['none', 'normal'].includes(getComputedStyle(each, '::before').content)).length"""
        )
        assert icons == 0, "broken links all over the panel"
    for theme in ("light", "dark"):
        driver.set_theme(page, dark=theme == "dark")
        assert violations(page, ".sidus-room") == []
        page.locator(".jp-Notebook").screenshot(path=PICTURES / f"restarted-{theme}.png")

    driver.run_cell(page, 0)  # as the panel says: anew, and alive
    new = room(page).last
    new.get_by_role("button", name="Boot node1").wait_for(timeout=LIMIT)
    assert not new.get_by_text(hint).first.is_visible()
    page.close()


def test_clicks_too_many_start_one_action(server: Server, browser: Any) -> None:
    page = opened(browser, server, "clicks", 1)
    driver.run_cell(page, 2)
    off = room(page).get_by_role("button", name="Off node1")
    page.wait_for_function("button => !button.disabled", arg=off.element_handle(), timeout=LIMIT)
    # Clicks as fast as a page can make them: the second is on its way before the first has held the button.
    off.evaluate("button => { button.click(); button.click(); button.click(); }")
    ended = room(page).locator(".sr-card").filter(has_text="power off node1").filter(has_text="done")
    ended.first.wait_for(timeout=LIMIT)
    assert room(page).locator(".sr-card").filter(has_text="power off").count() == 1
    page.close()


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_use_the_panels(server: Server, browser: Any, width: int, dark: bool) -> None:
    """By the rules of axe-core, of which none may be broken; and every button of a node says of which."""
    page = opened(browser, server, "everybody", 2, width)
    driver.set_theme(page, dark=dark)
    room(page).get_by_role("button", name="Show the code of Nodes").click()
    room(page).get_by_text("nodes.boot().result()").wait_for(timeout=LIMIT)
    assert violations(page, ".sidus-room") == []
    for name in (*BUTTONS, "Hide the code of Nodes", "Show the code of Proof"):
        assert room(page).get_by_role("button", name=name).count() == 1, name
    assert set(BUTTONS) <= set(buttons(page)), "what is shown of a name is no part of it"
    for name in ("Version", "Nodes", "Set of nodes", "of node"):
        assert room(page).get_by_label(name, exact=True).count() == 1, name
    field = room(page).get_by_label("Set of nodes", exact=True)
    field.focus()
    ring = field.evaluate("each => getComputedStyle(each).outlineStyle + getComputedStyle(each).outlineWidth")
    assert ring == "solid2px"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.locator(".jp-Notebook").screenshot(path=PICTURES / f"panels-{width}-{'dark' if dark else 'light'}.png")
    assert room(page).evaluate("each => each.scrollWidth <= each.clientWidth + 1"), "it does not fit"
    page.close()


def buttons(page: Any) -> list[str]:
    """The names of all buttons as the browser itself tells them to a screen reader, without the glyphs of icons."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "button" and "name" in node]
    return [re.sub(r"[\ue000-\uf8ff]", "", name).strip() for name in names]
