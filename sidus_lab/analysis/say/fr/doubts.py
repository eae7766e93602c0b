"""Ce qui met en doute une affirmation, et ce qu'elle suppose : une proposition pour chaque chose."""

from __future__ import annotations

from sidus_lab.analysis.finding import Doubt, Doubted, Finding
from sidus_lab.words import level_name, names, number, percent


def doubts(finding: Finding) -> str:
    """La fin d'une phrase : ce qui a échoué et ce qui est supposé ; vide quand il n'y a rien."""
    parts = []
    failed = [clause for item in finding.failed if (clause := _failed(item))]
    if failed:
        parts.append(f" Mais {' ; et '.join(failed)} : ce n'est donc pas encore un résultat.")
    assumed = [clause for item in finding.assumed if (clause := _assumed(item))]
    if assumed and finding.held:
        parts.append(f" Cela suppose que {', et que '.join(dict.fromkeys(assumed))}.")
    return "".join(parts)


def _failed(item: Doubted) -> str:
    if item.doubt is Doubt.LOST_RUNS and item.nodes:
        return (
            f"jusqu'à {percent(item.value)} des exécutions ont été perdues sur {names(item.nodes)} et "
            f"{percent(item.limit)} ailleurs, si bien que celles qui restent ne sont pas un échantillon juste"
        )
    if item.doubt is Doubt.UNBALANCED_ORDER and item.about == "baseline":
        return (
            "les exécutions comparées viennent tôt dans un démarrage sur certains nœuds et tard sur d'autres, si bien "
            "qu'une dérive ou un échauffement ne se distingue pas du nœud"
        )
    if item.doubt is Doubt.CONFOUNDED and item.nodes:
        return f"certains nœuds partagent un {item.about} que les autres n'ont pas et ne s'en distinguent pas"
    return {
        Doubt.AUTOCORRELATED: f"les exécutions qui se suivent se ressemblent tant{_ends(item)} qu'un état qui dure ne "
        "se distingue pas du nœud",
        Doubt.APART_IN_TIME: "ils ont été mesurés l'un après l'autre, et ce qui a changé entre-temps ne s'en distingue "
        "pas",
        Doubt.UNBALANCED_ORDER: "un niveau est passé avant l'autre, si bien qu'une dérive ou un échauffement ne se "
        "distingue pas de son effet",
        Doubt.CONFOUNDED: f"il a toujours été réglé avec {item.about}, et les deux ne se distinguent pas",
        Doubt.LOST_RUNS: f"{percent(item.value)} des exécutions ont été perdues à un niveau et {percent(item.limit)} à "
        "l'autre, et celles qui restent ne sont pas un échantillon fidèle",
        Doubt.OUTLIERS: f"cela repose sur {item.value:.0f} exécutions aberrantes, sans lesquelles rien ne se voit",
        Doubt.CLOCK: "la différence est plus petite que le pas de l'horloge",
        Doubt.UNUSUAL_CLOCK: f"l'horloge de {names(item.nodes)} est {item.about}, avec laquelle aucun temps ne devrait "
        "se mesurer",
        Doubt.NO_FLOOR: "sans lignes A/A, le bruit de fond n'est pas connu",
        Doubt.OVERLAP: f"des exécutions sur {names(item.nodes)} se recouvrent",
        Doubt.TWO_MODES: f"des exécutions sur {names(item.nodes)} se répartissent sur deux niveaux, entre lesquels un "
        "nœud change, et cela suffit à faire une telle différence",
        Doubt.ALIKE_ROWS: "des lignes égales, sans doute des copies, ont été comptées comme autant d'exécutions",
        Doubt.CONTRADICTION: "",  # dit après la phrase, de quoi qu'elle parle
        Doubt.SOFTWARE: "il n'est pas montré que le logiciel est le même",
    }.get(item.doubt, "une hypothèse du test ne tient pas")


def _assumed(item: Doubted) -> str:
    if item.doubt is Doubt.ORDER_UNKNOWN:
        return {
            "rows": "les exécutions qui se suivent ne se ressemblent pas plus que d'autres, et qu'aucun nœud n'a été "
            "mesuré après les autres (ni ordre ni heure ne sont notés)",
            "nodes": "les nœuds ont été mesurés côte à côte ou en ordre mêlé (aucune horloge commune n'est notée)",
            "levels": "les niveaux sont passés en ordre mêlé (leur ordre n'est pas noté)",
        }.get(item.about, "l'ordre n'a pas joué (il n'est pas noté)")
    alike = "les exécutions qui se suivent ne se ressemblent pas plus que d'autres"
    return {Doubt.AUTOCORRELATED: alike}.get(item.doubt, "")


def _ends(item: Doubted) -> str:
    ends = item.interval
    if ends is None:
        return ""
    inside = f"{number(ends.low, 2)} à {number(ends.high, 2)}"
    return f" (autocorrélation de rang 1 : {inside}, intervalle à {level_name(ends.level)})"
