"""The sentences in English."""

from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.changed import ChangeFinding, SpeedFinding, UnchangedFinding
from sidus_lab.analysis.findings.limits import LimitFinding, OutlookFinding, TallyFinding
from sidus_lab.analysis.findings.software import SoftwareFinding
from sidus_lab.analysis.say.en.bits import bits
from sidus_lab.analysis.say.en.changes import changed, speed, unchanged
from sidus_lab.analysis.say.en.limits import limit, outlook, tally
from sidus_lab.analysis.say.en.software import software
from sidus_lab.analysis.say.said import Words

WORDS: Words = {
    BitsFinding: bits,
    ChangeFinding: changed,
    LimitFinding: limit,
    OutlookFinding: outlook,
    SoftwareFinding: software,
    SpeedFinding: speed,
    TallyFinding: tally,
    UnchangedFinding: unchanged,
}
