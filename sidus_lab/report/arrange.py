"""What stands on the page, arranged from plain data: made here, laid out by ``page.html``. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sidus_lab import html, palette
from sidus_lab.experiments.factors import DEFAULT
from sidus_lab.experiments.records import with_metrics
from sidus_lab.report import say
from sidus_lab.report.machines import folded
from sidus_lab.report.paper import Paper

if TYPE_CHECKING:
    import pandas as pd

    from sidus_lab.explanation import Verdict

_LEVELS = ("asked", "enforced", "scrubbed", "clean")
"""The levels of a proof that does not name its own."""
_MARKS = {"holds": "passed", "fails": "failed", "not-looked-at": "not looked at"}
"""State of a claim of a proof -> the palette's word for its mark and colour."""


def tiles(
    proof: Mapping[str, object] | None, records: pd.DataFrame | None, verdict: Verdict | None
) -> Iterable[tuple[str, str, str]]:
    """Yield what is seen at a glance: a number or word, what it counts, and a state for its colour."""
    shown: Mapping[str, Any] = proof or {}
    if shown:
        same = bool(shown.get("same"))
        word = say.text("the same" if same else "not proven")
        yield word, say.text("software on all nodes"), "passed" if same else "missing"
        yield str(len(shown.get("nodes", []))), say.text("nodes asked"), ""
    if records is not None and len(records):
        good = int((records["status"] == "ok").sum())
        counted = say.text("of", good=good, all=len(records))
        yield counted, say.text("measurements good"), "passed" if good == len(records) else "differs"
    if verdict is not None:
        passed = sum(bool(sentence.passed) for sentence in verdict.sentences)
        yield say.text("of", good=passed, all=len(verdict.sentences)), say.text("sentences passed"), ""


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
            "cause_word": say.cause(cause.word) if cause is not None else "",
        }
        groups.setdefault(str(sentence.about), []).append(plain)
    return [{"title": say.about(about), "sentences": items} for about, items in groups.items()]


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
        different.append({"field": field, "values": [(v, folded(n)) for v, n in values.items()]})
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
        "word": say.state(word),
        "text": text if word == "passed" or not text else f"{say.state(word)}: {text}",
        "witness": str(claim.get("witness", "none")),
        "mark": palette.state(word),
    }


def method(experiment: Mapping[str, object] | None, commit: str = "") -> dict[str, object]:
    """Say how the experiment was done, from its stored description; `commit` is that of this package."""
    about: Mapping[str, Any] = experiment or {}
    if not about:
        return {}
    design, workload = about.get("design", {}), about.get("workload", {})
    factors = [f"{f['name']} ({', '.join(f['levels'])})" for f in design.get("factors", [])]
    boots = design.get("boots", 1)
    said: dict[str, object] = {
        "factors": "; ".join(factors) or say.text("none"),
        "repetitions": say.text("repeated", repetitions=design.get("repetitions"), blocks=design.get("blocks")),
        "noise floor": say.text("aa boots" if boots > 1 else "aa", aa=design.get("aa")),
        **({"boots": say.text("booted", boots=boots)} if boots > 1 else {}),
        "executions": say.text("executed", each=about.get("executions_per_node"), nodes=len(about.get("nodes", {}))),
        "seed": str(design.get("seed")),
        "workload": f"{workload.get('name')}: {', '.join(workload.get('operations', []))}",
        "arguments": " ".join(workload.get("arguments", [])) or say.text("none"),
        "environment": ", ".join(f"{k}={v}" for k, v in workload.get("environment", {}).items())
        or say.text("nothing set"),
        "code": html.join([Markup("<code>{}</code>").format(str(workload.get("code_hash", ""))[:16]), " (SHA-256)"]),
        "run": str(about.get("run", "")),
        "versions": ", ".join(f"{name} {version}" for name, version in about.get("versions", {}).items()),
        **({"commit": commit} if commit else {}),
        **_sessions(about.get("sessions", []), workload),
    }
    return {say.text(name): value for name, value in said.items()}


def _sessions(sessions: Sequence[Mapping[str, Any]], workload: Mapping[str, Any]) -> dict[str, object]:
    """Say when it was done, on which host and how busy that was, and what programs were started with."""
    if not sessions:
        return {}
    first, last = sessions[0], sessions[-1]
    said: dict[str, object] = {}
    launch = last.get("launch", {})
    if isinstance(launch.get("environment"), Mapping):
        clean = ", ".join(f"{k}={v}" for k, v in launch["environment"].items() if k not in workload["environment"])
        said["started with"] = say.text("clean", command=" ".join(launch.get("command", [])), environment=clean)
    more = say.text("sessions", count=len(sessions)) if len(sessions) > 1 else ""
    said["time"] = say.text("from to", start=first.get("started"), end=last.get("ended")) + more
    host, load = last.get("host"), [each for each in last.get("load", []) if each is not None]
    if host:
        said["host"] = f"{host['system']}, {host['machine']}"
    if host and len(load) > 1:
        said["load"] = say.text("loads", before=load[0], after=load[-1], processors=host["processors"])
    return said


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
    return html.table(rows, [*names, *nodes], caption=say.text("kernels"))


def images(paper: Paper) -> list[dict[str, object]]:
    """Arrange the images that nodes booted: the recipe as text, and the list of packages."""
    return [
        {
            "name": image.name,
            "recipe": json.dumps({k: v for k, v in image.recipe.items() if v}, indent=1, ensure_ascii=False)
            if image.recipe
            else "",
            "packages": html.table(
                [list(package) for package in image.packages],
                [say.text("package"), say.text("version"), "SHA-256"],
            )
            if image.packages
            else None,
            "count": len(image.packages),
        }
        for image in paper.images
    ]


def dictionary(records: pd.DataFrame | None) -> Markup | None:
    """Say what each column of the records means; a column that the schema does not name is a factor."""
    if records is None or not len(records):
        return None
    known = say.columns()
    rows = [[str(name), known.get(str(name), say.text("factor column"))] for name in records.columns]
    return html.table(rows, [say.text("column"), say.text("meaning")])
