"""The count as text, as Markdown, and as a picture, with the targets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import svg
from benchmarks.liars.score import BitTally, Tally, lower, upper

OLD = Path(__file__).with_name("old.json")
"""On which tables of the honest worlds the verdict before this bench said the right thing (a bit mask each)."""

FALSE, FALSE_UPPER, CAUSE, POWER = 0.05, 0.08, 0.01, 0.95
COVERAGE, COVERAGE_LEAST = (0.93, 0.97), 0.90


def old() -> dict[str, int]:
    """The stored bit mask of each honest world."""
    if not OLD.exists():
        return {}
    return {name: int(mask, 16) for name, mask in json.loads(OLD.read_text(encoding="utf-8"))["right"].items()}


def kept(tally: Tally, before: Mapping[str, int]) -> tuple[int, int] | None:
    """Of the tables on which the old verdict was right, on how many this one is; None where there are none."""
    mask = before.get(tally.world, 0) & ((1 << tally.tables) - 1)
    if not mask:
        return None
    return sum(mask >> number & 1 for number in tally.right), mask.bit_count()


def missed(tally: Tally, before: Mapping[str, int]) -> list[str]:
    """The targets that a world misses, in words."""
    n, found = tally.tables, []
    # Fewer tables than a hundred cannot show so small a rate: then only what is clearly above it is a miss.
    if (n < 100 and lower(tally.false, n) > FALSE) or (
        n >= 100 and (tally.false / n > FALSE or upper(tally.false, n) >= FALSE_UPPER)
    ):
        found.append("false")
    # One table in a hundred: fewer tables than that cannot show a rate so small, so one is allowed by chance.
    if tally.causes_false / n > CAUSE and tally.causes_false > 1:
        found.append("cause")
    if tally.against_itself:
        found.append("against itself")
    both = kept(tally, before) if tally.honest else None
    if both is not None and both[0] / both[1] < POWER:
        found.append("power")
    for claim, (covered, seen) in tally.covered.items():
        low, high = COVERAGE if tally.honest else (COVERAGE_LEAST, 1.0)
        # Out of the range only when its own interval is: some hundred tables know a rate to a few percent.
        if seen >= 50 and (upper(covered, seen) < low or (covered / seen < COVERAGE_LEAST)):
            found.append("coverage")
        elif seen >= 50 and tally.honest and not claim.endswith(", 0") and lower(covered, seen) > high:
            found.append("coverage (wide)")
    return found


HEAD = ("world", "tables", "false", "before", "wrong cause", "right cause", "untold", "kept", "coverage", "missed")


def line(tally: Tally, before: Mapping[str, int], false_before: Mapping[str, float]) -> tuple[str, ...]:
    """One line of the table, a text a column; all but the number of tables in percent."""
    n = tally.tables
    both = kept(tally, before) if tally.honest else None
    cover = "; ".join(f"{claim}: {100 * a / b:.1f}" for claim, (a, b) in sorted(tally.covered.items()) if b)
    return (
        tally.world,
        str(n),
        f"{100 * tally.false / n:.1f}",
        f"{100 * false_before[tally.world]:.1f}" if tally.world in false_before else "",
        f"{100 * tally.causes_false / n:.1f}",
        f"{100 * tally.causes_right / n:.0f}",
        f"{100 * tally.untold / n:.0f}",
        f"{100 * both[0] / both[1]:.0f} of {both[1]}" if both else "",
        cover,
        ", ".join(dict.fromkeys(missed(tally, before))),
    )


def text(lines: Sequence[Sequence[str]]) -> str:
    """The table for a terminal."""
    widths = [max(len(row[i]) for row in (HEAD, *lines)) for i in range(len(HEAD))]
    shown = [
        "  ".join(
            cell.ljust(width) if i in (0, 8, 9) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (HEAD, *lines)
    ]
    return "\n".join(row.rstrip() for row in shown)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """The table for a page."""
    rows = [HEAD, ("---",) + ("---:",) * 7 + ("---",) * 2, *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def bits(tally: BitTally) -> str:
    """The count of the cases about bits, in a few lines."""
    return (
        f"bits: {tally.cases} cases by hand; false ticks {len(tally.false)}, false causes {len(tally.causes_false)}, "
        f"against itself {len(tally.against_itself)}, right where it should be {tally.right} of {tally.wanted}"
    )


def summary(tallies: Sequence[Tally], before: Mapping[str, int]) -> str:
    """How many worlds keep every target, and the worst of each."""
    good = sum(not missed(tally, before) for tally in tallies)
    clash = sum(tally.against_itself for tally in tallies)
    false = max((tally.false / tally.tables, tally.world) for tally in tallies)
    cause = max((tally.causes_false / tally.tables, tally.world) for tally in tallies)
    return (
        f"{good} of {len(tallies)} worlds keep every target; most false ticks: {100 * false[0]:.1f} % ({false[1]}); "
        f"most wrong causes: {100 * cause[0]:.1f} % ({cause[1]}); verdicts that contradict themselves: {clash}"
    )


PICTURED = {
    "no node effect, AR(1) 0.7 (repeat)": "neighbours in time alike",
    "drift of 3 sd, node after node (repeat, when)": "drift, node after node",
    "a turbo state of eight runs, node after node": "turbo, node after node",
    "a turbo state of eight runs, side by side": "turbo, side by side",
    "boots differ by 2 %, repeats by 0.3 %, 1 boots of 8 nodes, recorded": "boots differ, one of each node",
    "boots differ by 2 %, repeats by 0.3 %, 3 boots of 8 nodes, recorded": "boots differ, three of each",
    "Pastes: ten batches, three casks, batch sd 0": "casks differ, batches do not",
    "sessions in a boot differ, nodes do not": "sessions differ",
    "swap design, no effect": "swap design, no effect",
    "all boots of one image first, drift": "one image first, drift",
    "default always first, drift (time known)": "setting off first, drift",
    "records: drift, all default runs first": "records: setting off first",
    "records: as run today: one boot a node, boots differ by 2 %": "records: one boot a node",
    "records: AR(1) 0.8, one boot": "records: neighbours alike",
    "two settings always set together": "two settings, always together",
    "slow runs fail under the setting": "slow runs fail when set",
    "neighbours slow each other down": "nodes slow each other down",
    "nothing, mean near zero": "shares of a mean near zero",
    "changes: one place, by an update of its kernel": "one place changed: hardware?",
    "nodes differ, three equal boots": "honest: nodes differ",
    "nothing, three boots": "honest: nothing there",
}
"""The worlds of the picture, with short names."""


def picture(path: Path, tallies: Sequence[Tally], before: Mapping[str, float]) -> None:
    """Draw tables with a false tick before and now, in percent, for the worlds of `PICTURED`."""
    now = {tally.world: 100 * tally.false / tally.tables for tally in tallies}
    rows = [(short, (100 * before[name], now[name])) for name, short in PICTURED.items() if name in now]
    title = "Tables with a false tick, in worlds made to fool the verdict (target: grey band)"
    svg.dots(path, title, ["before", "now"], rows, (0, 5), (0, 100))


def old_false() -> dict[str, float]:
    """The stored share of tables with a false tick before this bench."""
    return dict(json.loads(OLD.read_text(encoding="utf-8"))["false"]) if OLD.exists() else {}
