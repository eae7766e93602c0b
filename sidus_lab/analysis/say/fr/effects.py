"""Ce qu'un réglage, une image, un code ou un nœud fait à une réponse."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import SettingFinding, SwapFinding, UntoldFinding
from sidus_lab.analysis.say.fr.doubts import doubts
from sidus_lab.analysis.say.fr.nodes import amount, distance
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import Ends, count, level_name, names, number, percent, percents, span

SETTING = (
    "test t sur les nœuds ou les blocs (Holm sur tous les tests), même effet sur tous les nœuds, niveaux en ordre "
    "mêlé, "
    "pas d'exécutions perdues à un seul niveau, changement au-dessus du bruit A/A"
)
SWAP = "test F entre démarrages (codes : en eux), significatif à 2 % sur tous les tests (Holm), niveaux en ordre mêlé"


def setting(finding: SettingFinding) -> Said:
    """Ce que fait un niveau d'un réglage par rapport à sa référence, ou pourquoi cela ne peut être dit."""
    name = f"{finding.factor}={finding.level}"
    against = "" if finding.baseline == "default" and finding.duration else f" contre {finding.baseline}"
    start = f"{finding.subject} avec {name}{against}" if finding.duration else f"{name}{against}"
    if finding.claim is Claim.EFFECT_NOT_TOLD:
        return Said(f"{start} : {_not_told(finding)}", SETTING)
    if finding.claim is Claim.EFFECT_VARIES:
        return Said(f"{start} : {_varies(finding)}{_missing(finding)}{doubts(finding)}", SETTING)
    assert finding.interval is not None
    assert finding.estimate is not None
    ends = _ends(finding, finding.interval)
    scope = f"sur {count(finding.units, 'nœud')}"
    if finding.counted == "block":
        where = "ce nœud" if len(finding.nodes) == 1 else f"ces {len(finding.nodes)} nœuds"
        scope = f"sur {where} seulement, {finding.units} blocs d'exécutions"
    interval = f"({ends}, intervalle à {level_name(finding.interval.level)}, {scope})"
    if finding.claim is Claim.EFFECT_NOT_SHOWN:
        what = "du temps" if finding.duration else f"de {finding.subject}"
        p_value = number(finding.p_value, 2)
        return Said(
            f"{start} : aucun changement {what} n'est montré {interval[:-1]} ; p = {p_value}).{_detectable(finding)}",
            SETTING,
        )
    if finding.claim is Claim.EFFECT_WITHIN_FLOOR:
        size = percent(abs(finding.estimate))
        return Said(f"{start} : {size} {interval}, dans le bruit A/A de {percent(finding.floor)}.", SETTING)
    text = f"{start} : {_change(finding, finding.estimate)} {interval}"
    return Said(f"{text}.{_missing(finding)}{doubts(finding)}", SETTING)


def _detectable(finding: SettingFinding) -> str:
    """La taille qui aurait été trouvée : ce que la même mesure promet."""
    if math.isnan(finding.detectable):
        return ""
    size = distance(finding, finding.detectable)
    return f" Autant de mesures en montrent un de {size} avec une probabilité de 90 %."


def _change(finding: SettingFinding, value: float) -> str:
    size = distance(finding, value)
    if finding.duration:
        return f"{size} de temps en {'plus' if value > 0 else 'moins'} pour le même travail et le même résultat"
    return f"{finding.subject} est {size} plus {'haut' if value > 0 else 'bas'}"


def _not_told(finding: SettingFinding) -> str:
    if finding.why == "too-few":
        return "ne peut être dit ; il faut trois nœuds avec les deux niveaux, ou deux blocs d'exécutions sur ceux-ci."
    return "rien n'est dit de la vitesse, car " + {
        "other-work": "le travail fait diffère.",
        "other-bits": "le résultat diffère de celui obtenu sans rien forcer.",
        "no-work": "le travail fait n'a pas été noté.",
        "no-bits": "l'égalité des résultats n'a pas été notée.",
    }.get(finding.why, "cela ne peut être dit.")


def _varies(finding: SettingFinding) -> str:
    by_node = dict(finding.effects)
    up = [node for node in finding.acting if by_node[node] > 0]
    down = [node for node in finding.acting if by_node[node] <= 0]
    parts = [_group(finding, [by_node[n] for n in group], group) for group in (up, down) if group]
    rest = [node for node in finding.nodes if node not in finding.acting]
    elsewhere = f" ; rien n'est montré ailleurs ({names(rest)})" if rest else ""
    return f"l'effet n'est pas le même sur tous les nœuds : {' et '.join(parts)}{elsewhere}."


def _group(finding: SettingFinding, values: list[float], nodes: list[str]) -> str:
    low, high = min(values), max(values)
    word = (
        ("plus de temps" if low > 0 else "moins de temps")
        if finding.duration
        else "plus haut"
        if low > 0
        else "plus bas"
    )
    ends = sorted((abs(low), abs(high)))
    same = distance(finding, ends[0]) == distance(finding, ends[1])
    size = distance(finding, low) if same else f"{distance(finding, ends[0])} à {distance(finding, ends[1])}"
    return f"{size} {word} sur {names(nodes)}"


def _missing(finding: SettingFinding) -> str:
    return f" {names(finding.missing)} : pas les deux niveaux." if finding.missing else ""


def _ends(finding: SettingFinding | SwapFinding, ends: Ends) -> str:
    return percents(ends) if finding.relative else span(ends, finding.response_unit)


def swap(finding: SwapFinding) -> Said:
    """Si un facteur d'un plan d'échange est une cause."""
    role = {"node": "le matériel", "image": "le logiciel", "code": "le code"}.get(finding.role, finding.role)
    size = math.nan if finding.estimate is None else finding.estimate
    if finding.claim is Claim.INTERACTION:
        text = f"{finding.name} : l'effet de l'un dépend de l'autre, aucun n'est la cause à lui seul."
    elif finding.claim is Claim.EFFECT_NOT_TOLD:
        why = _untested(finding.role, finding.why, finding.comparisons)
        text = f"{finding.name} : si {role} est une cause ne peut être dit : {why}."
    elif finding.claim is Claim.EFFECT_WITHIN_FLOOR:
        text = (
            f"{finding.name} : ses niveaux diffèrent jusqu'à {distance(finding, size)}, ce qui reste dans le bruit A/A."
        )
    elif finding.claim is Claim.EFFECT:
        ends = finding.interval
        inside = f" ({_ends(finding, ends)}, intervalle à {level_name(ends.level)})" if ends is not None else ""
        if finding.cause == "unknown":
            text = f"{finding.name} : ses niveaux diffèrent jusqu'à {distance(finding, size)}{inside}.{doubts(finding)}"
        else:
            apart = f"{distance(finding, size)}{inside}"
            text = f"{finding.name} : {role} est une cause ; ses niveaux diffèrent jusqu'à {apart}."
    else:
        least = percent(finding.detectable) if finding.relative else amount(finding, finding.detectable)
        text = f"{finding.name} : aucun effet n'est montré ({role}) ; un effet de {least} aurait été vu 9 fois sur 10."
    return Said(text, SWAP)


def _untested(role: str, why: str, comparisons: int) -> str:
    if why == "never-alone":
        return f"{role} ne change jamais quand le reste ne change pas"
    if why == "within-floor":
        return "sa taille reste dans le bruit A/A"
    return f"l'erreur repose sur {count(comparisons, 'comparaison')} de démarrages égaux, ce qui est trop peu"


def untold(finding: UntoldFinding) -> Said:
    """Qu'un plan d'échange ne nomme aucune cause."""
    untested = " ; ".join(f"{name} : {_untested(name, why, rests)}" for name, why, rests in finding.untested)
    why = untested or "aucun effet ne ressort des différences entre démarrages égaux"
    return Said(f"Ce qui fait la différence ne peut être dit : {why}.", SWAP)
