"""Rows that were left out or counted once, and what was odd about them."""

from __future__ import annotations

from sidus_lab.analysis.findings.claims import RowsFinding
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, either, names


def rows(finding: RowsFinding) -> Said:
    """One sentence on some rows; none is dropped in silence."""
    columns = names(finding.columns)
    what = {
        "copies": f"are exact copies of others by {columns}, which tell runs apart, and were counted once",
        "alike": "are equal to others in every column; no column tells runs apart, so all were kept as repeats",
        "status": "did not end well (status other than ok) and were left out",
        "text": f"have text in {finding.subject} and were left out",
        "infinite": f"have no finite {finding.subject} and were left out",
        "nameless": f"lack {either(finding.columns) if finding.columns else columns} and were left out",
        "converted": f"have numbers written as text in {finding.subject}; they were read as numbers",
        "trimmed": f"have names with blanks around them in {columns}; the blanks were taken off",
        "unreadable": f"have a {columns} that cannot be read as a time",
        "zones": f"carry {columns} in {finding.zones} different time zones; all were brought to UTC",
        "naive": f"carry a {columns} without time zone, read as UTC",
        "disordered": f"are earlier than the row before them on the same node; {columns} decides, not the order of "
        "rows",
    }[finding.reason]
    return Said(f"{count(finding.rows, 'row')} of {finding.total} {what}.", what)
