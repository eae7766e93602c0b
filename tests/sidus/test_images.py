"""Recipes in the form in which they are sent, and how images show themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus.images import Published, recipe_bytes, when

MANIFEST = {"root_hash": "ab" * 32, "kernel": "6.1.0-9-amd64", "image": "small", "version": "0123456789ab"}


def test_a_recipe_as_text_bytes_mapping_and_file(tmp_path: Path) -> None:
    text = 'name = "höhe"\n'
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    assert recipe_bytes(text) == recipe_bytes(text.encode()) == recipe_bytes(path) == text.encode()
    assert json.loads(recipe_bytes({"name": "x", "packages": ["a"]})) == {"name": "x", "packages": ["a"]}


def test_a_recipe_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SidusError, match="cannot be read: No such file") as caught:
        recipe_bytes(tmp_path / "none.toml")
    assert "none.toml" in caught.value.message
    with pytest.raises(SidusError, match="cannot be read: Is a directory"):
        recipe_bytes(tmp_path)


def test_published_in_one_line() -> None:
    published = Published(MANIFEST)
    assert published.root_hash == "ab" * 32
    assert str(published) == "small@0123456789ab published as abababababab, kernel 6.1.0-9-amd64"


def test_times_in_words() -> None:
    assert when(0) == "1970-01-01 00:00"
    assert when("yesterday") == "yesterday"
