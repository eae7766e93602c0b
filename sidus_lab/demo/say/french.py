"""Les lignes de la démonstration en français."""

from __future__ import annotations

from sidus_lab.words import count, typeset


def site() -> str:
    """The first step: the site."""
    return "démarrer le site SIDUS sur cette machine et s'y connecter"


def site_result(server: str) -> str:
    """What became of it."""
    return f"connecté à {server} par SSH, clé d'hôte vérifiée"


def build() -> str:
    """The second step: the image."""
    return "construire l'image à partir de sa recette"


def build_result(version: str, packages: int) -> str:
    """What became of it."""
    return f"{version}, {count(packages, 'paquet')}"


def publish() -> str:
    """The third step: what nodes boot."""
    return typeset("la publier : noyau, initrd, squashfs, arbre verity")


def publish_result(root_hash: str) -> str:
    """What became of it, by the beginning of its root hash."""
    return f"empreinte racine {root_hash}"


def boot(nodes: str) -> str:
    """The fourth step: the machines."""
    return f"démarrer {nodes} sur elle par le réseau, allumés par leurs BMC"


def boot_result() -> str:
    """What became of it."""
    return "les deux ont démarré"


def proof() -> str:
    """The fifth step: the proof."""
    return "prouver qu'ils exécutent le même logiciel"


def proof_reading() -> str:
    """What the fifth step does."""
    return "lecture de ce que les noyaux imposent"


def proof_result(same: bool) -> str:
    """What became of it."""
    return "le même" if same else "PAS le même"


def experiment(executions: int) -> str:
    """The sixth step: the measurements."""
    return typeset(f"faire l'expérience : {executions} exécutions, A/A d'abord, en ordre aléatoire")


def experiment_result(good: int, measured: int) -> str:
    """What became of it."""
    return f"{count(good, 'bonne mesure', 'bonnes mesures')} sur {measured}"


def verdict() -> str:
    """The last step: the verdict."""
    return "dire d'où viennent les différences, et écrire le rapport"


def verdict_loading() -> str:
    """What the last step does first."""
    return "chargement de l'analyse"


def verdict_writing() -> str:
    """What the last step does then."""
    return "écriture du rapport"


def title() -> str:
    """The heading of the report."""
    return "Une même image, deux machines"


def memory() -> str:
    """The name of the peak memory, in the report."""
    return "pic de mémoire de la démonstration"


def memory_line(mebibytes: int) -> str:
    """The peak memory, as a line of its own."""
    return typeset(f"pic de mémoire de la démonstration, nœuds compris : {mebibytes} MiB")


def up_already() -> str:
    """The lab was there before the demo."""
    return typeset("Le laboratoire embarqué tourne déjà : il est utilisé, et laissé en marche.")


def stays_up(code: str) -> str:
    """The site is kept; `code` connects to it."""
    return f"{typeset('Le site reste en marche. Dans un notebook :')} {code}"


def next_command(command: str) -> str:
    """The command that takes it down."""
    return f"{typeset('Ensuite :')} {command}   (y met fin)"


def taking_down() -> str:
    """Whatever was started is being ended."""
    return "arrêt de tout ce qui tourne"


def cancelling() -> str:
    """A job is being cancelled."""
    return "annulation"


def too_few(least: int) -> str:
    """Too few repetitions were asked for."""
    return f"Avec moins de {least} répétitions, rien ne peut être dit du hasard."
