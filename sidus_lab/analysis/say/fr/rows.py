"""Les lignes écartées ou comptées une fois, et ce qu'elles ont d'étrange."""

from __future__ import annotations

from sidus_lab.analysis.findings.claims import RowsFinding
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, either, names


def rows(finding: RowsFinding) -> Said:
    """Une phrase sur des lignes ; aucune n'est écartée en silence."""
    columns = names(finding.columns)
    what = {
        "copies": f"sont des copies exactes d'autres selon {columns}, qui distingue les exécutions, et comptent une "
        "fois",
        "alike": "sont égales à d'autres en tout ; rien ne distingue les exécutions, toutes comptent comme répétitions",
        "status": "ne se sont pas bien terminées (statut autre que ok) et sont écartées",
        "text": f"ont du texte dans {finding.subject} et sont écartées",
        "infinite": f"n'ont pas de {finding.subject} fini et sont écartées",
        "nameless": f"n'ont pas de {either(finding.columns) if finding.columns else columns} et sont écartées",
        "converted": f"ont des nombres écrits comme du texte dans {finding.subject} ; ils sont lus comme des nombres",
        "trimmed": f"ont des noms entourés d'espaces dans {columns} ; les espaces sont ôtés",
        "unreadable": f"ont un {columns} qui ne se lit pas comme une heure",
        "zones": f"portent {columns} dans {finding.zones} fuseaux ; tous sont ramenés à UTC",
        "naive": f"portent un {columns} sans fuseau, lu comme UTC",
        "disordered": f"sont antérieures à la ligne d'avant du même nœud ; {columns} décide, non l'ordre des lignes",
    }[finding.reason]
    return Said(f"{count(finding.rows, 'ligne')} sur {finding.total} {what}.", what)
