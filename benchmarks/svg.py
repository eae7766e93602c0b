"""Two small pictures for the README, as plain SVG that reads on light and on dark: bars of times, dots of rates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

STYLE = """<style>
text{font:13px system-ui,sans-serif;fill:#333}.muted{fill:#777;font-size:12px}.axis{stroke:#999}
@media (prefers-color-scheme:dark){text{fill:#ddd}.muted{fill:#aaa}}
</style>"""
# Okabe and Ito's colours, each with a shape of its own.
MARKS = (("#0072B2", "circle"), ("#D55E00", "square"), ("#009E73", "diamond"))


def bars(path: Path, title: str, rows: Sequence[tuple[str, float, str]], unit: str) -> None:
    """Write horizontal bars on a logarithmic scale: (label, value, what stands beside it)."""
    low = min(value for _, value, _ in rows) / 2
    high = max(value for _, value, _ in rows)
    parts = [f'<text x="8" y="20" font-weight="600">{escape(title)}</text>']
    for index, (label, value, beside) in enumerate(rows):
        y = 44 + 26 * index
        width = 360 * math.log(value / low) / math.log(high / low)
        color = MARKS[0][0] if index == 0 else "#888"
        parts.append(f'<text x="150" y="{y + 13}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect x="158" y="{y}" width="{width:.1f}" height="17" fill="{color}" fill-opacity="0.75"/>')
        parts.append(f'<text x="{164 + width:.1f}" y="{y + 13}" class="muted">{escape(beside)}</text>')
    height = 44 + 26 * len(rows) + 22
    parts.append(f'<text x="158" y="{height - 6}" class="muted">{escape(unit)}, logarithmic</text>')
    _write(path, 720, height, parts, title)


def dots(
    path: Path,
    title: str,
    names: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float]]],
    band: tuple[float, float],
    span: tuple[float, float],
) -> None:
    """Write one line of dots per row (a value for each of `names`, percent), with the target as a band."""

    def x(value: float) -> float:
        return 250 + 420 * (min(max(value, span[0]), span[1]) - span[0]) / (span[1] - span[0])

    height = 66 + 18 * len(rows) + 28
    bottom = height - 24
    parts = [f'<text x="8" y="20" font-weight="600">{escape(title)}</text>']
    for index, name in enumerate(names):
        parts.append(_mark(index, 16 + 110 * index, 40))
        parts.append(f'<text x="{26 + 110 * index}" y="44">{escape(name)}</text>')
    parts.append(
        f'<rect x="{x(band[0]):.1f}" y="54" width="{x(band[1]) - x(band[0]):.1f}" height="{bottom - 54}" fill="#888" '
        'fill-opacity="0.2"/>'
    )
    for index, (label, values) in enumerate(rows):
        y = 66 + 18 * index
        parts.append(f'<text x="240" y="{y + 4}" text-anchor="end" class="muted">{escape(label)}</text>')
        parts += [_mark(number, x(value), y) for number, value in enumerate(values)]
    width = span[1] - span[0]
    step = 1 if width <= 12 else 5 if width <= 50 else 20
    for tick in range(math.ceil(span[0]), math.floor(span[1]) + 1, step):
        parts.append(f'<text x="{x(tick):.1f}" y="{height - 6}" text-anchor="middle" class="muted">{tick} %</text>')
    _write(path, 700, height, parts, title)


def _mark(index: int, x: float, y: float) -> str:
    color, shape = MARKS[index % len(MARKS)]
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{color}"/>'
    turn = f' transform="rotate(45 {x:.1f} {y})"' if shape == "diamond" else ""
    return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5}" width="7" height="7" fill="{color}"{turn}/>'


def _write(path: Path, width: int, height: int, parts: Sequence[str], title: str) -> None:
    box = f"0 0 {width} {height}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{escape(title)}">'
    path.write_text("\n".join([head, STYLE, *parts, "</svg>", ""]), encoding="utf-8")
