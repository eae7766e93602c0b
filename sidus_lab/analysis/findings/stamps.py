"""What was odd about time stamps, as findings."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import Odd, RowsFinding
from sidus_lab.analysis.numbers.clock import Stamps


def odd_stamps(response: str, column: str, found: Stamps, total: int) -> list[RowsFinding]:
    """One finding for each oddity of the time stamps in `column`."""
    seen: dict[Odd, int] = {
        "unreadable": found.unreadable,
        "zones": total if found.zones > 1 else 0,
        "naive": found.naive,
        "disordered": found.disordered,
    }
    return [
        RowsFinding(
            about="data",
            claim=Claim.ROWS_ODD,
            subject=response,
            held=False,
            rows=rows,
            reason=reason,
            columns=(column,),
            total=total,
            zones=found.zones,
        )
        for reason, rows in seen.items()
        if rows
    ]
