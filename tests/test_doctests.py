"""Every public object has an example in its docstring, and every example does what it shows.

An example may use `sl`; `lab`, a site with four nodes and one image; and `folder`, that of a run on two of them with
its proofs. The site answers from a list and the nodes' facts are those of a real one: what is tried here is what the
examples show, not the site.
"""

from __future__ import annotations

import contextlib
import doctest
import shutil
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sidus_lab as sl
from sidus_lab.experiments import evidence
from tests.sidus.standins import Site, version
from tests.sidus.test_facts import ROOT_HASH
from tests.sidus.test_proof import node, proof_of

ROOMS = (sl, sl.analysis, sl.figures, sl.datasets, sl.panels, sl.embedded)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def public() -> dict[str, Any]:
    """Every public object by its name, but for modules and registers."""
    found = {f"{room.__name__}.{name}": getattr(room, name) for room in ROOMS for name in room.__all__}
    return {name: each for name, each in found.items() if isinstance(each, type | types.FunctionType)}


@contextlib.contextmanager
def given(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The names that an example may use."""
    site = Site("node1", "node2", "node3", "node4")
    more = {"created": "2026-01-02T03:04:05Z", "packages": 7, "kernel": "6.1", "files": {}, "suite": "bookworm"}
    where = {"image": "small", "version": "a" * 12, "commit": "a" * 64, "content": "d" * 64}
    published = {"root_hash": "ab" * 32, "form": "memory", "levels": ["asked"], **where, **more}
    listed = {"images": [{"name": "small", "versions": [version()]}], "published": [published]}
    site.connection.values["image list"] = listed
    folder = tmp_path / "run"
    shutil.copytree(Path(__file__).parent / "experiments" / "formats" / "1", folder)
    boot = sl.Run(folder).records()["boot"].iloc[0]
    rows = (folder / "records.jsonl").read_text()
    (folder / "records.jsonl").write_text(rows.replace(f"root of {boot}", ROOT_HASH))
    proof = proof_of(*(replace(node(name), boot=boot) for name in ("node1", "node2")))
    evidence.store(folder, "before", proof)
    evidence.store(folder, "after", proof)
    yield {"sl": sl, "lab": site.lab, "folder": folder}


@pytest.mark.parametrize("name", sorted(public()))
def test_the_example_of(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    each = public()[name]
    with given(tmp_path) as names:
        text = each.__doc__ or ""
        assert ">>>" in text, f"{name} has no example"
        example = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
        said: list[str] = []
        doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(example, out=said.append)
        assert not said, "".join(said)


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(example, out=said.append)
    assert said
