"""A real JupyterLab in a real browser, for tests: its own port, folders and token; nothing of the user's is touched."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = "/usr/bin/chromium"
# The browser talks to the server of the test and to nobody else.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--metrics-recording-only",
]
START, STOP = 120.0, 20.0  # seconds


@dataclass(frozen=True)
class Server:
    """A JupyterLab that runs: where it answers, and its token."""

    url: str
    token: str

    def page(self, path: str) -> str:
        """Give the address that opens a notebook."""
        return f"{self.url}/lab/tree/{path}?token={self.token}&reset"


@contextlib.contextmanager
def jupyterlab(root: Path, own: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a JupyterLab that serves `root`, keeps what it writes in `own`, and ends with every kernel of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    folders = {
        "HOME": own / "home",
        "JUPYTER_CONFIG_DIR": own / "config",
        "JUPYTER_DATA_DIR": own / "data",
        "JUPYTER_RUNTIME_DIR": own / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": own / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": own / "workspaces",
        "IPYTHONDIR": own / "ipython",
    }
    for folder in folders.values():
        folder.mkdir(parents=True)
    no_news = folders["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    no_news.parent.mkdir(parents=True)
    no_news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    words = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    words += ["--port-retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"]
    words += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", "--ServerApp.quit_button=False"]
    words += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (own / "jupyterlab.log").open("wb") as log:
        process = subprocess.Popen(
            words,
            env={**os.environ, **{name: str(folder) for name, folder in folders.items()}, **env},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", token)
    try:
        _wait_until_it_answers(server, process, own / "jupyterlab.log")
        yield server
    finally:
        _end(process)


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.url}/api/status?token={server.token}"):
            return
        time.sleep(0.2)
    raise AssertionError("JupyterLab does not answer:\n" + log.read_text(errors="replace")[-2000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, which ends its kernels; then whatever of its session is left (a kernel has its own)."""
    children = _descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
    return found


# What follows drives the page through JupyterLab's own commands.

_READY = """() => {
  const app = window.jupyterapp;
  const panel = app && app.shell.currentWidget;
  return !!(panel && panel.content && panel.content.widgets && panel.context && panel.context.isReady
            && panel.sessionContext && panel.sessionContext.session && panel.sessionContext.session.kernel
            && panel.sessionContext.session.kernel.status === 'idle');
}"""

_RUN = """async (first) => {
  const panel = window.jupyterapp.shell.currentWidget;
  panel.content.activeCellIndex = first;
  panel.content.deselectAll();
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""

_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
  cell => ({kind: cell.model.type, source: cell.model.sharedModel.getSource()}))"""


def open_notebook(page: Any, server: Server, path: str) -> list[dict[str, str]]:
    """Open a notebook, wait until its kernel is idle, and give its cells: kind and source."""
    page.goto(server.page(path))
    page.wait_for_function(_READY, timeout=START * 1000)
    return list(page.evaluate(_CELLS))


def run_cell(page: Any, number: int) -> None:
    """Run one cell, and wait until it has ended."""
    page.evaluate(_RUN, number)


def set_theme(page: Any, dark: bool) -> None:
    """Change JupyterLab's theme and wait until it is there."""
    name = "JupyterLab Dark" if dark else "JupyterLab Light"
    page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
    page.wait_for_function(
        "light => document.body.dataset.jpThemeLight === light", arg="false" if dark else "true", timeout=START * 1000
    )
    # JupyterLab covers the page while it loads the theme's colours.
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=START * 1000)


# What the page's kernel says of itself does not help here: it is "idle" as soon as a subshell has answered a click.
_BUSY = """() => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const code = "print('begun', flush=True); import time; time.sleep(1500)";
  const future = kernel.requestExecute({code: code, store_history: false});
  future.onIOPub = message => { if (message.header.msg_type === 'stream') window.sidusBusy = true; };
  future.done.catch(() => {}).then(() => { window.sidusBusy = false; });
}"""


def keep_kernel_busy(page: Any) -> None:
    """Start a long computation in the notebook's kernel, and wait only until it has begun."""
    page.evaluate(_BUSY)
    page.wait_for_function("() => window.sidusBusy === true", timeout=START * 1000)


def is_kernel_busy(page: Any) -> bool:
    """Whether that computation is still under way."""
    return bool(page.evaluate("() => window.sidusBusy"))


def interrupt_kernel(page: Any) -> None:
    """End that computation."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
    page.wait_for_function("() => window.sidusBusy === false", timeout=START * 1000)


def restart_kernel(page: Any) -> None:
    """Restart the notebook's kernel, and wait until the new one is idle."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.wait_for_function(_READY, timeout=START * 1000)


def write_notebook(path: Path, cells: Sequence[str]) -> None:
    """Write a notebook of code cells."""
    import nbformat

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, path)


@dataclass(frozen=True)
class Picture:
    """How many colours a picture has, and how bright it is on average (0 to 1)."""

    colours: int
    brightness: float


_LOOK = """async (data) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + data;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  const seen = new Set();
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    seen.add((bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]);
    sum += bytes[i] + bytes[i + 1] + bytes[i + 2];
  }
  return [seen.size, sum / (bytes.length / 4 * 3 * 255)];
}"""


def picture(browser: Any, png: bytes) -> Picture:
    """Look at a picture, in a page of its own."""
    page = browser.new_page()
    try:
        colours, brightness = page.evaluate(_LOOK, base64.b64encode(png).decode())
    finally:
        page.close()
    return Picture(int(colours), float(brightness))


# WCAG 2's contrast ratio of an element's text to the first opaque background at or above it.
_CONTRAST = """element => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  let under = element, back = [255, 255, 255];
  for (; under; under = under.parentElement) {
    const found = rgb(getComputedStyle(under).backgroundColor);
    if (found.length === 3 || found[3] === 1) { back = found; break; }
  }
  const [a, b] = [light(rgb(getComputedStyle(element).color)), light(back)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def contrast(element: Any) -> float:
    """Give the contrast ratio of an element's text."""
    return float(element.evaluate(_CONTRAST))


def left_of(own: Path) -> list[int]:
    """Give the ids of the processes that still run with the folders of a JupyterLab (a kernel inherits them)."""
    mark = f"JUPYTER_RUNTIME_DIR={own / 'runtime'}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found
