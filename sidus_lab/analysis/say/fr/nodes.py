"""Si les nœuds diffèrent, lesquels se tiennent à l'écart, et si le type de matériel joue."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import CAUSE_ALPHA, Claim, Doubt
from sidus_lab.analysis.findings.claims import ApartFinding, KindFinding, NodeFinding, ResponseFinding
from sidus_lab.analysis.say.fr.doubts import doubts
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, level_name, names, number, percent, percents

CHECK = (
    "test F des nœuds sur {unit}, pour des dispersions inégales et des voisins qui se ressemblent (Holm sur tous les "
    "tests) ; un intervalle de la part qui n'atteint pas 0{floor}"
)
UNITS = {"boot": "les démarrages", "session": "les sessions", "run": "les exécutions"}


def amount(finding: ResponseFinding, value: float) -> str:
    """Un nombre avec l'unité de la réponse."""
    return f"{number(value)} {finding.response_unit}".rstrip()


def distance(finding: ResponseFinding, value: float) -> str:
    """Un écart : une part de la moyenne quand cela a un sens, sinon dans l'unité de la réponse."""
    return percent(abs(value)) if finding.relative else amount(finding, abs(value))


def nodes(finding: NodeFinding) -> Said:
    """Comment la variance se partage entre les nœuds et en eux, et si les nœuds diffèrent."""
    floor = "" if math.isnan(finding.floor) else " ; moyennes des nœuds plus éloignées que A/A"
    check = CHECK.format(unit=UNITS[finding.counted], floor=floor)
    name = f"{finding.subject} : " if finding.duration else ""
    if finding.claim is Claim.NODES_NOT_TOLD:
        return Said(f"{name}{_not_told(finding)}", "au moins deux nœuds, avec deux répétitions sur l'un d'eux")
    if finding.claim is Claim.NODES_CONSTANT:
        text = f"{name}toutes les valeurs sont {amount(finding, finding.mean)} : aucune variance à partager."
        return Said(text, check)
    assert finding.estimate is not None
    assert finding.interval is not None
    what = " de la durée" if finding.duration else ""
    text = (
        f"{name}{percent(finding.estimate)} de la variance{what} est entre les {count(finding.number, 'nœud')} "
        f"({percents(finding.interval)}, intervalle à {level_name(finding.interval.level)}), "
        f"{percent(1 - finding.estimate)} en eux.{_worth(finding)} "
    )
    if finding.claim is Claim.NODES_NOT_SHOWN:
        why = f"p = {number(finding.p_value, 2)}" if finding.p_value >= 0.05 else "l'intervalle atteint 0"
        return Said(f"{text}Aucune différence entre les nœuds n'est montrée ({why}).", check)
    if finding.claim is Claim.NODES_WITHIN_FLOOR:
        return Said(
            f"{text}Le nœud le plus haut est {percent(finding.gap)} au-dessus du plus bas, ce qui reste dans le bruit "
            f"A/A de {percent(finding.floor)} : le même programme sur le même nœud diffère autant de lui-même.",
            check,
        )
    return Said(f"{text}{_differ(finding)}{doubts(finding)}", check)


def _not_told(finding: NodeFinding) -> str:
    if finding.why == "one-node":
        return (
            f"tout a été mesuré sur un seul nœud ({finding.nodes[0]}) : les répétitions ont un écart type de "
            f"{amount(finding, finding.sd_within)} autour de {amount(finding, finding.mean)}, et rien ne peut être dit "
            "des autres nœuds."
        )
    return (
        f"chacun des {finding.number} nœuds a été mesuré une fois : les valeurs ont un écart type de "
        f"{amount(finding, finding.sd_between)}, et la part du nœud et celle du hasard ne se distinguent pas. Une "
        "seconde répétition sur quelques nœuds le dirait."
    )


def _worth(finding: NodeFinding) -> str:
    ends = finding.rho_interval
    if not finding.worth < 0.9 * finding.repeats or finding.counted != "run":
        return ""
    if ends is None:
        return (
            " Si peu de répétitions ne montrent pas si les voisins dans le temps se ressemblent : celles d'un nœud "
            f"comptent pour {number(finding.worth, 2)} au moins."
        )
    alike = "se ressemblent" if ends.low > 0 else "se ressemblent peut-être"
    return (
        f" Les voisins dans le temps {alike} (autocorrélation de rang 1 : {number(ends.low, 2)} à "
        f"{number(ends.high, 2)}) : les "
        f"{number(finding.repeats)} répétitions d'un nœud comptent pour {number(finding.worth, 2)} au moins."
    )


def _differ(finding: NodeFinding) -> str:
    here = "" if finding.counted == "boot" else " dans cette session"
    sizes = (
        f"l'écart type entre eux est {amount(finding, finding.sd_between)}"
        + (f", {percent(finding.sd_between / abs(finding.mean))} de la moyenne" if finding.relative else "")
        + f", celui des répétitions {amount(finding, finding.sd_within)}"
    )
    over = f" sur {count(finding.units, 'démarrage')}" if finding.counted == "boot" else ""
    by = ""
    if not math.isnan(finding.floor):
        by = f" Le plus haut est {percent(finding.gap)} au-dessus du plus bas, plus que le bruit A/A de "
        by += f"{percent(finding.floor)}."
    if finding.why == "no-floor":
        by = " Mais sans lignes A/A le bruit de fond n'est pas connu, et rien n'en est conclu."
    faster = _faster(finding) if finding.duration else ""
    return f"Les nœuds diffèrent{here}{over} : {sizes}.{by}{_cause(finding)}{faster}"


def _cause(finding: NodeFinding) -> str:
    if finding.cause == "hardware":
        return " Le logiciel est le même : la cause est la machine."
    if finding.failed or finding.why:
        return ""
    if finding.software == "different":
        return " Le logiciel diffère aussi d'un nœud à l'autre : la machine n'est pas la seule cause possible."
    if finding.counted != "boot":
        once = "chaque nœud n'a démarré qu'une fois"
        if not finding.doubted(Doubt.ONE_BOOT):
            once = "les démarrages ne sont pas notés"
        return (
            f" Comme {once}, une différence de démarrage ne se distingue pas d'une différence de machine : aucune "
            "cause "
            "n'est nommée."
        )
    if finding.software == "unknown":
        return " Si c'est la machine ou son logiciel, ces données ne le disent pas."
    if finding.p_value >= CAUSE_ALPHA:
        return f" Une cause est nommée à partir de p < {number(CAUSE_ALPHA)} ; ici p = {number(finding.p_value, 2)}."
    return ""


def _faster(finding: NodeFinding) -> str:
    """Quel nœud est plus rapide, ou pourquoi aucun n'est appelé ainsi."""
    if finding.same_work is False:
        return " Aucun nœud n'est dit plus rapide, car le travail fait diffère."
    if finding.same_bits is False:
        return " Aucun nœud n'est dit plus rapide, car les résultats diffèrent en bits."
    if finding.same_work is None or finding.same_bits is None:
        what = "le travail fait" if finding.same_work is None else "l'égalité des résultats"
        return f" Aucun nœud n'est dit plus rapide, car {what} n'est pas noté."
    fast, slow = finding.means[-1][0], finding.means[0][0]
    return f" Pour le même travail et le même résultat, {fast} est plus rapide que {slow}."


def apart(finding: ApartFinding) -> Said:
    """Des nœuds isolés, loin de tous les autres."""
    each = [
        f"{name} ({distance(finding, gap)} {'au-dessus' if gap > 0 else 'en dessous'})" for name, gap in finding.apart
    ]
    verb = "se tient" if len(each) == 1 else "se tiennent"
    text = f"{names(each)} {verb} à l'écart du nœud médian, bien plus loin que les autres : à regarder en premier."
    check = "distance au nœud médian en écarts types robustes (t de Student, Bonferroni sur les nœuds)"
    return Said(f"{text}{doubts(finding)}", check)


def kind(finding: KindFinding) -> Said:
    """La part de la différence entre nœuds qui va avec leur type de matériel."""
    if finding.claim is Claim.KIND_NOT_TOLD:
        text = f"Tous les nœuds ont le même {finding.kind} : son effet ne peut être dit."
        if finding.levels > 1:
            text = (
                f"{finding.kind} a {finding.levels} niveaux sur {finding.number} nœuds : son effet ne se distingue pas "
                "de celui des machines. Il faut des nœuds qui gardent chacun un type, deux ou plus de chaque type, et "
                "des répétitions."
            )
        return Said(text, f"deux nœuds ou plus de chaque {finding.kind}")
    check = f"test F sur les moyennes des nœuds et rapport de vraisemblance de {finding.kind} (Holm sur tous les tests)"
    ends = finding.interval
    inside = f" ({percents(ends)}, intervalle à {level_name(ends.level)})" if ends is not None else ""
    share = finding.estimate if finding.estimate is not None else math.nan
    start = f"{percent(share)} de la variance est entre les {finding.levels} niveaux de {finding.kind}{inside}"
    p_value = f"p = {number(finding.p_value, 2)}"
    if finding.claim is Claim.KIND_NOT_SHOWN:
        return Said(f"{start} ; que le type de matériel joue n'est pas montré ({p_value}).", check)
    cause = (
        "le type de matériel est une partie de ce qui fait différer les nœuds"
        if finding.cause == "hardware"
        else "des nœuds de types différents diffèrent plus que des nœuds d'un même type ; si c'est le matériel ou ce "
        "qui va avec, ces données ne le disent pas"
    )
    return Said(f"{start} : {cause} ({p_value}).{doubts(finding)}", check)
