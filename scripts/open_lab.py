"""JupyterLab on the tour notebook, with the embedded lab behind it; both end together.

    .venv/bin/python scripts/open_lab.py [--in-place] [arguments of jupyter lab]

It works on copies of the notebooks in the folder `work`, beside links to `out` and to the runs; `sidus-lab reset` puts
the notebooks back as they were. `--in-place` opens those of the repository, for who writes them. A lab that was up
before stays up afterwards: somebody else started it (`sidus-lab lab up`, `make demo ARGS=--keep`).
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from sidus_lab import desk
from sidus_lab.embedded import default_home

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DESK = ROOT / "work"
TOUR = "notebooks/01_tour.ipynb"
PORT = 8888
PATIENCE = 120.0  # seconds for JupyterLab to answer


def jupyter(root: Path, port: int, arguments: list[str], uid: int, away: bool) -> list[str]:
    """Return the command that opens JupyterLab; it refuses root unless told otherwise.

    `away`: whoever sits before it is on another machine, where a browser of this one would help nobody.
    """
    words = [str(BIN / "jupyter"), "lab", f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{TOUR}"]
    words += [f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1"]
    return [*words, *(["--allow-root"] if uid == 0 else []), *(["--no-browser"] if away else []), *arguments]


def told(port: int, token: str, away: bool, env: Mapping[str, str]) -> str:
    """Return the lines that say where it is: the tour's own address, and over SSH the way to it."""
    lines = ["", "The tour, in a browser:", f"    http://127.0.0.1:{port}/lab/tree/{TOUR}?token={token}"]
    if away:
        words = env.get("SSH_CONNECTION", "").split()
        host = words[2] if len(words) == 4 else "this-machine"
        user = env.get("USER") or env.get("LOGNAME") or "you"
        lines += ["You are here over SSH: run this first on the machine before you, and leave it open:"]
        lines += [f"    ssh -N -L {port}:127.0.0.1:{port} {user}@{host}"]
    return "\n".join([*lines, "Ctrl-C here ends it; `sidus-lab reset` puts the notebooks back as they were.", ""])


def free_port(first: int = PORT) -> int:
    """Return a port that nobody listens on, near the usual one."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"No port from {first} to {first + 49} is free. Next: name one, ARGS=--port=9999")


def say_when_it_answers(port: int, text: str, ended: threading.Event) -> None:
    """Print where JupyterLab is as soon as it answers: an address that does not work yet is no help."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not ended.wait(0.3):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=3).close()
        except urllib.error.HTTPError:
            pass  # it answers, and wants a token
        except OSError:
            continue
        print(text, flush=True)
        return


def lab(verb: str) -> str:
    """Run one verb of `sidus-lab lab`, show what it says, and return it."""
    argv = [str(BIN / "sidus-lab"), "lab", verb]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def place(in_place: bool) -> Path:
    """Return the folder that JupyterLab shows: the repository for authors, else the desk with its copies."""
    if in_place:
        return ROOT
    laid = desk.lay(DESK, ROOT / "notebooks", {"out": ROOT / "out", "runs": default_home().root / "runs"})
    if laid.kept:
        print(f"Kept as you left them: {', '.join(laid.kept)}. `sidus-lab reset` puts them back as they were.")
    return DESK


def main() -> int:
    """Bring the lab up, open JupyterLab, wait for its end, take the lab down."""
    arguments = [word for word in sys.argv[1:] if word != "--in-place"]
    root = place("--in-place" in sys.argv[1:])
    before = "The lab is not up" not in lab("status")
    print(lab("up"), end="", flush=True)
    given = [word.partition("=")[2] for word in arguments if word.startswith(("--port=", "--ServerApp.port="))]
    port = int(given[-1]) if given else free_port()
    token, away = secrets.token_hex(16), "SSH_CONNECTION" in os.environ
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    # By the environment: the words of a command can be read by everybody on this machine.
    env = {**os.environ, "PATH": path, "JUPYTER_TOKEN": token}
    ended = threading.Event()
    try:
        process = subprocess.Popen(jupyter(root, port, arguments, os.geteuid(), away), cwd=root, env=env)
        # Ctrl-C reaches JupyterLab by itself, and it may ask back; the other signals are passed on. Either way this
        # program goes on until JupyterLab has ended.
        signal.signal(signal.SIGINT, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: process.terminate())
        text = told(port, token, away, os.environ)
        threading.Thread(target=say_when_it_answers, args=(port, text, ended), daemon=True).start()
        return process.wait()
    finally:
        ended.set()
        if before:
            print("The lab was up before and stays up: .venv/bin/sidus-lab lab down ends it.")
        else:
            print(lab("down"), end="", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
