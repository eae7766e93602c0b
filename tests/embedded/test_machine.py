"""The words that start a node, and its BMC's configuration."""

from __future__ import annotations

import itertools
import shlex

from sidus_lab.embedded.machine import Machine, bmc_config, default_machines, qemu_words, start_script

PLACES = {"boot_folder": "/a,b/boot", "ssh_port": 2201, "console": "/c d/console", "pid_file": "/c d/pid"}


def test_default_nodes_differ() -> None:
    machines = default_machines(6)
    assert [m.name for m in machines] == [f"node{n}" for n in range(1, 7)]
    assert len({m.mac for m in machines}) == 6
    assert machines[0].cpu != machines[1].cpu


def test_words() -> None:
    machine = Machine("n", "Nehalem", "52:54:00:51:d5:01", memory=768, cores=2, more=("-device", "x"))
    words = qemu_words(machine, kvm=True, **PLACES)  # type: ignore[arg-type]
    pairs = dict(itertools.pairwise(words))
    assert pairs["-machine"] == "q35,graphics=off,accel=kvm"
    assert (pairs["-cpu"], pairs["-smp"], pairs["-m"]) == ("Nehalem", "2", "768")
    assert "tftp=/a,,b/boot," in pairs["-netdev"]
    assert "hostfwd=tcp:127.0.0.1:2201-:22" in pairs["-netdev"]
    assert pairs["-serial"] == "file:/c d/console"
    assert words[-2:] == ["-device", "x"]
    emulated = qemu_words(machine, kvm=False, **PLACES)  # type: ignore[arg-type]
    assert "q35,graphics=off,accel=tcg" in emulated
    assert "Nehalem,-erms" in emulated


def test_no_word_reaches_the_shell_unquoted() -> None:
    words = ["qemu", "a b", "$(touch x)", "it's", "`id`", ";"]
    line = start_script(words, "/bin").splitlines()[-1]
    assert line.startswith("exec ")
    assert shlex.split(line) == ["exec", *words]


def test_bmc() -> None:
    text = bmc_config("node1", port=6230, vm_port=9000, user="sidus", password="secret", start="/x y/start")
    assert "addr 127.0.0.1 6230" in text
    assert "0.0.0.0" not in text
    assert '"sidus" "secret" admin' in text
