"""The decisions of the set-up, and the root script it writes, run here with a made-up apt-get."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
import set_up_plan as plan
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement


class Need(NamedTuple):
    name: str
    package: str
    parts: tuple[str, ...]
    module: str = ""


NEEDS = [
    Need("ostree", "ostree", ("build",)),
    Need("chromium", "chromium", ("browser",)),
    Need("e", "v", ("lab",), "e"),
]


def test_missing_takes_the_goals_parts_only() -> None:
    assert [need.name for need in plan.missing(NEEDS, "demo", lambda need: False)] == ["ostree"]
    assert [need.name for need in plan.missing(NEEDS, "test", lambda need: False)] == ["ostree", "chromium"]
    assert plan.missing(NEEDS, "test", lambda need: True) == []
    assert plan.missing(NEEDS, "python", lambda need: False) == []


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False), ((4, 0), False)]
)
def test_python_fits(version: tuple[int, int], fits: bool) -> None:
    assert plan.python_fits(version) is fits


def test_find_python_and_the_plan_agree_on_the_versions() -> None:
    text = (Path(plan.__file__).parent / "find-python").read_text()
    assert f"{plan.OLDEST} <= sys.version_info[:2] <= {plan.NEWEST}" in text


def test_venv_package() -> None:
    assert plan.venv_package("/usr/bin/python3.11", (3, 11), (3, 11)) == "python3-venv"
    assert plan.venv_package("/usr/bin/python3.11", (3, 11), (3, 10)) == "python3.11-venv"
    assert plan.venv_package("/opt/python/bin/python3.11", (3, 11), (3, 11)) is None


def test_lists_are_old() -> None:
    assert plan.lists_are_old(None, 0)
    assert plan.lists_are_old(0, plan.WEEK + 1)
    assert not plan.lists_are_old(0, 3600)


def test_root_prefix() -> None:
    assert plan.root_prefix(0, sudo=False, asks=False, terminal=False) == []
    assert plan.root_prefix(1000, sudo=True, asks=False, terminal=False) == ["sudo", "-n"]
    assert plan.root_prefix(1000, sudo=True, asks=True, terminal=True) == ["sudo"]
    assert plan.root_prefix(1000, sudo=True, asks=True, terminal=False) is None
    assert plan.root_prefix(1000, sudo=False, asks=False, terminal=True) is None


def test_services_that_run_already_are_left_alone() -> None:
    assert plan.services_of(["nginx", "ostree"], []) == ["nginx.service"]
    assert plan.services_of(["nginx", "openssh-server"], ["nginx"]) == ["ssh.service", "ssh.socket"]


def test_free_range_is_above_all_others() -> None:
    assert plan.free_range("", "") == (100_000, 165_535)
    assert plan.free_range("a:100000:65536\n", "b:300000:10\n# note\nbroken\n") == (300_010, 365_545)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**6))))
def test_free_range_overlaps_nothing(ranges: list[tuple[int, int]]) -> None:
    first, last = plan.free_range("\n".join(f"user:{start}:{count}" for start, count in ranges))
    assert last - first + 1 == plan.SUBID_COUNT
    assert all(last < start or first >= start + count for start, count in ranges)


def test_has_range() -> None:
    owner = plan.Owner("ann", 1001)
    assert plan.has_range("bob:100000:65536\nann:165536:65536\n", owner)
    assert plan.has_range("1001:165536:65536\n", owner)
    assert not plan.has_range("ann:165536:1000\n", owner)
    assert not plan.has_range("anne:165536:65536\n", owner)
    assert not plan.has_range("", owner)


@given(st.lists(st.binary()), st.lists(st.binary()))
def test_stamp_tells_contents_apart(one: list[bytes], other: list[bytes]) -> None:
    assert (plan.stamp(one) == plan.stamp(other)) is (one == other)


def test_notes() -> None:
    assert "usermod -aG kvm ann" in " ".join(plan.notes(kvm_there=True, kvm_open=False, user="ann"))
    assert plan.notes(kvm_there=True, kvm_open=True, user="ann") == []
    assert plan.notes(kvm_there=False, kvm_open=False, user="ann") == []


class Machine:
    """A machine of made-up programs, in which the root script really runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policy = folder / "policy-rc.d"
        self.calls = folder / "calls"
        self.program("apt-get", 'echo "apt-get $*" >> "$CALLS"')
        self.program("dpkg", 'echo "dpkg $*" >> "$CALLS"')
        self.program("systemctl", 'echo "systemctl $*" >> "$CALLS"')

    def program(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def start(self, update: bool = False, units: tuple[str, ...] = ("nginx.service",)) -> subprocess.Popen[bytes]:
        script = plan.install_script(["nginx"], update, units, str(self.policy))
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.Popen(["sh", "-c", script], env={"PATH": path, "CALLS": str(self.calls)})

    def said(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_install_forbids_the_start_of_its_services_and_of_nothing_else(machine: Machine) -> None:
    ask = 'policy() { if "$POLICY" "$1" start; then echo "$1 allowed"; else echo "$1 forbidden $?"; fi; }'
    machine.program(
        "apt-get", f'POLICY={machine.policy}; {ask}\nfor n in nginx nginx.service cron; do policy $n; done >> "$CALLS"'
    )
    assert machine.start().wait() == 0
    assert [row for row in machine.said() if "pkg" not in row and "systemctl" not in row] == [
        "nginx forbidden 101",
        "nginx.service forbidden 101",
        "cron allowed",
    ]
    assert machine.said()[-1] == "systemctl disable --now nginx.service"
    assert not machine.policy.exists()


def test_install_leaves_the_policy_of_the_machine(machine: Machine) -> None:
    machine.policy.write_text("#!/bin/sh\nexit 0\n")
    assert machine.start().wait() == 0
    assert machine.policy.read_text() == "#!/bin/sh\nexit 0\n"


def test_install_clears_its_own_policy_left_by_a_kill(machine: Machine) -> None:
    machine.policy.write_text(plan.policy(["ssh.service"]))
    assert machine.start().wait() == 0
    assert not machine.policy.exists()


def test_install_interrupted_leaves_no_policy(machine: Machine) -> None:
    machine.program("apt-get", 'echo started >> "$CALLS"; sleep 0.5')
    process = machine.start()
    while not machine.calls.exists() or "started" not in machine.said():
        time.sleep(0.01)
    assert machine.policy.exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 130
    assert not machine.policy.exists()


def test_install_tries_again_with_fresh_lists(machine: Machine) -> None:
    machine.program("apt-get", 'echo "$1" >> "$CALLS"; [ "$1" = update ] || grep -q update "$CALLS"')
    assert machine.start(units=()).wait() == 0
    assert machine.said()[1:] == ["install", "update", "install"]


def test_install_that_cannot_says_so(machine: Machine) -> None:
    machine.program("apt-get", 'echo "$1" >> "$CALLS"; [ "$1" = update ]')
    assert machine.start(update=True).wait() != 0
    assert "systemctl disable --now nginx.service" not in machine.said()
    assert not machine.policy.exists()


def test_install_finishes_what_was_interrupted_first(machine: Machine) -> None:
    machine.program("dpkg", 'echo "dpkg $*" >> "$CALLS"; [ "$1" != --audit ] || echo "half-configured: nginx"')
    assert machine.start(update=True).wait() == 0
    words = [row.split()[:2] for row in machine.said()]
    assert words[:4] == [["dpkg", "--audit"], ["dpkg", "--configure"], ["apt-get", "update"], ["apt-get", "install"]]


LOCK = """# Made by `make lock`.
arm==1 \\
    --hash=sha256:a
    # via body
body==2 ; sys_platform == 'linux' \\
    --hash=sha256:b
    # via sidus-lab (pyproject.toml)
hand.part==3 \\
    --hash=sha256:c
    # via
    #   arm
    #   tool
tool==4 \\
    --hash=sha256:d
    # via sidus-lab (pyproject.toml)
ring==5 \\
    # via tool
loop-a==6 \\
    # via loop-b
loop-b==7 \\
    # via loop-a
"""


def names(lock: str) -> list[str]:
    return [line.partition("==")[0] for line in lock.splitlines() if "==" in line.partition(";")[0]]


def test_to_look_at_the_lab_takes_no_tools_of_developers() -> None:
    assert names(plan.locked_for("lab", LOCK, ["Body"])) == ["arm", "body", "hand.part"]
    assert plan.locked_for("lab", LOCK, ["Body"]).startswith("# Made by")
    assert "--hash=sha256:c" in plan.locked_for("demo", LOCK, ["Body"])
    assert plan.locked_for("test", LOCK, ["Body"]) == LOCK


def test_what_the_lab_installs_is_whole() -> None:
    """Every package that the package itself depends on, and all that these want by their own word."""
    root = Path(__file__).resolve().parents[2]
    about = tomllib.loads((root / "pyproject.toml").read_text())
    roots = [plan.required(row) for row in (*about["project"]["dependencies"], *about["build-system"]["requires"])]
    taken = {
        plan.normal(name) for name in names(plan.locked_for("lab", (root / "requirements.lock").read_text(), roots))
    }
    assert {plan.normal(name) for name in roots} <= taken
    assert not taken & {"mypy", "ruff", "playwright", "sphinx", "statsmodels", "pytest-xdist"}
    for name in sorted(taken):
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform
        for need in map(Requirement, needs):
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert plan.normal(need.name) in taken, f"{name} needs {need.name}"


@pytest.mark.parametrize(
    ("stored", "goal", "fresh"),
    [
        ("abc all", "lab", True),
        ("abc all", "test", True),
        ("abc lab", "demo", True),
        ("abc lab", "test", False),
        ("abc", "lab", True),
        ("abc", "test", False),
        ("old all", "lab", False),
        ("", "lab", False),
    ],
)
def test_an_environment_serves_what_it_was_made_for_and_less(stored: str, goal: str, fresh: bool) -> None:
    assert plan.is_fresh(stored, "abc", goal) is fresh


def test_a_stamp_says_what_it_was_made_for() -> None:
    for made in plan.GOALS:
        for goal in plan.GOALS:
            serves = made in plan.DEVELOPERS or goal not in plan.DEVELOPERS
            assert plan.is_fresh(plan.stamped("abc", made), "abc", goal) is serves
