"""Recipes in the one form in which they are sent; and text that is none, with its line."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.errors import SidusError
from sidus_lab.sidus.recipes import Recipe, to_send
from sidus_lab.sidusctl.image import recipe as server_half
from tests.labs import RECIPE


def test_text_bytes_mapping_and_file_are_sent_alike(tmp_path: Path) -> None:
    text = 'name = "höhe"\npackages = ["a", "b"]\n'
    path = tmp_path / "recipe.toml"
    path.write_text("\ufeff" + text, encoding="utf-8")  # as some editors write it
    wanted = {"name": "höhe", "packages": ["a", "b"]}
    for form in (text, text.encode(), path, wanted, Recipe(wanted), json.dumps(wanted), " \n" + json.dumps(wanted)):
        assert json.loads(to_send(form)) == wanted


def test_a_server_without_tomllib_reads_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with_tomllib = server_half.parse(RECIPE.read_bytes())
    monkeypatch.setattr(server_half, "tomllib", None)  # as in Python 3.9 and 3.10
    assert server_half.parse(to_send(RECIPE)) == with_tomllib


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ('name = "x"\nsuite = ', "is not TOML: Invalid value, in line 2", "line 2: suite ="),
        ('name = "x"\nname = "y"\n', "in line 2", 'line 2: name = "y"'),
        ('name = "x"\n\npackages = ["a",\n', "in line 3", "line 3: packages"),
        ('{"name": "x",\n "suite": }', "is not JSON: Expecting value, in line 2", 'line 2: "suite": }'),
        ("[" * 50, "is not TOML", "line 1"),
    ],
)
def test_text_that_is_no_recipe(text: str, words: str, line: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    for form, name in ((text, "The recipe "), (path, "The recipe mine.toml ")):
        with pytest.raises(SidusError) as caught:
            to_send(form)
        assert caught.value.message.startswith(name)
        assert words in caught.value.message
        assert line in caught.value.detail
        assert caught.value.hint


def test_a_path_given_as_text() -> None:
    with pytest.raises(SidusError, match="looks like a path") as caught:
        to_send("~/recipes/debian.toml")
    assert caught.value.hint == "lab.build(Path('~/recipes/debian.toml'))"


def test_what_no_recipe_can_hold() -> None:
    with pytest.raises(SidusError, match="not UTF-8 text: byte 9 is wrong"):
        to_send(b'name = "\xff"')
    for empty in ("", " \n", b""):
        with pytest.raises(SidusError, match="is empty"):
            to_send(empty)
    with pytest.raises(SidusError, match="a value that no recipe can hold"):
        to_send("name = 2026-01-02")
    with pytest.raises(SidusError, match="a value that no recipe can hold"):
        to_send({"name": datetime.date(2026, 1, 2)})


def test_a_recipe_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SidusError, match="cannot be read: No such file") as caught:
        to_send(tmp_path / "none.toml")
    assert "none.toml" in caught.value.message
    with pytest.raises(SidusError, match="cannot be read: Is a directory"):
        to_send(tmp_path)


@given(st.text())
def test_any_text_is_sent_as_what_it_says_or_refused(text: str) -> None:
    try:
        said = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError:
        said = None
    try:
        sent = json.loads(to_send(text))
    except SidusError:
        sent = None
    assert sent == said or not text.strip()


def test_a_recipe_can_be_changed_and_built_from_again() -> None:
    recipe = Recipe({"name": "x", "packages": ["a"], "files": {}, "commands": [["true"]]})
    assert json.loads(to_send({**recipe, "packages": ["a", "b"]}))["packages"] == ["a", "b"]
    assert repr(recipe) == 'name = "x"\npackages = ["a"]\ncommands = [["true"]]'
