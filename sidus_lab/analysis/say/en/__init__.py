"""The sentences in English."""

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
from sidus_lab.analysis.say.en.effects import setting, swap, untold
from sidus_lab.analysis.say.en.nodes import apart, kind, nodes
from sidus_lab.analysis.say.en.repeats import drift, repeats
from sidus_lab.analysis.say.en.rows import rows
from sidus_lab.analysis.say.said import Words

WORDS: Words = {
    ApartFinding: apart,
    DriftFinding: drift,
    KindFinding: kind,
    NodeFinding: nodes,
    RepeatsFinding: repeats,
    RowsFinding: rows,
    SettingFinding: setting,
    SwapFinding: swap,
    UntoldFinding: untold,
}
