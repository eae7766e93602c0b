"""L'essai d'un réglage : sa réponse, ce qu'il faudrait, et ses conditions."""

from __future__ import annotations

from sidus_lab.analysis.findings.setting import Condition, SettingDecision
from sidus_lab.words import level_name, number, percent, percents


def text(found: SettingDecision) -> str:
    """La réponse et sa raison."""
    name, target, margin = found.changed, found.workload, percent(found.margin)
    contrast, interval = found.contrast, found.contrast.interval
    if interval is None:
        return f"On ne peut dire si {name} change {target} : il n'y a rien d'où estimer une erreur."
    shown = f"{percents(interval)}, intervalle à {level_name(interval.level)}"
    scope = ""
    if contrast.unit != "node":
        scope = f" sur {'ce nœud' if contrast.nodes == 1 else f'ces {contrast.nodes} nœuds'}"
    if found.reason == "not-allowed":
        why = " ; ".join(outcome(each, found) for each in found.failed)
        return f"On ne peut dire ici si {name} change {target} : {why}."
    if found.reason == "effect":
        direction = "plus" if contrast.relative > 0 else "moins"
        size = percent(abs(contrast.relative))
        return f"Oui : avec {name}, {target} prend {size} de temps en {direction}{scope} ({shown})."
    if found.reason == "negligible":
        return f"Non : {name} change {target} de moins de {margin}{scope} ({shown})."
    units = f"{contrast.units} {_unit(found, contrast.units)}"
    return (
        f"On ne peut dire de {units} si {name} change {target} de plus de {margin} ({shown}) ; "
        f"il faudrait {takes(found)}."
    )


def takes(found: SettingDecision) -> str:
    """Ce qu'il faudrait pour le dire ; vide là où c'est dit."""
    if found.reason == "no-error":
        return "au moins deux blocs d'exécutions, ou trois nœuds"
    if found.reason == "not-allowed":
        return title(found.failed[0])
    if found.reason != "noise":
        return ""
    more = f"environ {number(found.more)} {_unit(found, found.more)}"
    return f"{more} d'exécutions de plus" if found.contrast.unit == "block" else f"{more} de plus"


def _unit(found: SettingDecision, number_of: int) -> str:
    noun = "bloc" if found.contrast.unit == "block" else "nœud"
    return noun if number_of < 2 else f"{noun}s"


def title(condition: Condition) -> str:
    """Le nom d'une condition."""
    if condition.kind == "manipulation" and condition.name:
        return f"{condition.name} change avec le réglage"
    return {
        "order": "des exécutions dans l'ordre ABBA, ou au hasard, dans chaque bloc",
        "manipulation": "une vérification de la manipulation",
        "positive": "un témoin positif",
        "negative": "un témoin négatif",
    }[condition.kind]


def outcome(condition: Condition, found: SettingDecision) -> str:
    """Ce qu'il en est d'une condition."""
    name = condition.name
    relative = condition.contrast.relative if condition.contrast else 0.0
    return {
        ("order", "held"): "les deux niveaux viennent aussi tôt l'un que l'autre",
        ("order", "broken"): "un niveau a toujours été mesuré avant l'autre",
        ("order", "not-recorded"): "l'ordre des exécutions n'est pas noté, une dérive n'est donc pas exclue",
        ("manipulation", "held"): f"{name} change de {number(relative)}",
        ("manipulation", "broken"): f"{name} ne change pas avec le réglage",
        ("manipulation", "missing"): "rien ne montre que le réglage a pris effet",
        ("positive", "held"): f"{name} répond ({percent(relative)})",
        ("positive", "broken"): f"{name}, connu pour répondre, ne répond pas : l'essai est aveugle",
        ("positive", "missing"): "il n'y a pas de charge connue pour répondre, l'essai est peut-être aveugle",
        ("negative", "held"): f"{name} ne répond pas",
        ("negative", "broken"): f"il n'est pas montré que {name}, connu pour ne pas répondre, reste sous "
        f"{percent(found.margin)}",
        ("negative", "missing"): "il n'y a pas de charge connue pour ne pas répondre, autre chose a pu changer",
        ("negative", "unmeasured"): f"{name} n'a pas été mesuré assez souvent",
    }[condition.kind, condition.outcome]
