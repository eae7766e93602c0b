"""Cut and frozen connections: a job that was asked for runs exactly once, is found again, and its result arrives.

Between the caller and a real sshd stands a relay of our own, which cuts or freezes the connection after a number of
bytes that is drawn anew each time: in the key exchange, in the upload of the program, in the call that starts the job,
or while the job is followed. New connections are passed on as before, as when a network comes back.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.faults.small import IMAGE, RECIPE, Small
from benchmarks.faults.tally import Tally
from sidus_lab.embedded import sshd
from sidus_lab.embedded.home import Home
from sidus_lab.errors import ConnectError, SidusError
from sidus_lab.sidus import connect
from sidus_lab.sidus.lab import Lab

ROUNDS, QUICK = 500, 4
_A_SITE = 25
_BLOCK = 1 << 14
_CALL = 25_000
"""Bytes of a whole session without the upload, both ways, about: where a connection may break."""


class Relay:
    """Passes connections on to `port`; the next one breaks after `after` bytes, in the way that `how` says."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.how, self.after = "", 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End it and every connection."""
        self._listener.close()
        for each in self._open:
            each.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._open += [near, far]
            how, self.how = self.how, ""
            left = [self.after if how else -1]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other, how, left), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket, how: str, left: list[int]) -> None:
    with contextlib.suppress(OSError):
        while block := one.recv(_BLOCK):
            if left[0] >= 0:
                left[0] = max(0, left[0] - len(block))
                if left[0] == 0 and how == "frozen":
                    return  # both stay open, and nothing comes any more
                if left[0] == 0:
                    break
            other.sendall(block)
    for each in (one, other):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def run(rounds: int = ROUNDS, seed: int = 1, say: Callable[[str], object] = print) -> Tally:
    """Break `rounds` connections, one half cut and the other frozen."""
    chance, tally = random.Random(seed), Tally(f"{rounds} cut and frozen connections")
    done = 0
    while done < rounds:
        with _site() as (site, lab_of, relay):
            for _ in range(min(_A_SITE, rounds - done)):
                how = ("cut", "frozen")[done % 2]
                tally[f"{how}: the job ran once, is found again, and its result arrives"].count(
                    _one(site, lab_of, relay, how, chance)
                )
                done += 1
        say(f"cuts: {done} of {rounds}, {tally.failed} failed")
    return tally


@contextlib.contextmanager
def _site() -> Iterator[tuple[Small, Callable[[], Lab], Relay]]:
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    site = Small(folder / "site", folder / "programs").prepare()
    home = Home(folder / "lab")
    site.init()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sshd.make_keys(home)
    sshd.write_files(home, port)
    _with_programs(home, site)
    service = sshd.sshd(home, port)
    service.start()
    relay = Relay(port)
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{relay.port} {sshd.public_line(sshd.host_key(home))}\n")

    def lab_of() -> Lab:
        return connect(
            "127.0.0.1",
            port=relay.port,
            site=str(site.root),
            identity=sshd.user_key(home),
            known_hosts=known,
            config=os.devnull,
        )

    try:
        yield site, lab_of, relay
    finally:
        relay.close()
        service.stop()
        site.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _with_programs(home: Home, site: Small) -> None:
    """Let sessions find the stand-in for mmdebstrap, as calls of `Small` do."""
    config = home.run / "sshd_config"
    lines = config.read_text().splitlines()
    path = site.environment()["PATH"]
    config.write_text(
        "\n".join(f'{line} PATH="{path}"' if line.startswith("SetEnv") else line for line in lines) + "\n"
    )


def _one(site: Small, lab_of: Callable[[], Lab], relay: Relay, how: str, chance: random.Random) -> list[str]:
    before = {job["id"] for job in site.call("job", "list").value["jobs"]}
    relay.how, relay.after = how, chance.randrange(1, _CALL)
    wrong, image = [], None
    for attempt in range(3):  # a user whose connection failed before anything was asked tries again
        try:
            with lab_of() as lab:
                image = lab.build(json.loads(RECIPE), force=True).result(180)
            break
        except ConnectError as error:
            started = {job["id"] for job in site.call("job", "list").value["jobs"]} - before
            if started or attempt == 2:
                wrong.append(f"{type(error).__name__} though the job was started: {error.message}")
                break
        except SidusError as error:
            wrong.append(f"{type(error).__name__}: {error.message}")
            break
    relay.how = ""
    jobs = [job for job in site.call("job", "list").value["jobs"] if job["id"] not in before]
    if len(jobs) != 1:
        wrong.append(f"{len(jobs)} jobs")
    deadline = time.monotonic() + 120
    while any(job["state"] == "running" for job in jobs) and time.monotonic() < deadline:
        time.sleep(0.1)
        jobs = [job for job in site.call("job", "list").value["jobs"] if job["id"] not in before]
    wrong += [f"job {job['state']}: {job['error']}" for job in jobs if job["state"] != "done"]
    if image is not None and image.name != IMAGE:
        wrong.append(f"another image: {image.name}")
    return wrong
