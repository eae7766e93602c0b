"""`import sidus_lab` is light: what is heavy is loaded when it is first used."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_what_is_seen_is_what_is_public() -> None:
    """The same names in `dir`, in `__all__` and for the type checker; before and after they are loaded."""
    import sidus_lab
    import sidus_lab.analysis

    for module in (sidus_lab, sidus_lab.analysis):
        assert dir(module) == sorted(module.__all__)
        for name in module.__all__:
            assert getattr(module, name) is not None, name
        assert dir(module) == sorted(module.__all__)
        source = Path(str(module.__file__)).read_text()
        told = source[source.index("if TYPE_CHECKING:") : source.index("_HOMES")]
        assert all(re.search(rf"\b{name}\b", told) for name in module.__all__)
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            module.nothing  # noqa: B018


def test_package_carries_its_type_mark() -> None:
    from importlib.resources import files

    assert files("sidus_lab").joinpath("py.typed").is_file()


def test_notebooks_use_the_face() -> None:
    """What a notebook's cells touch is on the face of the package or of a room: no path leads deeper."""
    for path in sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "code":
                assert not re.findall(r"sidus_lab\.\w+\.\w+", "".join(cell["source"])), path.name
