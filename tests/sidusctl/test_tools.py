"""The programs of the operating system: found, missing, run, and this very program started again."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.errors import CtlError


def test_system_folders_are_behind_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/opt/x:/usr/bin")
    assert tools.search_path().split(":") == ["/opt/x", "/usr/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tools, "search_path", lambda: str(tmp_path))
    with pytest.raises(CtlError) as caught:
        tools.need("veritysetup")
    assert (caught.value.code, "cryptsetup-bin" in caught.value.hint) == ("missing-program", True)


def test_programs_run_in_english_and_without_a_fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    done = tools.run(["sh", "-c", 'echo "$LC_ALL" "${SOURCE_DATE_EPOCH-unset}" "$MORE"'], env={"MORE": "more"})
    assert done.stdout.decode().split() == ["C.UTF-8", "unset", "more"]


def test_only_proxy_settings_are_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("ftp_proxy", "")
    assert {"http_proxy", "HTTPS_PROXY", "no_proxy"} <= set(tools.proxies())
    assert "ftp_proxy" not in tools.proxies()
    assert all(name.lower().endswith("_proxy") for name in tools.proxies())


def test_what_version_a_program_has() -> None:
    assert re.match(r"\d+\.\d+", tools.version("ostree"))
    assert tools.version("false") in ("", tools.version("sort"))  # coreutils says it for each of its programs


def test_this_program_starts_itself_again() -> None:
    done = subprocess.run([*tools.own_command(), "job", "--help"], capture_output=True, text=True, check=True)
    assert "sidusctl job" in done.stdout
