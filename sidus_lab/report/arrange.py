"""What stands on the page, arranged from plain data: made here, laid out by ``page.html``. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import html, palette
from sidus_lab.errors import SidusError
from sidus_lab.experiments.factors import DEFAULT
from sidus_lab.experiments.records import with_metrics
from sidus_lab.nodeset import fold

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.explanation import Verdict

_LEVELS = ("asked", "enforced", "scrubbed", "clean")
"""The levels of a proof that does not name its own."""
_MARKS = {"holds": "passed", "fails": "failed", "not-looked-at": "not looked at"}
"""State of a claim of a proof -> the palette's word for its mark and colour."""
_ABOUT = {"software": "Software", "bits": "Results, bit by bit", "time": "Time", "limits": "Limits", "data": "Data"}


def tiles(
    proof: Mapping[str, object] | None, records: pd.DataFrame | None, verdict: Verdict | None
) -> Iterable[tuple[str, str, str]]:
    """Yield what is seen at a glance: a number or word, what it counts, and a state for its colour."""
    shown: Mapping[str, Any] = proof or {}
    if shown:
        same = bool(shown.get("same"))
        yield ("the same" if same else "not proven"), "software on all nodes", "passed" if same else "missing"
        yield str(len(shown.get("nodes", []))), "nodes asked", ""
    if records is not None and len(records):
        good = int((records["status"] == "ok").sum())
        yield f"{good} of {len(records)}", "measurements good", "passed" if good == len(records) else "differs"
    if verdict is not None:
        passed = sum(bool(sentence.passed) for sentence in verdict.sentences)
        yield f"{passed} of {len(verdict.sentences)}", "sentences passed their check", ""


def answer(verdict: Verdict | None) -> list[dict[str, object]]:
    """Group the sentences by what they are about, in their order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for sentence in getattr(verdict, "sentences", ()):
        cause = palette.CAUSES.get(sentence.cause) if sentence.passed else None
        mark = palette.state("passed" if sentence.passed else "not told")
        plain = {
            "text": sentence.text,
            "check": sentence.check,
            "passed": sentence.passed,
            "mark": mark,
            "cause": cause,
        }
        groups.setdefault(str(sentence.about), []).append(plain)
    return [{"title": _ABOUT.get(about, about.capitalize()), "sentences": items} for about, items in groups.items()]


def verdict_table(verdict: Verdict | None) -> Markup | None:
    """Give the verdict's table as HTML, or None where it has none."""
    table = getattr(verdict, "table", None)
    if table is None or not len(table):
        return None
    rows = [[None if value != value else value for value in row] for row in table.itertuples(index=False)]
    return html.table(rows, [str(name) for name in table.columns])


def proof(plain: Mapping[str, object]) -> dict[str, object]:
    """Arrange the proof: a row for each node, what is equal, and what differs with the nodes of each value together."""
    stored: Mapping[str, Any] = plain
    root = str(stored.get("root_hash") or "")
    levels: Mapping[str, Mapping[str, str]] = stored.get("levels") or {level: {} for level in _LEVELS}
    nodes = []
    for node in stored.get("nodes", []):
        hardware = node.get("hardware") or {}
        cells = [{"level": words.get("name", level), **_claim(node, level)} for level, words in levels.items()]
        nodes.append(
            {
                "name": node.get("name", "?"),
                "cells": cells,
                "kernel": node.get("kernel", ""),
                "cpu": hardware.get("cpu") or hardware.get("model") or "",
                "command_line": node.get("command_line", ""),
            }
        )
    different = []
    for item in stored.get("different", []):
        values: dict[str, list[str]] = {}
        for name, value in item.get("values", {}).items():
            values.setdefault(str(value), []).append(str(name))
        field = " ".join(filter(None, (item.get("kind", ""), item.get("field", "?"))))
        different.append({"field": field, "values": [(v, _folded(n)) for v, n in values.items()]})
    return {
        "same": bool(stored.get("same")),
        "state": palette.state("same" if stored.get("same") else "missing"),
        "verdict": stored.get("verdict", ""),
        "root": root,
        "levels": {words.get("name", level): words.get("about", "") for level, words in levels.items()},
        "alarms": [
            f"{node.get('name', '?')}: {said}" for node in stored.get("nodes", []) for said in node.get("alarms", [])
        ],
        "limits": str(stored.get("limits", "")),
        "nodes": nodes,
        "equal": list(stored.get("equal", [])),
        "different": different,
        "missing": dict(stored.get("missing") or {}),
    }


def _claim(node: Mapping[str, Any], level: str) -> dict[str, Any]:
    """Give one level of the proof of one node as it was judged; where no judgement is stored, nobody looked."""
    claim = (node.get("claims") or {}).get(level) or {}
    state = str(claim.get("state", "not-looked-at"))
    word = _MARKS.get(state, _MARKS["not-looked-at"])
    text = str(claim.get("text", ""))
    return {
        "holds": word == "passed",
        "looked": word != "not looked at",
        "word": word,
        "text": text if word == "passed" or not text else f"{word}: {text}",
        "witness": str(claim.get("witness", "none")),
        "mark": palette.state(word),
    }


def _folded(names: list[str]) -> str:
    try:
        return fold(names)
    except (ValueError, SidusError):  # names from elsewhere need not be node names
        return ", ".join(names)


def method(experiment: Mapping[str, object] | None) -> dict[str, object]:
    """Say how the experiment was done, from its stored description."""
    about: Mapping[str, Any] = experiment or {}
    if not about:
        return {}
    design, workload = about.get("design", {}), about.get("workload", {})
    factors = [f"{f['name']} ({', '.join(f['levels'])})" for f in design.get("factors", [])]
    sessions = about.get("sessions", [])
    said: dict[str, object] = {
        "factors": "; ".join(factors) or "none",
        "repetitions": f"{design.get('repetitions')} of each combination on each node, "
        f"in {design.get('blocks')} complete blocks, in random order inside each block",
        "noise floor": _noise_floor(design),
        **(
            {"boots": f"{design['boots']} of each node, started anew between them"}
            if design.get("boots", 1) > 1
            else {}
        ),
        "executions": f"{about.get('executions_per_node')} on each of {len(about.get('nodes', {}))} nodes",
        "seed": str(design.get("seed")),
        "workload": f"{workload.get('name')}: {', '.join(workload.get('operations', []))}",
        "arguments": " ".join(workload.get("arguments", [])) or "none",
        "environment": ", ".join(f"{k}={v}" for k, v in workload.get("environment", {}).items()) or "nothing set",
        "code": html.join([Markup("<code>{}</code>").format(str(workload.get("code_hash", ""))[:16]), " (SHA-256)"]),
        "run": str(about.get("run", "")),
        "versions": ", ".join(f"{name} {version}" for name, version in about.get("versions", {}).items()),
    }
    launch = sessions[-1].get("launch", {}) if sessions else {}
    if isinstance(launch.get("environment"), Mapping):
        clean = ", ".join(f"{k}={v}" for k, v in launch["environment"].items() if k not in workload["environment"])
        said["started with"] = f"{' '.join(launch.get('command', []))}, in a clean environment: {clean}"
    if sessions:
        said["time"] = f"{sessions[0].get('started')} to {sessions[-1].get('ended')}"
        if len(sessions) > 1:
            said["time"] = f"{said['time']}, in {len(sessions)} sessions"
    return said


def _boots(design: Mapping[str, Any]) -> int:
    return int(design.get("boots", 1))


def _noise_floor(design: Mapping[str, Any]) -> str:
    """Say how A and A' were spread."""
    if _boots(design) > 1:
        return f"A and A' (the same thing) {design.get('aa')} times each on each node; a boot is A or A' as a whole"
    return f"A and A' (the same thing twice) {design.get('aa')} times on each node first"


def node_versions(records: pd.DataFrame | None) -> str:
    """Name the versions of what measured on the nodes, as the workload reported them; several where they differ."""
    if records is None or "metrics" not in records.columns:
        return ""
    table = with_metrics(records[records["status"] == "ok"], ["python", "numpy", "blas"])
    found = {name: sorted(map(str, table[name].dropna().unique())) for name in ("python", "numpy", "blas")}
    return ", ".join(f"{name} {' and '.join(versions)}" for name, versions in found.items() if versions)


def kernels(records: pd.DataFrame | None, experiment: Mapping[str, object] | None) -> Markup | None:
    """Show which BLAS kernel really ran at each setting on each node: whether what was forced took hold."""
    about: Mapping[str, Any] = experiment or {}
    names = [f["name"] for f in about.get("design", {}).get("factors", [])]
    if records is None or "metrics" not in records.columns or not set(names) <= set(records.columns):
        return None
    table = with_metrics(records[records["status"] == "ok"], ["blas_core"]).dropna(subset=["blas_core"])
    if not len(table):
        return None
    nodes = sorted(table["node"].unique())
    rows = []
    for key, part in table.groupby(names) if names else [((), table)]:
        levels = key if isinstance(key, tuple) else (key,)
        found = {node: ", ".join(sorted(cores.unique())) for node, cores in part.groupby("node")["blas_core"]}
        rows.append([*map(str, levels), *(found.get(node) for node in nodes)])
    rows.sort(key=lambda row: [level != DEFAULT for level in row[: len(names)]])
    return html.table(rows, [*names, *nodes], caption="The BLAS kernel that really ran, as the library itself says")


def code(experiment: Mapping[str, object] | None) -> str:
    """Give the lines of Python that do the same experiment again."""
    about: Mapping[str, Any] = experiment or {}
    if not about:
        return ""
    design, workload = about.get("design", {}), about.get("workload", {})
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
    own = workload.get("name") == "numpy_kernels"
    program = "sl.numpy_workload()" if own else 'sl.Run("the-folder-of-this-run").workload'
    lines = [
        "import sidus_lab as sl",
        "",
        'lab = sl.connect("the-server")',
        f'nodes = lab.nodes("{_folded(list(about.get("nodes", {})))}")',
        f"design = sl.Design({factors}, {numbers}{boots})",
        f'study = sl.Study(sl.run(design, {program}, nodes, "another-run").result())',
        "study.explain()",
    ]
    return "\n".join(lines)
