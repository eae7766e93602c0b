"""Settings and states of a machine: what is set is told apart from what it is made of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sidus_lab.sidus import machine_settings as settings
from sidus_lab.sidus.layers import Listings
from sidus_lab.sidus.machine_settings import CState, Settings, parse_settings
from tests.sidus.test_hardware import SECTIONS

PARTS = Listings(SECTIONS["listings"])


class Given(Listings):
    """Listings that a test gives."""

    def __init__(self, **parts: str) -> None:
        super().__init__("")
        self._found = {name.replace("_", "-"): text.encode() for name, text in parts.items()}


def settings_of(changes: dict[str, str] | None = None, parts: Listings = PARTS) -> Settings:
    return parse_settings({**SECTIONS, **(changes or {})}, parts)


def test_a_real_node() -> None:
    found = settings_of()
    assert found.clock_source == "tsc"
    assert found.usual_clock
    assert found.idle_states == ()
    assert found.offline == ""
    assert found.sysctl == {}
    assert len(found.fingerprint) == 16


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"clocksource": "hpet\n"}, "clock_source", "hpet"),
        ({"governor": "performance\n"}, "governor", "performance"),
        ({"boost": "0\n"}, "boost", "0"),
        ({"smt": "off\n"}, "smt", "off"),
        ({"present": "0-7\n", "online": "0-1,4,7\n"}, "offline", "2-3,5-6"),
        ({"pages": "always [madvise] never\n"}, "pages", "madvise"),
        ({"cpuinfo": "microcode\t: 0x2b\n"}, "microcode", "0x2b"),
    ],
)
def test_a_setting_is_a_fact_of_its_own(changes: dict[str, str], field: str, value: object) -> None:
    found = settings_of(changes)
    assert getattr(found, field) == value
    assert found.fingerprint != settings_of().fingerprint


def test_idle_states_of_bare_metal() -> None:
    found = settings_of({"cstates": "POLL\t0\t0\nC1\t2\t0\nC6\t133\t1\nbroken\n"})
    assert found.idle_states == (CState("POLL", 0, False), CState("C1", 2, False), CState("C6", 133, True))
    on = replace(found, idle_states=tuple(replace(state, disabled=False) for state in found.idle_states))
    assert on.fingerprint != found.fingerprint


def test_what_follows_the_hardware_by_itself_is_no_difference_of_settings() -> None:
    found = settings_of({"modules": "kvm_intel\nkvm\n"})
    assert found.modules == ("kvm", "kvm_intel")
    assert found.fingerprint == settings_of().fingerprint


@pytest.mark.parametrize("clock", ["hpet", "acpi_pm", "refined-jiffies", "jiffies", ""])
def test_slow_clocks_are_not_the_usual(clock: str) -> None:
    assert not Settings(clock_source=clock).usual_clock


def test_changed_settings_are_drift_and_no_other_settings_of_the_same_machine() -> None:
    parts = Given(settings_at_boot="vm/swappiness=60\nold=1\n", settings="vm/swappiness=10\nnew=1\n")
    changed = settings.changed_sysctl(parts)
    assert changed == {"vm/swappiness": ("60", "10")}
    assert settings_of(parts=parts).fingerprint != settings_of().fingerprint
    (drift,) = settings.sysctl_drift(changed)
    assert (drift.how, drift.path, drift.what) == ("set", "proc/sys/vm/swappiness", "60 -> 10")
    assert settings.changed_sysctl(Given(settings="a=1\n")) is None


def test_they_are_plain_data() -> None:
    found = settings_of({"cstates": "C6\t133\t1\n", "modules": "kvm\n"})
    found = replace(found, sysctl={"a": ("1", "2")})
    assert Settings.from_dict(json.loads(json.dumps(found.to_dict()))) == found
