"""The program for UEFI firmware: made where that can be done, else said and left out; nothing else depends on it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl.image import manifests, uefi, uki, verify
from sidus_lab.sidusctl.job.work import Work
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, mode
from tests.sidusctl.image.test_uki import needs_stub, small_program
from tests.sidusctl.test_shapes import _commit


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def work(tmp_path: Path, said: list[str]) -> Work:
    site = Site(tmp_path / "site")
    site.root.mkdir()
    folder = tmp_path / "work"
    folder.mkdir()
    return Work(site, Privilege(mode()), folder, io.BytesIO(), lambda _step, _fraction, line: said.append(line))


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, Path]:
    kernel, initrd = tmp_path / "vmlinuz", tmp_path / "initrd"
    kernel.write_bytes(small_program())
    initrd.write_bytes(b"initrd" * 1001)
    return kernel, initrd


@needs_stub
def test_the_hashes_are_those_of_what_was_made(work: Work, parts: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / uefi.IMAGE
    about = uefi.make(work, *parts, target)
    assert about == {
        "osrel": hashlib.sha256(uki.OSREL).hexdigest(),
        "image_program": uki.authenticode(target.read_bytes()),
        "kernel_program": uki.authenticode(parts[0].read_bytes()),
    }
    assert target.stat().st_mode & 0o444 == 0o444  # the web server is another user


def test_a_kernel_that_no_firmware_starts(
    work: Work, parts: tuple[Path, Path], tmp_path: Path, said: list[str]
) -> None:
    parts[0].write_bytes(b"#!/bin/sh\n")
    assert uefi.make(work, *parts, tmp_path / uefi.IMAGE) is None
    assert "the kernel is no program" in said[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["initrd", "site", "vmlinuz", "work"]


def test_without_the_stub_or_objcopy_it_says_what_to_install(
    work: Work, parts: tuple[Path, Path], tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "stub"
    monkeypatch.setattr(uki.assemble, "__defaults__", (stub, ""))
    assert uefi.make(work, *parts, tmp_path / uefi.IMAGE) is None
    stub.write_bytes(small_program())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sidus_lab.sidusctl.tools._EXTRA", ())
    assert uefi.make(work, *parts, tmp_path / uefi.IMAGE) is None
    assert not uefi.can_make()
    assert [word for line in said for word in ("systemd-boot-efi", "binutils") if word in line] == [
        "systemd-boot-efi",
        "binutils",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["initrd", "site", "stub", "vmlinuz", "work"]


@needs_stub
def test_what_was_published_without_it_gets_it_later(ctl: Program, tmp_path: Path) -> None:
    _commit(ctl, tmp_path / "made")
    manifest: dict[str, Any] = ctl("image", "publish", "handmade").value
    assert (manifest["uefi"], uefi.IMAGE in manifest["files"]) == (None, False)  # its kernel is no program
    folder = ctl.site / "published" / manifest["root_hash"]
    assert uefi.published(folder) is None
    stored = {key: value for key, value in manifest.items() if key != "seconds"}
    stored["files"]["vmlinuz"] = {
        "bytes": len(small_program()),
        "sha256": hashlib.sha256(small_program()).hexdigest(),
    }
    (folder / "vmlinuz").write_bytes(small_program())
    (folder / "manifest.json").write_text(json.dumps(stored))

    again = ctl("image", "publish", "handmade").value
    assert again["uefi"]["kernel_program"] == uki.authenticode(small_program())
    assert verify.faults(folder) == []
    assert uefi.published(folder) == manifests.read(folder)
    before = (folder / uefi.IMAGE).stat().st_ino
    assert ctl("image", "publish", "handmade").value["seconds"] == {}
    assert (folder / uefi.IMAGE).stat().st_ino == before
    assert list((ctl.site / "tmp").iterdir()) == []

    (folder / uefi.IMAGE).unlink()
    assert verify.faults(folder) == ["sidus.efi cannot be read: No such file or directory."]


@pytest.mark.parametrize("changes", [{"osrel": "x"}, {"image_program": "ab" * 31}, {"kernel_program": "../" * 20}])
def test_a_manifest_with_hashes_that_are_none_is_not_believed(
    ctl: Program, published: dict[str, Any], changes: dict[str, str]
) -> None:
    folder = ctl.site / "published" / published["root_hash"]
    about = {"osrel": "ab" * 32, "image_program": "cd" * 32, "kernel_program": "ef" * 32}
    files = {**published["files"], uefi.IMAGE: {"bytes": 1, "sha256": "00" * 32}}
    (folder / "manifest.json").write_text(json.dumps({**published, "files": files, "uefi": about}))
    assert uefi.published(folder) is not None
    (folder / "manifest.json").write_text(json.dumps({**published, "files": files, "uefi": {**about, **changes}}))
    assert uefi.published(folder) is None
