"""A face: names that live elsewhere, loaded when they are first used."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from sidus_lab.faces import face


def test_names_are_found_where_they_live(monkeypatch: pytest.MonkeyPatch) -> None:
    here = types.ModuleType("a_face")
    monkeypatch.setitem(sys.modules, "a_face", here)
    load, names = face("a_face", {"math": ("sqrt", "floor = round_down")})
    assert names() == ["round_down", "sqrt"]
    assert load("sqrt")(9) == 3
    assert load("round_down")(2.7) == 2
    assert here.sqrt(4) == 2, "the next time nobody asks"
    for hidden in ("floor", "nothing"):
        with pytest.raises(AttributeError, match=f"'a_face' has no attribute '{hidden}'"):
            load(hidden)


def test_a_module_that_nobody_has_imported_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "outer_of_faces").mkdir()
    (tmp_path / "outer_of_faces" / "__init__.py").touch()
    (tmp_path / "outer_of_faces" / "inner.py").write_text("X = 5\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "a_face", types.ModuleType("a_face"))
    load, _ = face("a_face", {"outer_of_faces": ("inner",)})
    try:
        assert load("inner").X == 5
    finally:
        for name in ("outer_of_faces", "outer_of_faces.inner"):
            sys.modules.pop(name, None)
