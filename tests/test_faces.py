"""A face: names that live elsewhere, loaded when they are first used."""

from __future__ import annotations

import subprocess
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


def test_a_module_that_nobody_loaded_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "a_face", types.ModuleType("a_face"))
    load, _ = face("a_face", {"xml": ("sax",)})
    assert load("sax").__name__ == "xml.sax"


def test_each_public_name_loads_first() -> None:
    """In a fresh Python each, as a user may begin with any of them."""
    import sidus_lab.analysis

    for name in ("planning", "one_way", "variance_components"):
        assert name in sidus_lab.analysis.__all__
        argv = [sys.executable, "-c", f"import sidus_lab as sl; print(sl.analysis.{name})"]
        subprocess.run(argv, check=True, cwd=Path(__file__).parent.parent, capture_output=True)
