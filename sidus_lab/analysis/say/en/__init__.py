"""The sentences in English."""

from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.changed import ChangeFinding, SpeedFinding, UnchangedFinding
from sidus_lab.analysis.findings.claims import (
    ApartFinding,
    DriftFinding,
    KindFinding,
    NodeFinding,
    RepeatsFinding,
    RowsFinding,
    SettingFinding,
    SwapFinding,
    UntoldFinding,
)
from sidus_lab.analysis.findings.limits import LimitFinding, OutlookFinding, TallyFinding
from sidus_lab.analysis.findings.software import SoftwareFinding
from sidus_lab.analysis.say.en.bits import bits
from sidus_lab.analysis.say.en.changes import changed, speed, unchanged
from sidus_lab.analysis.say.en.effects import setting, swap, untold
from sidus_lab.analysis.say.en.limits import limit, outlook, tally
from sidus_lab.analysis.say.en.nodes import apart, kind, nodes
from sidus_lab.analysis.say.en.repeats import drift, repeats
from sidus_lab.analysis.say.en.rows import rows
from sidus_lab.analysis.say.en.software import software
from sidus_lab.analysis.say.said import Words

WORDS: Words = {
    ApartFinding: apart,
    BitsFinding: bits,
    ChangeFinding: changed,
    DriftFinding: drift,
    KindFinding: kind,
    LimitFinding: limit,
    NodeFinding: nodes,
    OutlookFinding: outlook,
    RepeatsFinding: repeats,
    RowsFinding: rows,
    SettingFinding: setting,
    SoftwareFinding: software,
    SpeedFinding: speed,
    SwapFinding: swap,
    TallyFinding: tally,
    UnchangedFinding: unchanged,
    UntoldFinding: untold,
}

CONTRADICTED = "Another sentence of this verdict says otherwise, so this is not claimed."
