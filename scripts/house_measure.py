"""What is measured of the house, from the texts of its modules: the table "Measured" of docs/architecture.md."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from house_rules import FACE, Rules, arrows, circles, entered, faults, imports_of, module_at, unused

BASELINE = "7b2c83c"
"""The commit before the house got its joints; the time of the import is compared with it."""

TIME = "time of `import sidus_lab`, ratio to the house before its joints (aim: 1.2 at most)"
_ROUNDS = 15


def table(sources: Mapping[str, str], rules: Rules, tests: Path, ratio: str) -> str:
    """Give the measures as a table: what, how many, which."""
    rooms, wings = arrows(sources, rules)
    below = {room: others for room, others in rooms.items() if room != FACE}
    rings = circles(below) + [ring for room in wings for ring in circles(wings[room])]
    loose = unused(rules.rooms, rooms)
    loose += [one for room in rules.wings for one in unused(rules.wings[room], wings[room], room + "/")]
    loose += unused(rules.doors, entered(sources, rules), "door of ")
    rows = [
        (
            "imports that the table does not allow",
            [f for path, text in sources.items() for f in faults(text, path, rules)],
        ),
        ("circles between rooms or wings", [" and ".join(sorted(ring)) for ring in rings]),
        ("permissions that nobody uses", loose),
        (f"files over {rules.aim} lines", [path for path, text in sources.items() if text.count("\n") > rules.aim]),
        ("modules that no test is named after, or is said to be for", without_test(sources, tests, rules.tested_by)),
        ("places outside `sidusctl/` that read the server's JSON", raw_json(sources)),
        ("`Any` in public signatures", [one for path, text in sources.items() for one in any_in_public(text, path)]),
    ]
    lines = ["| measure | today | which |", "|---|---|---|"]
    lines += [f"| {what} | {len(found)} | {_which(found)} |" for what, found in rows]
    return "\n".join([*lines, f"| {TIME} | {ratio} | |"])


def _which(found: list[str]) -> str:
    if len(found) < 12:
        return ", ".join(f"`{one.removeprefix('sidus_lab/')}`" for one in found)
    rooms = Counter(module_at(one.partition(":")[0]).room for one in found)
    return ", ".join(f"{room} {count}" for room, count in rooms.most_common())


def without_test(sources: Mapping[str, str], tests: Path, elsewhere: Mapping[str, str]) -> list[str]:
    """Give the modules that no test file is named after: `sidus_lab/a/b.py` wants `tests/a/test_b.py`.

    `elsewhere` names, by module, the test that tries it under another name; both paths below package and tests.

    A folder's `__init__`, and a module that only words or tables stand in, has none of its own: it has no function.
    """
    found = []
    for path, text in sources.items():
        place = Path(path).relative_to("sidus_lab")
        has_code = any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(text)))
        named = place.parent / f"test_{place.stem.lstrip('_')}.py"
        wanted = tests / elsewhere.get(place.as_posix(), named.as_posix())
        if place.stem not in ("__init__", "__main__") and has_code and not wanted.exists():
            found.append(path)
    return found


def raw_json(sources: Mapping[str, str]) -> list[str]:
    """Give the places that look into what the server's half answers: a folder where its shapes are read, or a module
    that takes a key out of an answer."""
    found = set()
    for path, text in sources.items():
        module = module_at(path)
        if module.room == "sidusctl":
            continue
        if any(one.name.startswith("sidus_lab.sidusctl.shapes") for one in imports_of(text, module)):
            found.add(str(Path(path).parent) if Path(path).parent.name != module.room else path)
        for node in ast.walk(ast.parse(text)):
            called = node.value.func if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("call", "follow"):
                found.add(path)
    return sorted(found)


def any_in_public(source: str, path: str) -> Iterator[str]:
    """Yield the public functions, methods and fields whose types say `Any`."""

    def says_any(node: ast.AST | None) -> bool:
        for each in ast.walk(node) if node else ():
            if "Any" in (getattr(each, "id", ""), getattr(each, "attr", "")):
                return True
            if isinstance(each, ast.Constant) and re.search(r"\bAny\b", str(each.value)):  # a type in quotes
                return True
        return False

    def look(body: list[ast.stmt], inside: str) -> Iterator[str]:
        for node in body:
            name = getattr(node, "name", "")
            if isinstance(node, ast.ClassDef) and not name.startswith("_"):
                yield from look(node.body, f"{inside}{name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if name.startswith("_") and name != "__init__":
                    continue
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                given += [one for one in (node.args.vararg, node.args.kwarg) if one is not None]
                if any(says_any(one.annotation) for one in given) or says_any(node.returns):
                    yield f"{path}:{inside}{name}"
            elif inside and isinstance(node, ast.AnnAssign) and says_any(node.annotation):
                name = getattr(node.target, "id", "_")
                yield from [] if name.startswith("_") else [f"{path}:{inside}{name}"]

    yield from look(ast.parse(source).body, "")


def import_time(root: Path) -> str:
    """Measure `import sidus_lab` here and at the baseline by turns, each in a new Python; give the ratio."""
    git = ["git", "-c", "safe.directory=*", "-C", str(root), "archive", BASELINE, "sidus_lab"]
    packed = subprocess.run(git, capture_output=True, check=False)
    if packed.returncode != 0:
        return "not measured: the baseline is not in this copy"
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        best = {place: float("inf") for place in (folder, str(root))}
        for _ in range(_ROUNDS):
            for place in best:
                best[place] = min(best[place], _seconds(place))
        return f"{best[str(root)] / best[folder]:.2f}"


def _seconds(place: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import sidus_lab"], env={**os.environ, "PYTHONPATH": place}, check=True)
    return time.perf_counter() - began
