"""Recipes are strict: a slip of the pen is found before the build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sidus_lab
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import recipe

GOOD: dict[str, Any] = {"name": "debian12", "suite": "bookworm", "packages": ["fio", "libstdc++6", "g++-12=12.2.0-14"]}


def text(**changes: Any) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def test_toml_and_json_give_the_same_recipe() -> None:
    toml = b"""
        name = "debian12"
        suite = "bookworm"
        packages = ["fio", "libstdc++6", "g++-12=12.2.0-14"]
        commands = ["echo hello", ["touch", "/a b"]]
        [files]
        "/etc/motd" = "Welcome\\n"
        "/usr/local/bin/x" = {text = "#!/bin/sh\\n", mode = "0755"}
    """
    found = recipe.parse(toml)
    files = {"/etc/motd": "Welcome\n", "/usr/local/bin/x": {"text": "#!/bin/sh\n", "mode": "0755"}}
    assert found == recipe.parse(text(commands=["echo hello", ["touch", "/a b"]], files=files))
    assert found.kernel == recipe.DEFAULT_KERNEL
    assert found.files == (
        recipe.File("/etc/motd", "Welcome\n", 0o644),
        recipe.File("/usr/local/bin/x", "#!/bin/sh\n", 0o755),
    )
    assert found.commands == ("echo hello", ("touch", "/a b"))


def test_a_recipe_survives_being_written_down() -> None:
    found = recipe.parse(text(commands=["a", ["b", "c"]], files={"/etc/x": "y"}, exclude=["/usr/share/doc/*"]))
    assert recipe.check(json.loads(json.dumps(found.to_dict()))) == found


def test_every_recipe_of_the_project_is_good() -> None:
    found = sorted((Path(sidus_lab.__file__).parent / "embedded" / "recipes").glob("*.toml"))
    assert found
    for path in found:
        assert recipe.parse(path.read_bytes()).name == path.stem


def test_a_name_from_outside_wins() -> None:
    assert recipe.parse(text(), "other").name == "other"


def test_unknown_key_names_the_nearest_known_one() -> None:
    with pytest.raises(CtlError) as caught:
        recipe.parse(text(pakages=["fio"]))
    assert caught.value.code == "unknown-recipe-key"
    assert "pakages" in caught.value.message
    assert "'packages'" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"packages": ["fio; reboot"]},
        {"packages": ["-oDpkg::Pre-Invoke=x"]},
        {"packages": ["./local.deb"]},
        {"packages": ["fio\n"]},
        {"packages": "fio"},
        {"packages": [1]},
        {"suite": "bookworm $(id)"},
        {"suite": "--help"},
        {"name": "../up"},
        {"name": "a/b"},
        {"name": ""},
        {"mirror": "http://x/ y"},
        {"mirror": "$(id)"},
        {"components": ["main,x"]},
        {"variant": "standard"},
        {"kernel": 5},
        {"kernel": "a b"},
        {"exclude": ["usr/share"]},
        {"exclude": ["/x\ny"]},
        {"files": {"/etc/../../x": "y"}},
        {"files": {"etc/x": "y"}},
        {"files": {"/etc/x": 3}},
        {"files": {"/etc/x": {"text": "y", "owner": "me"}}},
        {"files": {"/etc/x": {"text": "y", "mode": "rwx"}}},
        {"files": {"/proc/x": "y"}},
        {"files": ["/etc/x"]},
        {"commands": "echo"},
        {"commands": [[]]},
        {"commands": [""]},
        {"commands": [["a", 1]]},
    ],
)
def test_bad_values_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CtlError) as caught:
        recipe.parse(text(**changes))
    assert caught.value.code == "bad-recipe"
    assert len(str(caught.value).splitlines()) <= 3


@pytest.mark.parametrize("missing", ["name", "suite"])
def test_what_must_be_given(missing: str) -> None:
    with pytest.raises(CtlError, match=missing):
        recipe.check({key: value for key, value in GOOD.items() if key != missing})


@pytest.mark.parametrize("content", [b"", b"  \n", b"name = ", b"{", b"\xff\xfe", b"\x00"])
def test_what_is_no_recipe_at_all(content: bytes) -> None:
    with pytest.raises(CtlError) as caught:
        recipe.parse(content)
    assert caught.value.code == "bad-recipe"


def test_an_old_python_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "tomllib", None)
    with pytest.raises(CtlError) as caught:
        recipe.parse(b'name = "x"')
    assert caught.value.code == "needs-python-3.11"
    assert recipe.parse(text()).name == "debian12"
