"""Ce que les mesures ne permettent pas de dire, et ce qu'il faudrait."""

from __future__ import annotations

from sidus_lab.analysis.findings.limits import LimitFinding, OutlookFinding, TallyFinding
from sidus_lab.analysis.findings.outlook import FACTOR, WIDTH
from sidus_lab.analysis.numbers.planning import Promise
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, names, number, percent, roughly, tabular

MANY = {"show": "montreraient une telle différence", "narrow": "le ramèneraient"}
ONE = {"show": "montrerait une telle différence", "narrow": "le ramènerait"}
STATUSES = {"failed": "en échec", "lost": "perdues", "cancelled": "annulées", "unknown": "d'état inconnu"}


def tally(finding: TallyFinding) -> Said:
    """Les lignes qui n'ont pas servi."""
    if finding.reason == "copies":
        text = f"{count(finding.rows, 'ligne')} : copies exactes d'autres lignes, comptées une seule fois."
        return Said(text, "il n'y a pas deux lignes égales dans toutes les colonnes")
    if finding.reason == "untimed":
        text = f"{count(finding.rows, 'ligne')} sans durée positive : utilisées pour les bits, non pour le temps."
        return Said(text, "chaque durée est un nombre positif")
    statuses = ", ".join(
        f"{number_of} {STATUSES.get(status, status)}" for status, number_of in finding.statuses.items()
    )
    lost = f" Il ne reste aucune ligne utilisable de {names(finding.nodes)}." if finding.nodes else ""
    text = f"{finding.rows} lignes sur {finding.total} n'ont pu servir : {statuses}.{lost}"
    return Said(text, "l'état de chaque ligne")


def limit(finding: LimitFinding) -> Said:
    """Ce que ce plan d'expérience ne peut pas dire."""
    who = names(finding.nodes)
    if finding.limit == "one-node":
        text = (
            f"Tout a été mesuré sur un seul nœud ({who}) : on ne peut rien dire des autres. Il en faut au moins un "
            f"autre."
        )
        return Said(text, "au moins deux nœuds")
    if finding.limit == "single-kind":
        each = "sont chacun le seul nœud de leur" if len(finding.nodes) > 1 else "est le seul nœud de son"
        text = (
            f"{who} {each} type de matériel : une différence entre types ne se distingue pas d'une différence "
            f"entre "
            "deux machines. Un nœud de plus de chacun de ces types le dirait."
        )
        return Said(text, "au moins deux nœuds de chaque type de matériel")
    if finding.limit == "no-floor":
        text = (
            "Il n'y a pas d'essai A/A (la même chose mesurée deux fois sur un nœud) : le bruit de fond n'est pas connu."
        )
        return Said(text, "des essais A/A sur au moins un nœud")
    check = "les états de repos du processeur sont visibles sur les nœuds"
    if finding.limit == "virtual":
        text = (
            f"L'effet des états C (économie d'énergie d'un processeur au repos) ne peut être essayé sur {who} : une "
            f"machine "
            "virtuelle ne les commande pas. Il faut un nœud physique."
        )
        return Said(text, check)
    text = (
        f"L'effet des états C ne peut être essayé sur {who} : le noyau n'y montre aucun état de repos. Il faut un "
        f"nœud dont "
        "le noyau en montre."
    )
    return Said(text, check)


def outlook(finding: OutlookFinding) -> Said:
    """Combien de nœuds de plus diraient ce que ceux-ci ne peuvent pas dire, et avec quelle chance."""
    found = finding.outlook
    cost = f" ({roughly(finding.seconds)} de mesure sur chacun)" if finding.seconds else ""
    check = (
        f"intervalle de chaque part entre les nœuds large d'au plus {percent(WIDTH)}, et écart-type entre les nœuds "
        f"connu à "
        f"un facteur {number(FACTOR, 1)} près"
    )
    these, name = count(found.nodes, "nœud"), found.widest
    if found.state == "badly-known":
        if found.asked == "width":
            to = f"à {percent(WIDTH)}"
            plan = _promised(found.plan, f"{MANY['narrow']} {to}", f"{ONE['narrow']} {to}", f"de le ramener {to}")
        else:
            plan = _promised(found.plan, MANY["show"], ONE["show"], "de montrer une telle différence")
        text = (
            f"Avec {these}, la part entre les nœuds est mal connue ({name} : l'intervalle s'étend sur "
            f"{percent(found.width)}). {plan}{cost}."
        )
        return Said(text, check)
    if found.state == "these-only":
        to = f"à un facteur {number(FACTOR, 1)}"
        plan = _promised(found.plan, f"{MANY['narrow']} {to}", f"{ONE['narrow']} {to}", f"de le ramener {to}")
        unit = f" {finding.response_unit}" if finding.response_unit else ""
        text = (
            f"Ce qui est dit vaut pour ces {these}. Combien les nœuds diffèrent en général se voit mal sur "
            f"{found.nodes} : l'écart-type de {name} entre les nœuds peut être n'importe où de "
            f"{number(found.spread.low)} à {number(found.spread.high)}{unit}. {plan}{cost}."
        )
        return Said(text, check)
    text = (
        f"{these} suffisent pour les parts entre les nœuds : l'intervalle le plus large ({name}) s'étend sur "
        f"{percent(found.width)}."
    )
    return Said(text, check)


def _promised(plan: Promise | None, many: str, one: str, goal: str = "") -> str:
    """Ce qu'un plan promet, avec quelle chance, et ce qu'il suppose de la part ; `many` pour plusieurs nœuds."""
    if plan is None:
        return f"Aucun nombre de nœuds jusqu'à {tabular(1000)} ne promet {goal}"
    if not plan.more:
        return f"Autant de nœuds, mesurés une fois de plus, {many} avec {percent(plan.chance)} de chances"
    given = "" if plan.share is None else f", si la part entre les nœuds est de {percent(plan.share)}"
    does = many if plan.more > 1 else one
    return f"{count(plan.more, 'nœud')} de plus {does} avec {percent(plan.chance)} de chances{given}"
