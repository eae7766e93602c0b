"""Les phrases en français."""

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
from sidus_lab.analysis.say.fr.bits import bits
from sidus_lab.analysis.say.fr.changes import changed, speed, unchanged
from sidus_lab.analysis.say.fr.effects import setting, swap, untold
from sidus_lab.analysis.say.fr.limits import limit, outlook, tally
from sidus_lab.analysis.say.fr.nodes import apart, kind, nodes
from sidus_lab.analysis.say.fr.repeats import drift, repeats
from sidus_lab.analysis.say.fr.rows import rows
from sidus_lab.analysis.say.fr.software import software
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

CONTRADICTED = "Une autre phrase de ce verdict dit le contraire : ceci n'est donc pas affirmé."
