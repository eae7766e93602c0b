"""Small pieces of HTML: tables, lists, states, sentences. Everything is escaped unless it is markup made here.

One HTML serves JupyterLab (colours from its theme, ``var(--jp-...)``) and a plain page without a network (light and
dark by ``prefers-color-scheme``): borders and muted text are mixed from the text colour of whatever stands around.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from sidus_lab import palette, words

#: Style of every fragment, limited to the class ``sidus``.
STYLE = Markup("""<style>
.sidus{--sidus-line:var(--jp-border-color1,color-mix(in srgb,currentColor 28%,transparent));
--sidus-muted:var(--jp-ui-font-color2,color-mix(in srgb,currentColor 68%,transparent));
--sidus-soft:color-mix(in srgb,currentColor 6%,transparent);
color:var(--jp-content-font-color1,inherit);font-family:var(--jp-content-font-family,inherit);
font-size:var(--jp-content-font-size1,1em);line-height:1.45;max-width:62em;overflow-x:auto}
.sidus table{border-collapse:collapse;margin:.4em 0;font-size:.93em;color:inherit;background:none}
.sidus caption{caption-side:top;text-align:left;font-weight:600;padding:.2em 0}
.sidus.sidus table th,.sidus.sidus table td{padding:.2em .8em .2em 0;text-align:left;vertical-align:top;border:0;
border-bottom:1px solid var(--sidus-line);background:none}
.sidus.sidus table th{font-weight:600;color:var(--sidus-muted)}
.sidus.sidus table td.n,.sidus.sidus table th.n{text-align:right;font-variant-numeric:tabular-nums}
.sidus dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em 1em;margin:.4em 0}
.sidus dt{color:var(--sidus-muted)}.sidus dd{margin:0}
.sidus ul.sentences{list-style:none;margin:.4em 0;padding:0}
.sidus ul.sentences li{padding:.25em 0 .25em 1.7em;text-indent:-1.7em}
.sidus ul.sentences li>*{text-indent:0}
.sidus .mark{display:inline-block;width:1.2em;margin-right:.5em;text-align:center}
.sidus .muted{color:var(--sidus-muted);font-size:.92em}
.sidus .check{display:block;color:var(--sidus-muted);font-size:.9em}
.sidus .title{font-weight:600;margin:.2em 0}
.sidus .label{border:1px solid currentColor;border-radius:.25em;padding:0 .35em;font-size:.85em;font-weight:600}
.sidus code{font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:.93em;background:none;color:inherit}
.sidus pre{font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:.88em;margin:.2em 0;overflow-x:auto;
background:none;color:inherit}
.sidus details>summary{cursor:pointer;color:var(--sidus-muted)}
</style>""")


class SentenceLike(Protocol):
    """What `sentences` needs of a sentence: a text, and whether its check passed and what that check was."""

    @property
    def text(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def passed(self) -> bool: ...


def join(parts: Iterable[object], separator: str = "") -> Markup:
    """Return the parts one after the other, each escaped unless it is `Markup` already."""
    return escape(separator).join(escape(part) for part in parts)


def _cell(value: object) -> tuple[Markup, bool]:
    """Return a cell's HTML and whether it is a number (and so stands to the right)."""
    if value is None:
        return Markup('<span class="muted">–</span>'), False
    if isinstance(value, bool):
        return escape(words.answer(value)), False
    if isinstance(value, numbers.Integral):  # NumPy's integers are registered here too
        return escape(words.tabular(int(value))), True
    if isinstance(value, numbers.Real):
        return escape(words.tabular(float(value))), True
    return escape(value), False


def table(rows: Iterable[Sequence[object]], columns: Sequence[str], *, caption: str = "") -> Markup:
    """Return a table; numbers stand to the right, `None` is a dash, everything is escaped but `Markup`.

    Each row has one value for each of `columns`; a row of another length raises `ValueError`.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    for row in cells:
        if len(row) != len(columns):
            raise ValueError(f"a row has {len(row)} values for {len(columns)} columns")
    numeric = [bool(cells) and all(row[i][1] for row in cells) for i in range(len(columns))]
    head = join(
        Markup('<th scope="col"{}>{}</th>').format(_right(right), name)
        for name, right in zip(columns, numeric, strict=True)
    )
    body = join(
        Markup("<tr>{}</tr>").format(join(Markup("<td{}>{}</td>").format(_right(right), text) for text, right in row))
        for row in cells
    )
    title = Markup("<caption>{}</caption>").format(caption) if caption else ""
    return Markup("<table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(title, head, body)


def _right(numeric: bool) -> Markup:
    return Markup(' class="n"') if numeric else Markup("")


def definitions(pairs: Mapping[str, object] | Iterable[tuple[str, object]]) -> Markup:
    """Return a list of terms with their values, two columns."""
    items = pairs.items() if isinstance(pairs, Mapping) else pairs
    return Markup("<dl>{}</dl>").format(
        join(Markup("<dt>{}</dt><dd>{}</dd>").format(term, _cell(value)[0]) for term, value in items)
    )


def state(word: str, detail: str = "") -> Markup:
    """Return a state as shape in its colour and word in the text's colour."""
    known = palette.state(word)
    tail = Markup(' <span class="muted">{}</span>').format(detail) if detail else ""
    return Markup('<span class="state"><span aria-hidden="true" style="color:{}">{}</span> {}{}</span>').format(
        known.color, known.shape, known.word, tail
    )


def sentences(items: Iterable[SentenceLike]) -> Markup:
    """Return sentences as a list: a check mark where the check passed, a dash where it did not, the check below."""
    lines = []
    for item in items:
        known = palette.state("passed" if item.passed else "not told")
        spoken = words.mark(item.passed)
        lines.append(
            Markup(
                '<li><span class="mark" role="img" aria-label="{}" style="color:{}">{}</span>{}'
                '<span class="check">{}</span></li>'
            ).format(spoken, known.color, known.shape, item.text, item.check)
        )
    return Markup('<ul class="sentences">{}</ul>').format(join(lines))


def details(summary: str, content: object) -> Markup:
    """Return `content` folded away under `summary` (opens without JavaScript)."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, content)


def preformatted(text: str, title: str = "") -> Markup:
    """Return a text with its own lines, such as a unified diff, under a title."""
    head = Markup('<p class="title">{}</p>').format(title) if title else Markup("")
    return head + Markup('<pre tabindex="0">{}</pre>').format(text)  # what scrolls must be reached by the keyboard


def fragment(*parts: object) -> Markup:
    """Return the parts with their style, as one block that can stand in a notebook or in a page."""
    return Markup('<div class="sidus">{}{}</div>').format(STYLE, join(parts))


def mimebundle(plain: str, *parts: object) -> dict[str, object]:
    """Return one display bundle (for ``_repr_mimebundle_``): plain text, and the parts as one block of HTML."""
    return {"text/plain": plain, "text/html": str(fragment(*parts))}
