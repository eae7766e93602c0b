"""Ce que chaque réglage a fait aux bits, de qui il ne dit rien, et ce qui s'oppose à ce qu'il soit la cause."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.judged import Judged, Partition
from sidus_lab.analysis.say.fr.settings import decides, each, under
from sidus_lab.words import count, either, names, percent


def not_shown(finding: BitsFinding) -> str:
    """Pourquoi un réglage n'est pas appelé la cause."""
    said = []
    for doubt in finding.doubts:
        if doubt.doubt is Doubt.UNBALANCED_ORDER:
            said.append(
                f"sur {names(doubt.nodes)}, toutes les exécutions sans réglage imposé sont venues avant, ou toutes "
                f"après, "
                "celles avec lui"
            )
        elif doubt.doubt is Doubt.ONE_BOOT:
            said.append(
                f"sur {names(doubt.nodes)}, aucun démarrage, code et image n'a eu d'exécutions à la fois avec lui et "
                f"sans"
            )
        elif doubt.doubt is Doubt.SOFTWARE:
            same = {
                "different": "le logiciel diffère d'un nœud à l'autre",
                "code": "le code diffère d'un nœud à l'autre",
            }
            said.append(same.get(doubt.about, "il n'est pas prouvé que le logiciel soit le même"))
        elif doubt.doubt is Doubt.FEW_REPEATS:
            said.append("il y a trop peu de répétitions")
    return " ; ".join(said) or "autre chose peut avoir changé"


def but(finding: BitsFinding, items: tuple[Judged, ...]) -> str:
    """Ce qu'ont fait les autres réglages ; ceux qui ne font que contenir l'un de ceux-ci ne sont pas nommés."""
    others = [i for i in finding.judged if not any(set(other.setting) <= set(i.setting) for other in items)]
    differing = [item for item in others if item.effect in ("changes", "regroups", "splits")]
    text = f", mais pas avec {either([each(item.setting) for item in differing])}" if differing else ""
    return text + "".join(clause(item) for item in others if item not in differing)


def clause(item: Judged) -> str:
    """Ce qu'un réglage a fait, à la suite des groupes de nœuds."""
    name = each(item.setting)
    apart = len(item.before) > 1
    if item.effect == "nothing":
        if item.obeyed is False:
            text = f" ; {name} n'a pas été suivi : le programme annonce un autre choix, et aucun bit n'a changé"
        elif item.in_vain:
            text = f", et encore avec {name}, qui a été suivi : {decides(item.setting)} n'est pas la cause"
        elif item.obeyed and apart:
            text = f", et encore avec {name}, qui n'a changé aucun bit"
        elif apart or item.obeyed is None:
            text = f" ; {name} n'a changé aucun bit sur aucun nœud, il se peut donc qu'il n'ait pas été suivi"
        else:
            text = f" ; {name} n'a changé aucun bit"
    elif item.effect == "changes" and apart:
        text = f", et encore avec {name}"
        if item.in_vain:
            text += f", qui a changé les bits sur chacun : {decides(item.setting)} n'est pas la cause"
        else:
            text += f", qui n'a changé les bits que sur {names(item.moved)}" if item.moved != item.nodes else ""
    elif item.effect == "changes":
        text = f" ; avec {name}, les bits changent de même sur {names(item.nodes)}"
    elif item.effect in ("splits", "regroups", "merges"):
        text = f" ; avec {name}, les groupes sont {partition(item.after)}"
    elif item.effect == "removes":
        text = f" ; avec {name}, {names(item.nodes)} s'accordent"
    elif item.effect == "unsettles":
        text = f" ; avec {name}, plusieurs résultats sur {names(item.left_out.wavering)}"
    else:
        text = f" ; avec {name}, il n'y a pas deux nœuds à comparer"
    settled = f" ; avec lui, un seul résultat sur {names(item.settled)}" if item.settled else ""
    return text + left_out(item) + settled


def left_out(item: Judged) -> str:
    """Les nœuds dont un réglage ne dit rien, et pourquoi."""
    left = item.left_out
    parts = [
        ("échec avec lui sur", left.crashed),
        ("aucun résultat avec lui sur", left.unhashed),
        ("pas de mesure avec lui sur", left.absent),
        ("mesure seulement avec lui sur", left.only),
    ]
    said = [f"{what} {names(nodes)}" for what, nodes in parts if nodes]
    return f" ({' ; '.join(said)})" if said else ""


def missing(finding: BitsFinding) -> str:
    """Les nœuds qui n'ont rien donné sous le réglage comparé."""
    left = finding.left_out
    parts = [
        ("échec sur", left.crashed),
        ("aucune empreinte de résultat sur", left.unhashed),
        (f"aucune exécution {under(finding.at)} sur", left.absent),
    ]
    return "".join(f" ; {what} {names(nodes)}" for what, nodes in parts if nodes)


def doubts(finding: BitsFinding) -> str:
    """Ce qui coûte la marque, et ce qui est supposé."""
    text = ""
    for doubt in finding.doubts:
        if doubt.doubt is Doubt.FEW_REPEATS and doubt.about == "chance" and finding.claim is not Claim.BITS_FOLLOW:
            text += (
                f" Des résultats mêlés au hasard entre toutes les exécutions seraient aussi bien rangés dans "
                f"{percent(doubt.value)} des cas : le hasard n'est pas exclu."
            )
        elif doubt.doubt is Doubt.FEW_REPEATS and doubt.about != "chance":
            text += (
                f" Il y a seulement {count(int(doubt.value), 'répétition')} sur l'un des nœuds, le hasard sur un même "
                f"nœud n'est "
                f"donc pas exclu : il en faut au moins {int(doubt.limit)}."
            )
        elif doubt.doubt is Doubt.ORDER_UNKNOWN:
            text += " L'ordre des exécutions n'est pas noté : on suppose que rien d'autre n'a changé entre-temps."
        elif doubt.doubt is Doubt.SOFTWARE and doubt.state == "unknown":
            text += " Le code n'est pas noté : on suppose qu'il est le même."
    return text


def partition(groups: Partition) -> str:
    """Les groupes de nœuds qui s'accordent entre eux : « node1 contre node2 »."""
    return " contre ".join(names(nodes, 4) for nodes in groups)


def everyone(nodes: tuple[str, ...]) -> str:
    """Tous les nœuds d'une comparaison : « les deux nœuds », « les 3 nœuds »."""
    return "les deux nœuds" if len(nodes) == 2 else f"les {len(nodes)} nœuds"
