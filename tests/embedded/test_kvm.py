"""Whether KVM works is tried and not guessed; plain emulation is the control that shows the trial itself works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sidus_lab.embedded import kvm
from tests.labs import missing

needs_qemu = pytest.mark.skipif(bool(missing("qemu-system-x86_64")), reason=missing("qemu-system-x86_64") or "")


@needs_qemu
def test_the_trial_works_under_emulation() -> None:
    assert kvm.run_sector("tcg", 60.0) == ""


@needs_qemu
def test_a_machine_that_does_not_answer_in_time() -> None:
    assert "did not answer within 0 s" in kvm.run_sector("tcg", 0.001)


@needs_qemu
def test_an_accelerator_that_cannot_be_used() -> None:
    reason = kvm.run_sector("no-such-accelerator", 60.0)
    assert reason.startswith("a test machine under no-such-accelerator failed: ")
    assert "no-such-accelerator" in reason.partition("failed: ")[2]


def test_no_device(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kvm, "DEVICE", tmp_path / "kvm")
    assert kvm.probe() == "there is no /dev/kvm"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use every device")
def test_a_device_that_this_user_may_not_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "kvm").touch(mode=0o000)
    monkeypatch.setattr(kvm, "DEVICE", tmp_path / "kvm")
    assert "adduser $USER kvm" in kvm.probe()


@needs_qemu
def test_the_probe_says_yes_or_why_not() -> None:
    reason = kvm.probe()
    if reason:
        assert "kvm" in reason
    else:
        assert kvm.run_sector("kvm", kvm.TIME_LIMIT) == ""
