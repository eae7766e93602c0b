"""The reference pages of the documentation: from the docstrings of the public face, and from every `--help`."""

from __future__ import annotations

import argparse
import inspect
import os
from collections.abc import Iterator
from typing import Any

import sidus_lab
from sidus_lab import cli
from sidus_lab.sidusctl import cli as server_cli

KINDS = ("Functions", "Classes", "Errors", "Rooms")


def pages() -> dict[str, str]:
    """Return the text of each generated page (MyST Markdown), by its path below `reference/`."""
    found = {"sidus-lab.md": _command("sidus-lab", cli), "sidusctl.md": _command("sidusctl", server_cli)}
    groups: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for name in sidus_lab.__all__:
        thing = getattr(sidus_lab, name)
        groups[_kind(thing)].append(name)
        found[f"api/{name}.md"] = _page(name, thing)
    lines = ["# The public face", "", "Everything here is `sidus_lab.<name>`; nothing else is public.", ""]
    for kind in KINDS:
        if groups[kind]:
            lines += [f"## {kind}", ""]
            lines += [f"- [{name}](api/{name}.md): {_first_line(getattr(sidus_lab, name))}" for name in groups[kind]]
            lines.append("")
    lines += ["```{toctree}", ":hidden:", *(f"api/{name}" for name in sorted(sidus_lab.__all__)), "```", ""]
    return found | {"api.md": "\n".join(lines)}


def _kind(thing: Any) -> str:
    if inspect.isclass(thing):
        return "Errors" if issubclass(thing, BaseException) else "Classes"
    return "Rooms" if inspect.ismodule(thing) else "Functions"


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _page(name: str, thing: Any) -> str:
    if inspect.ismodule(thing):
        body = [f".. automodule:: {thing.__name__}", ""]
        for member in getattr(thing, "__all__", ()):
            what = getattr(thing, member)
            if inspect.isclass(what):
                body += [f".. autoclass:: {thing.__name__}.{member}", "   :members:", ""]
            elif callable(what):
                body += [f".. autofunction:: {thing.__name__}.{member}", ""]
    elif inspect.isclass(thing):
        body = [f".. autoclass:: sidus_lab.{name}", "   :members:", "   :inherited-members: BaseException,dict,tuple"]
    else:
        body = [f".. autofunction:: sidus_lab.{name}"]
    return "\n".join([f"# {name}", "", "```{eval-rst}", ".. currentmodule:: sidus_lab", "", *body, "```", ""])


def _command(program: str, module: Any) -> str:
    os.environ["COLUMNS"] = "100"
    parser = getattr(module, "parser", None) or module._parser
    lines = [f"# {program}", ""]
    for words, each in _parsers(parser(), (program,)):
        if len(words) > 1:
            lines += [f"{'#' * min(len(words), 4)} {' '.join(words)}", ""]
        lines += ["```text", each.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


def _parsers(
    parser: argparse.ArgumentParser, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """The parser of a command and, below it, those of its verbs; hidden verbs (with a leading `_`) are left out."""
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                if not name.startswith("_"):
                    yield from _parsers(below, (*words, name))
