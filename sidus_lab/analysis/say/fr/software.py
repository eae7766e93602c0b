"""Ce qu'on peut dire du logiciel des nœuds : exactement ce que la preuve montre, et rien de plus."""

from __future__ import annotations

from sidus_lab.analysis.findings.software import Reached, SoftwareFinding
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, names

CHECK = (
    "empreinte racine, noyau et ligne de commande égaux sur tous les nœuds, empreinte racine imposée par le noyau de "
    "chaque "
    "nœud"
)

# What the server calls the parts that can differ.
FIELDS = {
    "root hash": "l'empreinte racine",
    "kernel": "le noyau",
    "kernel build": "l'identifiant du noyau",
    "command line": "la ligne de commande",
    "own files": "les fichiers propres",
    "initrd": "l'initrd",
}


def software(finding: SoftwareFinding) -> Said:
    """Une phrase sur le logiciel des nœuds."""
    text = {
        "proven": _proven,
        "different": _different,
        "versions": _versions,
        "no-proof": _no_proof,
        "recorded": _recorded,
        "other-records": _other_records,
        "strangers": _strangers,
        "not-enforced": _not_enforced,
        "changed": _changed,
        "not-looked": _not_looked,
        "not-covered": _not_covered,
        "not-shown": _not_shown,
    }[finding.why](finding)
    return Said(text, CHECK)


def _proven(finding: SoftwareFinding) -> str:
    return f"{_shown(finding)}. Aucun fichier du système ne diffère de l'image depuis le démarrage."


def _shown(finding: SoftwareFinding) -> str:
    """Ce qui tient des noyaux et des blocs qu'ils ont vérifiés."""
    scrubbed = finding.levels.get("scrubbed", Reached(unseen=finding.covered))
    text = (
        f"Il est prouvé que le logiciel est le même sur {_all(len(finding.covered))} : chaque noyau refuse tout bloc "
        f"qui "
        "n'appartient pas à cette image, et l'empreinte racine, le noyau et la ligne de commande sont égaux"
    )
    if scrubbed.everywhere:
        return f"{text} ; chaque bloc a été lu et vérifié"
    without = sorted({*scrubbed.missed, *scrubbed.unseen})
    if len(without) == len(finding.covered):
        return (
            f"{text} ; il n'est pas montré que chaque bloc ait été lu et vérifié : seuls les blocs utilisés sont "
            f"prouvés"
        )
    return f"{text} ; sur {names(without)}, seuls les blocs utilisés sont vérifiés, et non chaque bloc"


def _changed(finding: SoftwareFinding) -> str:
    where = names(finding.levels["clean"].missed)
    return f"{_shown(finding)}. Mais des fichiers du système diffèrent de l'image depuis le démarrage sur {where}."


def _not_looked(finding: SoftwareFinding) -> str:
    unseen = finding.levels["clean"].unseen
    where = "" if len(unseen) == len(finding.covered) else f" sur {names(unseen)}"
    return (
        f"Les {count(len(finding.covered), 'nœud')} ont démarré la même image, et chaque noyau l'impose ; on n'a pas "
        f"regardé ce "
        f"qu'ils "
        f"ont écrit par-dessus depuis le démarrage{where} : il n'est donc pas montré que le logiciel soit encore le "
        f"même."
    )


def _not_enforced(finding: SoftwareFinding) -> str:
    enforced = finding.levels["enforced"]
    without = sorted({*enforced.missed, *enforced.unseen})
    where = "" if len(without) == len(finding.covered) else f" sur {names(without)}"
    return (
        f"Il a été demandé aux {count(len(finding.covered), 'nœud')} de démarrer la même image, mais il n'est pas "
        f"montré que "
        f"le noyau l'impose{where} : c'est ce qui a été demandé, et non une preuve."
    )


def _different(finding: SoftwareFinding) -> str:
    what = names([FIELDS.get(item, item) for item in finding.different])
    return f"Les nœuds n'ont pas le même logiciel : ils diffèrent par {what}."


def _versions(finding: SoftwareFinding) -> str:
    groups = [f"{version[:12]} sur {names(nodes)}" for version, nodes in finding.versions.items()]
    return f"Les nœuds ont démarré des versions différentes : {' ; '.join(groups)}."


def _no_proof(finding: SoftwareFinding) -> str:  # noqa: ARG001
    return "Aucune preuve n'a été donnée : le logiciel peut différer d'un nœud à l'autre."


def _recorded(finding: SoftwareFinding) -> str:
    if len(finding.versions) > 1:
        return (
            f"Aucune preuve n'a été donnée. Les mesures nomment {len(finding.versions)} empreintes racines, chacune "
            f"pour "
            "tous les nœuds : cela dit ce qui a été noté, et non ce que chaque noyau a imposé."
        )
    return (
        "Aucune preuve n'a été donnée. Les mesures nomment une seule empreinte racine pour tous les nœuds : cela dit "
        "ce qui "
        "a été noté, et non ce que chaque noyau a imposé."
    )


def _other_records(finding: SoftwareFinding) -> str:
    return (
        f"La preuve dit que les nœuds ont le même logiciel, mais les mesures nomment {len(finding.versions)} "
        f"empreintes "
        "racines différentes : la preuve n'est pas celle de ces mesures."
    )


def _strangers(finding: SoftwareFinding) -> str:
    return (
        f"La preuve porte sur {count(len(finding.covered), 'nœud')}, mais rien n'est montré pour "
        f"{names(finding.strangers)}, que les mesures nomment aussi."
    )


def _not_covered(finding: SoftwareFinding) -> str:
    words = {
        "boot-not-recorded": "les mesures de {} ne disent pas dans quel démarrage elles ont été faites",
        "boot-not-proven": "aucune preuve n'a été prise dans un démarrage où {} mesurait",
        "other-image": "les mesures de {} nomment une autre image que leurs preuves",
        "not-looked-after": "personne n'a regardé {} après la dernière exécution d'un démarrage",
    }
    why = " ; ".join(words[kind].format(names(nodes)) for kind, nodes in finding.gaps.items())
    return f"Il n'est pas prouvé que le logiciel soit le même pour toutes ces mesures : {why}."


def _not_shown(finding: SoftwareFinding) -> str:
    words = {
        "asked": "qu'il leur a été demandé de démarrer l'image",
        "enforced": "que le noyau l'impose",
        "clean": "que rien n'a changé depuis le démarrage",
    }
    gaps = [
        f"il n'est pas montré {word} sur {names(nodes)}"
        for level, word in words.items()
        if (reached := finding.levels.get(level)) and (nodes := reached.missed)
    ]
    why = f" : {' ; '.join(gaps)}" if gaps else f" sur {names(finding.covered)}"
    return f"Il n'est pas prouvé que le logiciel soit le même{why}."


def _all(number: int) -> str:
    return {1: "le nœud", 2: "les deux nœuds"}.get(number, f"les {number} nœuds")
