"""Ce que les changements dans le temps permettent de dire : la cause que leur motif désigne, et la vitesse."""

from __future__ import annotations

from sidus_lab.analysis.findings.changed import ChangeFinding, SpeedFinding, UnchangedFinding
from sidus_lab.analysis.findings.common_cause import SAME_WORK
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, moment, names, number, percent
from sidus_lab.words import sentence as begin

POINTS_TO = {
    "shared": "tout a bougé en même temps, la cause est donc quelque chose de commun (logiciel, service, réseau, "
    "salle), et "
    "non une seule machine",
    "code": "ceci a bougé partout en même temps et le reste non, la cause est donc ce qui lui est propre : son code, "
    "ses "
    "données d'entrée, ou ce que lui seul utilise ; et non les machines",
    "place": "tout ce qui s'y exécute a bougé et rien ailleurs, la cause est donc en ce lieu ; le motif ne dit pas si "
    "c'est "
    "son matériel, son logiciel ou sa charge",
    "unknown": "ce motif seul ne dit pas la cause",
}


def changed(finding: ChangeFinding) -> Said:
    """Ce qui a bougé, quand et où, ce qui n'a pas bougé, et ce que cela désigne."""
    change = finding.change
    what = f"{finding.value} de {names(change.applications)}" if change.applications != [""] else finding.value
    factor = number(max(change.ratio, 1 / change.ratio))
    moved = f"a été {'multiplié' if change.ratio > 1 else 'divisé'} par {factor}"
    many = len(change.groups)
    where = f"dans les {many} lieux" if many == finding.places > 1 else f"en {count(many, 'lieu')} sur {finding.places}"
    return Said(
        f"{begin(what)} {moved} entre {moment(change.after)} et {moment(change.before)} UTC, {where} ({finding.place} "
        f": "
        f"{names(change.groups)}), alors que {len(change.still)} autres séries n'ont pas bougé : "
        f"{POINTS_TO[finding.cause]}.",
        f"points de rupture, test de permutation sur chaque série (plus grande valeur p {number(finding.p_value)}) ; "
        f"{len(change.also)} séries ont bougé dans la même fenêtre, mais peut-être à un autre moment, "
        f"{len(change.unwatched)} avaient trop peu d'exécutions",
    )


def speed(finding: SpeedFinding) -> Said:
    """Si un changement peut être appelé un changement de vitesse."""
    factor = number(max(finding.ratio, 1 / finding.ratio))
    text = f"Le travail fait est resté le même, c'est donc un changement de vitesse : d'un facteur {factor}."
    if not finding.held:
        work = f"médiane de {number(finding.before)} à {number(finding.after)}"
        text = f"Le travail fait a changé lui aussi ({work}) : rien n'est dit de la vitesse."
    return Said(text, f"travail médian avant et après, égal à {percent(SAME_WORK - 1)} près")


def unchanged(finding: UnchangedFinding) -> Said:
    """Que rien n'a bougé."""
    text = f"Aucun changement du niveau de {finding.subject} d'un facteur {number(finding.least)} ou plus n'est montré."
    return Said(text, "points de rupture, test de permutation")
