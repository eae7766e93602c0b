"""The report as Markdown, for a repository or a text: the same sentences and lists, figures in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sidus_lab.report import say
from sidus_lab.report.paper import Paper


def page(
    arranged: Mapping[str, object], labels: Sequence[tuple[str, str]], columns: Iterable[str], paper: Paper
) -> str:
    """Write what `page.content` arranged; `labels` are (caption, alternative text) of the figures."""
    about: Mapping[str, Any] = arranged
    parts = [f"# {_line(about['title'])}", *_head(about), *_answer(about["answer"])]
    if about["proof"]:
        parts += _proof(about["proof"])
    if labels:
        parts.append(f"## {say.text('figures')}")
        parts += [
            f"**{say.text('figure', number=number)}** {_line(caption)}\n\n{say.text('shows')}: {_line(label)}"
            for number, (caption, label) in enumerate(labels, 1)
        ]
    if about["method"] or about["facts"]:
        parts += [f"## {say.text('method')}", _pairs({**about["method"], **about["facts"]})]
    parts += _system(paper)
    known, factor = say.columns(), say.text("factor column")
    rows = [(f"`{name}`", known.get(name, factor)) for name in columns]
    if rows:
        parts += [f"## {say.text('data')}", _table([say.text("column"), say.text("meaning")], rows)]
    if about["code"]:
        parts.append(f"## {say.text('repeat')}")
        if about["whole"]:
            parts += [say.text("repeat here"), _block(about["setup"], "sh")]
        parts.append(_block(about["code"], "python"))
    if about["cite"]:
        parts += [f"## {say.text('cite')}", say.text("cite what"), _block(about["cite"], "bibtex")]
        parts.append(_pairs(about["licences"]))
    return "\n\n".join(filter(None, parts)) + "\n"


def _head(about: Mapping[str, Any]) -> list[str]:
    """Give authors and question, and, before any result, what the machines were."""
    parts = [say.text("by", authors=", ".join(map(_line, about["authors"])))] if about["authors"] else []
    parts.append(f"*{_line(about['question'])}*")
    warned = [say.text("simulated")] if about["simulated"] else []
    warned += [say.text("recorded", recording=about["recorded"])] if about["recorded"] else []
    parts += [f"> **{_line(text)}**" for text in warned]
    parts += [f"> {_line(text)}" for text in about["machines"]]
    return parts


def _answer(groups: Sequence[Mapping[str, Any]]) -> list[str]:
    if not groups:
        return []
    parts = [f"## {say.text('answer')}"]
    for group in groups:
        parts.append(f"### {group['title']}")
        lines = []
        for each in group["sentences"]:
            cause = f" ({say.text('cause', cause=each['cause_word'])})" if each["cause_word"] else ""
            check = f"  \n  {say.text('check', check=_line(each['check']))}" if each["check"] else ""
            lines.append(f"- {'✓' if each['passed'] else '–'} {_line(each['text'])}{cause}{check}")
        parts.append("\n".join(lines))
    return parts


def _proof(proof: Mapping[str, Any]) -> list[str]:
    result = say.text("proof same" if proof["same"] else "proof not")
    parts = [f"## {say.text('proof', result=result)}", _line(proof["verdict"])]
    if proof["root"]:
        parts.append(f"{say.text('root hash')}: `{proof['root']}`")
    levels = list(proof["levels"])
    rows = [[node["name"], *(cell["text"] or cell["word"] for cell in node["cells"])] for node in proof["nodes"]]
    if rows:
        parts.append(_table([say.text("node"), *levels], rows))
    parts += [f"**{_line(alarm)}**" for alarm in proof["alarms"]]
    if proof["limits"]:
        parts.append(_line(proof["limits"]))
    return parts


def _system(paper: Paper) -> list[str]:
    parts = []
    for image in paper.images:
        if image.packages:
            parts.append(f"### {say.text('packages', count=len(image.packages), image=_line(image.name))}")
            rows = [(name, version, f"`{digest}`" if digest else "") for name, version, digest in image.packages]
            parts.append(_table([say.text("package"), say.text("version"), "SHA-256"], rows))
    if paper.program:
        parts += [f"### {say.text('program')}", _block(paper.program, "python")]
    return [f"## {say.text('built from')}", *parts] if parts else []


def _pairs(pairs: Mapping[str, object]) -> str:
    return "\n".join(f"- {_line(name)}: {_line(value)}" for name, value in pairs.items())


def _table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_line(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _block(text: str, kind: str) -> str:
    """Give a block of code that nothing in it can end."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}"


def _line(value: object) -> str:
    """Give a value as one line in which nothing is markup; code that was written here stays code."""
    if isinstance(value, Markup):
        value = value.replace(Markup("<code>"), "`").replace(Markup("</code>"), "`").striptags()
        return " ".join(str(value).split())
    text = " ".join(str(value).split())
    plain = text.startswith("`") and text.endswith("`") and text.count("`") == 2
    return text if plain else text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
