"""`import sidus_lab` is light: what is heavy is loaded when it is first used."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ["pandas", "plotly", "ipywidgets", "paramiko", "numpy", "scipy", "pyarrow", "IPython", "jinja2", "pooch"]


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after running `code`."""
    tail = "; import sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_import_loads_nothing_heavy() -> None:
    assert loaded_after("import sidus_lab") & set(HEAVY) == set()


def test_the_measure_sees_what_is_loaded() -> None:
    assert {"sidus_lab", "numpy"} <= loaded_after("import sidus_lab, numpy")


def test_public_names_all_load() -> None:
    import sidus_lab

    for name in getattr(sidus_lab, "__all__", []):
        assert getattr(sidus_lab, name) is not None, name


def test_public_names_are_listed() -> None:
    import sidus_lab

    assert set(getattr(sidus_lab, "__all__", [])) <= set(dir(sidus_lab))


def test_package_carries_its_type_mark() -> None:
    from importlib.resources import files

    assert files("sidus_lab").joinpath("py.typed").is_file()
