"""Si les répétitions se ressemblent dans l'ordre du temps, et si la réponse dérive."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import DriftFinding, RepeatsFinding
from sidus_lab.analysis.say.fr.doubts import doubts
from sidus_lab.analysis.say.fr.nodes import distance
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import duration, level_name, number, percents, span


def repeats(finding: RepeatsFinding) -> Said:
    """Si le numéro de la répétition joue (échauffement)."""
    check = f"premier {finding.within} contre les autres, et pente sur {finding.within} ; tests t sur les nœuds (Holm)"
    p_value = f"p = {number(finding.p_value, 2)}"
    if finding.claim is Claim.REPEATS_DIFFER:
        value = finding.estimate or 0.0
        text = (
            f"Les répétitions ne se ressemblent pas : {finding.within} {finding.level} est {distance(finding, value)} "
            f"{'au-dessus' if value > 0 else 'en dessous'} des autres ({p_value}). Échauffement ou dérive ; cela fait "
            "partie de la variance dans les nœuds."
        )
        return Said(text + doubts(finding), check)
    text = f"Aucun effet de {finding.within} n'est montré ({p_value})"
    size = f"{number(finding.detectable, 2)} écarts types des répétitions"
    if finding.alike:
        return Said(
            f"{text}, et un effet de {size} aurait été vu 9 fois sur 10 : les répétitions peuvent être tenues pour "
            "semblables à cela près.",
            check,
        )
    return Said(
        f"{text}, mais un effet de moins de {size} n'aurait guère été vu : si les répétitions se ressemblent reste "
        "ouvert.",
        check,
    )


def drift(finding: DriftFinding) -> Said:
    """Si la réponse dérive avec le temps."""
    check = "t de Student sur les pentes des nœuds dans le temps (Holm sur tous les tests)"
    if finding.claim is Claim.DRIFT_NOT_SHOWN:
        p_value = number(finding.p_value, 2)
        return Said(f"Aucune dérive n'est montrée (p = {p_value}, sur {finding.over_nodes} nœuds).", check)
    assert finding.interval is not None
    value = finding.estimate or 0.0
    ends = percents(finding.interval) if finding.relative else span(finding.interval, finding.response_unit)
    while_ = "de la première exécution à la dernière"
    if not math.isnan(finding.hours):
        while_ = f"pendant les {duration(3600 * finding.hours)} de mesure d'un nœud"
    text = (
        f"{finding.subject} {'monte' if value > 0 else 'baisse'} de {distance(finding, value)} {while_} "
        f"({ends}, intervalle à {level_name(finding.interval.level)}, sur {finding.over_nodes} nœuds) : une dérive, "
        "qui "
        "fait partie de la variance dans les nœuds."
    )
    return Said(text + doubts(finding), check)
