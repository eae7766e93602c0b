"""A face: names that live elsewhere, loaded when they are first used."""

from __future__ import annotations

import sys
import types

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
