"""The headings of a verdict, in the current language: what stands over its sentences, not in them."""

from __future__ import annotations

from sidus_lab import words

_ABOUT = {
    "fr": {
        "software": "Logiciel",
        "bits": "Bits",
        "time": "Temps",
        "nodes": "Nœuds",
        "repeats": "Répétitions",
        "hardware": "Matériel",
        "setting": "Réglages",
        "cause": "Causes",
        "data": "Données",
        "limits": "Limites",
    }
}

_FIXED = {
    "en": {
        "verdict": "Verdict",
        "verdict-on": "Verdict on {}",
        "changes": "Changes of {}",
        "simulated": "{} (simulated data)",
        "table": "Table",
        "words": "Words",
    },
    "fr": {
        "verdict": "Verdict",
        "verdict-on": "Verdict sur {}",
        "changes": "Changements de {}",
        "simulated": "{} (données simulées)",
        "table": "Tableau",
        "words": "Termes",
    },
}


_COLUMNS = {
    "fr": {
        "operation": "opération",
        "setting": "réglage",
        "nodes": "nœuds",
        "rows": "lignes",
        "results": "résultats",
        "median s": "médiane s",
        "share between nodes": "part entre les nœuds",
        "low": "bas",
        "high": "haut",
        "slowest by": "le plus lent de",
        "A/A floor": "bruit de fond A/A",
        "node": "nœud",
        "repeats": "répétitions",
        "mean": "moyenne",
        "sd": "écart-type",
        "after": "après",
        "before": "avant",
        "ratio": "rapport",
        "same work": "même travail",
        "cause": "cause",
    }
}


def column(name: str) -> str:
    """The name of a verdict's column for a reader; the frame itself keeps its own name in every language."""
    return _COLUMNS.get(words.current(), {}).get(name, name)


def about(subject: str) -> str:
    """The heading over the sentences about a subject, such as ``bits``."""
    return _ABOUT.get(words.current(), {}).get(subject, words.sentence(subject))


def heading(name: str, of: str = "") -> str:
    """A heading: ``verdict``, ``verdict-on`` (something), ``changes``, ``simulated``, ``table``, ``words``."""
    return _FIXED[words.current()][name].format(of)
