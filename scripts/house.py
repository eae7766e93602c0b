"""Write the tables of docs/architecture.md: the rooms from tests/rooms.toml, and what is measured of the house.

    .venv/bin/python scripts/house.py [--measured]

It always brings the tables of rooms, wings and doors up to date and prints the measures. Only with --measured does it
write these too (half a minute, since it times the import): they change with every commit. Everything between a pair of
marks ``<!-- house: ... -->`` and ``<!-- /house -->`` is replaced; the rest of the page is written by people.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path

import house_measure as measure
from house_rules import FACE, Rules

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
TABLE = ROOT / "tests" / "rooms.toml"


def read_rules(text: str) -> Rules:
    """Read the table."""
    found = tomllib.loads(text)
    return Rules(
        rooms=found["rooms"],
        wings=found.get("wings", {}),
        doors=found.get("doors", {}),
        libraries=found.get("libraries", {}),
        standard_library_only=found.get("standard_library_only", {}),
        about=found.get("about", {}),
        tested_by=found.get("tested_by", {}),
        limit=found["limit"],
        aim=found["aim"],
    )


def sources() -> dict[str, str]:
    """Give the text of every module of the package by its path below the repository."""
    paths = sorted((ROOT / "sidus_lab").rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}


def rooms_table(rules: Rules, folders: set[str]) -> str:
    """Give the rooms as a table: name, what it is, what it may import."""
    rows = ["| room | what it is | may import |", "|---|---|---|"]
    for room, others in rules.rooms.items():
        shown = f"`{room}/`" if room in folders else f"`{room}.py`"
        rows.append(f"| {shown} | {rules.about.get(room, '')} | {', '.join(others) or 'nothing'} |")
    return "\n".join(rows)


def wings_table(rules: Rules) -> str:
    """Give the wings of every room that has some, as tables."""
    parts = []
    for room, wings in rules.wings.items():
        rows = [f"Inside `{room}/`:", "", "| wing | may import |", "|---|---|"]
        rows += [f"| `{wing}` | {', '.join(o) or 'nothing'} |" for wing, o in wings.items() if wing != FACE or o]
        parts.append("\n".join(rows))
        if room in rules.doors:
            parts.append(f"Other rooms enter `{room}/` by {', '.join(f'`{wing}`' for wing in rules.doors[room])} only.")
    return "\n\n".join(parts)


def replaced(page: str, name: str, content: str) -> str:
    """Give the page with what stands between the marks of `name` replaced.

    Raises ValueError when the page has no such marks.
    """
    pattern = re.compile(rf"(<!-- house: {name} -->\n).*?(<!-- /house -->)", re.DOTALL)
    made, count = pattern.subn(lambda found: f"{found[1]}{content}\n{found[2]}", page)
    if count != 1:
        raise ValueError(f"{PAGE.name} has {count} places for the table {name!r}, and there must be one.")
    return made


def with_rooms(page: str, rules: Rules) -> str:
    """Give the page with the tables of rooms and wings brought up to date."""
    folders = {path.name for path in (ROOT / "sidus_lab").iterdir() if path.is_dir()}
    return replaced(replaced(page, "rooms", rooms_table(rules, folders)), "wings", wings_table(rules))


def main() -> int:
    """Bring the page up to date; print the measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", action="store_true", help="write the measures too, and time the import")
    given = parser.parse_args()
    rules, before = read_rules(TABLE.read_text()), PAGE.read_text()
    ratio = measure.import_time(ROOT) if given.measured else "not measured"
    rows = measure.table(sources(), rules, ROOT / "tests", ratio)
    page = with_rooms(before, rules)
    if given.measured:
        page = replaced(page, "measured", rows)
    if page != before:
        PAGE.write_text(page)
    print(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
