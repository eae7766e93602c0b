"""The terms of a verdict in one line each: those that stand in its texts, in the language chosen.

The English lines are those of the documentation's glossary (``docs/reference/glossary.md``), word for word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sidus_lab import words


class Entry(NamedTuple):
    """A term, the expression that finds it in a text, and what it means."""

    term: str
    found_by: str
    means: str


ENTRIES: Mapping[str, Mapping[str, Entry]] = {
    "interval": {
        "en": Entry(
            "interval",
            r"\bintervals?\b",
            "A range made so that, over many experiments, 95 of 100 such ranges hold the true value.",
        ),
        "fr": Entry(
            "intervalle",
            r"\bintervalles?\b",
            "Une étendue faite de sorte que, sur beaucoup d'expériences, 95 de 100 contiennent la vraie valeur.",
        ),
    },
    "component": {
        "en": Entry(
            "variance, share between nodes",
            r"\bvariance\b|\bshares? between nodes\b",
            "The variance divided by where it arises: between nodes, between boots of a node, between repetitions. "
            "The share is the part that lies between nodes.",
        ),
        "fr": Entry(
            "variance, part entre les nœuds",
            r"\bvariance\b|\bparts? entre les nœuds\b",
            "La variance répartie selon son origine : entre les nœuds, entre les démarrages d'un nœud, entre les "
            "répétitions. La part est ce qui est entre les nœuds.",
        ),
    },
    "p-value": {
        "en": Entry("p", r"\bp [=<]", "How often chance alone would give a difference at least as large."),
        "fr": Entry("p", r"\bp [=<]", "Combien de fois le hasard seul donnerait une différence au moins aussi grande."),
    },
    "holm": {
        "en": Entry(
            "Holm",
            r"\bHolm\b",
            "Where several are looked at, they are corrected together (Holm 1979), or one in twenty would always be "
            "found.",
        ),
        "fr": Entry(
            "Holm",
            r"\bHolm\b",
            "Là où l'on en regarde plusieurs, ils sont corrigés ensemble (Holm 1979), sinon un sur vingt serait "
            "toujours trouvé.",
        ),
    },
    "aa": {
        "en": Entry(
            "A/A, noise floor",
            r"\bA/A\b|\bnoise floor\b",
            "The same against the same, under two labels. What differs there differs by chance alone, so nothing "
            "smaller counts.",
        ),
        "fr": Entry(
            "A/A, bruit de fond",
            r"\bA/A\b|\bbruit de fond\b",
            "La même chose contre la même, sous deux noms. Ce qui y diffère ne diffère que par hasard : rien de plus "
            "petit ne compte.",
        ),
    },
    "effective-repeats": {
        "en": Entry(
            "autocorrelation",
            r"\bautocorrelation\b",
            "Repeats that follow one another are often alike (autocorrelation, here between neighbours). Ten such "
            "repeats may be worth three independent ones: three are then counted.",
        ),
        "fr": Entry(
            "autocorrélation",
            r"\bautocorrélation\b",
            "Des répétitions qui se suivent se ressemblent souvent (autocorrélation, ici entre voisines). Dix de ces "
            "répétitions en valent peut-être trois indépendantes : on en compte alors trois.",
        ),
    },
    "repetition": {
        "en": Entry(
            "repetition, repeat", r"\brepe(?:ats?|titions?)\b", "The same once more, with nothing changed on purpose."
        ),
        "fr": Entry("répétition", r"\brépétitions?\b", "La même chose encore une fois, sans rien changer exprès."),
    },
    "session": {
        "en": Entry(
            "session",
            r"\bsessions?\b",
            "What shares one process, or one stay of a program in memory. Repetitions in one session are more alike "
            "than others.",
        ),
        "fr": Entry(
            "session",
            r"\bsessions?\b",
            "Ce qui partage un processus, ou un séjour d'un programme en mémoire. Les répétitions d'une session se "
            "ressemblent plus que d'autres.",
        ),
    },
    "boot": {
        "en": Entry(
            "boot",
            r"(?<!to )\bboots?\b",
            "From power-on to power-off. Memory layout, addresses and temperatures are drawn anew at each boot.",
        ),
        "fr": Entry(
            "démarrage",
            r"\bdémarrages?\b",
            "De la mise sous tension à l'arrêt. Disposition de la mémoire, adresses et températures sont tirées à "
            "nouveau à chaque démarrage.",
        ),
    },
    "drift-time": {
        "en": Entry(
            "drift",
            r"\bdrift(?:s|ed)?\b",
            "A slow change of the durations while measuring. Nodes, images or settings that were measured one after "
            "another cannot be told from it.",
        ),
        "fr": Entry(
            "dérive",
            r"\bdérives?\b",
            "Un lent changement des durées pendant la mesure. Des nœuds, images ou réglages mesurés l'un après l'autre "
            "ne s'en distinguent pas.",
        ),
    },
    "warm-up": {
        "en": Entry(
            "warm-up",
            r"\bwarm-up\b",
            "The first repetitions differ from the later ones: caches, files, clock rates.",
        ),
        "fr": Entry(
            "échauffement",
            r"\béchauffement\b",
            "Les premières répétitions diffèrent des suivantes : caches, fichiers, fréquences.",
        ),
    },
    "root-hash": {
        "en": Entry(
            "root hash",
            r"\broot hash(?:es)?\b",
            "The top of the dm-verity hash tree of a published image. The kernel refuses every block that does not "
            "lead to it.",
        ),
        "fr": Entry(
            "empreinte racine",
            r"\bempreintes? racines?\b",
            "Le sommet de l'arbre dm-verity d'une image publiée. Le noyau refuse tout bloc qui n'y mène pas.",
        ),
    },
}
"""What each term means, by its key and the two letters of a language."""


def found(*texts: str) -> dict[str, str]:
    """The terms that stand in the texts, each with what it means, in the current language."""
    said = "\n".join(texts).replace("\u202f", " ")
    entries = [each[words.current()] for each in ENTRIES.values()]
    return {
        entry.term: words.typeset(entry.means) for entry in entries if re.search(entry.found_by, said, re.IGNORECASE)
    }
