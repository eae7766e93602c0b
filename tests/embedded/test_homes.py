"""The tests' own homes: what a killed test run leaves is ended and removed by the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sidus_lab.embedded.processes import look_up
from tests import labs as homes
from tests.labs import Labs

RUN = """
import time
from sidus_lab.embedded import Embedded, default_machines
from tests.labs import Labs
home = Labs().home("left")
Embedded(home).up(default_machines(1), use_kvm=False)
print(home, flush=True)
time.sleep(600)
"""


def test_what_a_killed_run_left_is_swept(labs: Labs) -> None:
    root = Path(__file__).parents[2]
    killed = subprocess.Popen([sys.executable, "-c", RUN], cwd=root, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    home = Path(killed.stdout.readline().strip())
    killed.kill()
    killed.communicate()
    left = homes.marked(home)
    assert left
    homes.sweep()
    assert not home.parent.exists()
    assert not [process for process in left if look_up(process.pid) == process]
    assert labs.top.exists()  # this run's own homes stay
