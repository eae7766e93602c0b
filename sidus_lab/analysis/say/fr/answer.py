"""La première ligne d'un verdict : la réponse, pour qui n'est pas statisticien."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import NodeFinding
from sidus_lab.analysis.say.fr.doubts import doubts
from sidus_lab.analysis.say.fr.nodes import distance
from sidus_lab.words import names, sentence


def nodes(finding: NodeFinding) -> str:
    """Si les nœuds diffèrent, et lesquels."""
    name = f"{finding.subject} : " if finding.duration else ""
    if finding.claim is Claim.NODES_DIFFER and finding.held:
        # A name that comes first keeps its letters.
        text = f"{name}{_who(finding)}" if name or finding.apart else sentence(_who(finding))
        return text + ("." + doubts(finding) if finding.failed else _itself(finding))
    text = {
        Claim.NODES_DIFFER: "si les nœuds diffèrent reste ouvert : l'écart d'un nœud à lui-même n'a pas été mesuré.",
        Claim.NODES_WITHIN_FLOOR: "les nœuds ne diffèrent pas plus que l'un d'eux ne diffère de lui-même.",
        Claim.NODES_CONSTANT: "toutes les valeurs sont les mêmes.",
        Claim.NODES_NOT_TOLD: "si les nœuds diffèrent ne peut être dit avec ces données.",
    }.get(finding.claim, "il n'est montré d'aucun nœud qu'il diffère des autres.")
    return f"{name}{text}" if name else sentence(text)


def _who(finding: NodeFinding) -> str:
    up, down = ("plus lent", "plus rapide") if finding.duration else ("plus haut", "plus bas")
    if finding.apart:
        gap = finding.apart[0][1]
        which = names([node for node, _ in finding.apart])
        word = up if gap > 0 else down
        if len(finding.apart) > 1:
            return f"{which} sont {word}s que les autres, d'environ {distance(finding, gap)}"
        return f"{which} est {distance(finding, gap)} {word} que les autres"
    high, low = finding.means[0][0], finding.means[-1][0]
    differ = "semblent différer" if finding.failed else "diffèrent"
    return f"les {finding.number} nœuds {differ} : {high} est {distance(finding, finding.gap)} {up} que {low}"


def _itself(finding: NodeFinding) -> str:
    text = " ; c'est plus qu'aucun nœud ne diffère de lui-même"
    if not finding.gap > finding.itself:
        text = " ; des nœuds égaux ne différeraient guère autant"
    if finding.counted != "boot":
        return f"{text} dans cette session."
    return f"{text}, et la cause est la machine." if finding.cause == "hardware" else f"{text}."
