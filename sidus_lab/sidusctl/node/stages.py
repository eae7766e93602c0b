"""The words of a boot: which stages nodes report, why one refuses, and why one counts as lost.

They stand here once. What sends them (iPXE, the boot script, the node's own system) is held against this table by a
test; sentences for people belong to the other half, keyed by these words.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple


class Stage(NamedTuple):
    """A stage, the share of a whole boot that is behind a node when it reports it, and who reports it.

    The shares were measured on virtual machines; only progress bars depend on them.
    """

    word: str
    share: float
    sender: str


STAGES: Tuple[Stage, ...] = (
    Stage("firmware", 0.02, ""),  # nobody reports it: the power came on and nothing was heard yet
    Stage("ipxe", 0.10, "ipxe"),
    Stage("network", 0.30, "boot script"),
    Stage("fetching", 0.30, "boot script"),
    Stage("fetched", 0.50, "boot script"),
    Stage("verified", 0.55, "boot script"),
    Stage("scrubbed", 0.65, "boot script"),
    Stage("mounted", 0.70, "boot script"),
    Stage("ready", 1.00, "system"),
)
"""In the order of a boot. A stage may be left out: `scrubbed` is reported only where a scrub was asked for."""

REFUSED = "refused"
"""Reported in place of the next stage, with a reason; the node stays down."""

SHARES: Dict[str, float] = {**{stage.word: stage.share for stage in STAGES}, REFUSED: 1.0}

REFUSALS: Dict[str, str] = {
    "ipxe-fetch": "ipxe",
    "not-ordered": "ipxe",
    "no-server": "boot script",
    "no-node": "boot script",
    "no-root-hash": "boot script",
    "no-network": "boot script",
    "fetch-failed": "boot script",
    "no-loop": "boot script",
    "verity": "boot script",
    "scrub": "boot script",
    "no-overlay": "boot script",
    "own-files": "boot script",
    "no-root": "boot script",
}
"""Reason of a refusal -> who refuses."""

LOSSES: Tuple[str, ...] = ("silent", "power-unknown", "not-from-here", "no-report")
"""Why a node counts as slow, then as lost: silent since a stage; power and reports both unknown; on, but not switched
on from here and without a report; switched on from here and without a report."""

SENDER, NEWCOMER = "-", "newcomer"
"""A machine that is in no inventory reports in place of a node's name, which cannot be this, and by this stage."""

NEWCOMER_QUERY = (
    "mac=${mac:hexhyp}&uuid=${uuid}&maker=${manufacturer:uristring}&product=${product:uristring}"
    "&serial=${serial:uristring}&firmware=${platform}"
)
"""What iPXE fills in and sends: it reads maker, product and serial number from the machine's SMBIOS tables."""
