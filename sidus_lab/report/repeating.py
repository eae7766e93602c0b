"""The lines that do an experiment again, on a fresh machine: image, nodes, design and program. Pure."""

from __future__ import annotations

import json
import pprint
from collections.abc import Mapping, Sequence
from typing import Any

from sidus_lab.report.machines import folded
from sidus_lab.report.paper import Image

_SETUP = """\
git clone <repository of sidus_lab> sidus_lab && cd sidus_lab
make set-up                     # says which Debian packages it installs, and why
.venv/bin/python repeat.py      # with these lines in it:
"""


def code(experiment: Mapping[str, object] | None, images: Sequence[Image] = ()) -> str:
    """Give the lines of Python that do the same experiment again; from the recipe on, where it is known."""
    about: Mapping[str, Any] = experiment or {}
    if not about:
        return ""
    nodes = list(about.get("nodes", {}))
    return "\n".join(
        ["import sidus_lab as sl", "", *_site(images, nodes), *_design(about.get("design", {})), *_run(about)]
    )


def setup() -> str:
    """Give the lines for a shell that come before."""
    return _SETUP


def _site(images: Sequence[Image], nodes: Sequence[str]) -> list[str]:
    recipe = images[0].recipe if len(images) == 1 else {}
    if not recipe:
        return ['lab = sl.connect("the-server")', f'nodes = lab.nodes("{folded(list(nodes))}")']
    machines = f"sl.embedded.default_machines({len(nodes)})"
    return [
        f"recipe = {pprint.pformat(_short(recipe), width=110, sort_dicts=False)}",
        f"lab = sl.embedded.Embedded().up({machines})",
        "published = lab.build(recipe).result().publish().result()",
        "nodes = lab.nodes().assign(published, scrub=True)",
        "nodes.boot().result()",
        "print(nodes.prove())",
    ]


def _short(recipe: Mapping[str, object]) -> dict[str, object]:
    """Give a recipe without what is empty."""
    return {name: value for name, value in recipe.items() if value}


def _design(design: Mapping[str, Any]) -> list[str]:
    given = design.get("factors", [])
    if all(f.get("kind", "environment") == "environment" for f in given):
        factors = json.dumps({f["name"]: f["levels"] for f in given})
    else:
        made = (
            f"sl.Factor({json.dumps(f['name'])}, {json.dumps(f['levels'])}, {json.dumps(f['kind'])})" for f in given
        )
        factors = f"[{', '.join(made)}]"
    boots = f", boots={design['boots']}" if design.get("boots", 1) > 1 else ""
    numbers = ", ".join(f"{name}={design.get(name)}" for name in ("repetitions", "blocks", "aa", "seed"))
    return [f"design = sl.Design({factors}, {numbers}{boots})"]


def _run(about: Mapping[str, Any]) -> list[str]:
    own = about.get("workload", {}).get("name") == "numpy_kernels"
    program = "sl.numpy_workload()" if own else 'sl.Run("the-folder-of-this-run").workload'
    return [f'study = sl.Study(sl.run(design, {program}, nodes, "another-run").result())', "print(study.explain())"]
