"""The words of a report in French."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "question": "Le même programme sur des machines différentes : calculent-elles la même chose, dans le même temps, "
    "et sinon, pourquoi ?",
    "made": "Fait le {when} par sidus_lab {version}. Ce fichier est complet : il n'a pas besoin de réseau.",
    "by": "Par {authors}.",
    "simulated": "Données simulées : aucune machine n'a mesuré cela.",
    "recorded": "Rejoué d'un enregistrement : {recording}. Les temps sont ceux de ce jour-là, rien n'a été mesuré à "
    "nouveau.",
    "machines": "Ce qu'étaient les machines",
    "the same": "identique",
    "not proven": "non prouvé",
    "software on all nodes": "logiciel sur tous les nœuds",
    "nodes asked": "nœuds interrogés",
    "of": "{good} sur {all}",
    "measurements good": "mesures valables",
    "sentences passed": "phrases dont la vérification a réussi",
    "answer": "Ce que l'on peut dire",
    "cause": "cause : {cause}",
    "check": "Vérification : {check}",
    "checked": "vérifié",
    "cannot be told": "ne peut être dit",
    "numbers": "Les nombres qui le fondent",
    "proof": "La preuve : {result}",
    "proof same": "tous les nœuds exécutent le même logiciel",
    "proof not": "il n'est pas prouvé que les nœuds exécutent le même logiciel",
    "root hash": "empreinte racine",
    "each node": "chaque nœud, niveau par niveau",
    "node": "nœud",
    "nodes": "nœuds",
    "kernel": "noyau",
    "hardware": "matériel",
    "field": "champ",
    "value": "valeur",
    "words": "mots",
    "nothing": "rien",
    "not asked": "N'ont pas pu être interrogés",
    "differs": "Ce qui diffère",
    "equal": "Ce qui est égal sur tous les nœuds",
    "command lines": "Lignes de commande du noyau",
    "figures": "Figures",
    "figure": "Figure {number}.",
    "table": "Tableau {number}.",
    "drawing": "dessin en cours …",
    "no script": "Les figures sont dessinées par JavaScript, qui est désactivé. Les nombres sont dans le tableau "
    "ci-dessus.",
    "shows": "Ce qu'elle montre, en mots",
    "save": "Enregistrer en",
    "save figure": "Enregistrer la figure {number} en {kind}",
    "cannot draw": "Cette figure n'a pas pu être dessinée :",
    "browser": "(il faut un navigateur de 2023 ou plus récent)",
    "method": "Comment cela a été fait",
    "factors": "facteurs",
    "none": "aucun",
    "repetitions": "répétitions",
    "repeated": "{repetitions} de chaque combinaison sur chaque nœud, en {blocks} blocs complets, dans un ordre "
    "aléatoire à l'intérieur de chaque bloc",
    "noise floor": "bruit de fond",
    "aa": "A et A' (deux fois la même chose) {aa} fois sur chaque nœud d'abord",
    "aa boots": "A et A' (la même chose) {aa} fois chacun sur chaque nœud ; un démarrage est A ou A' en entier",
    "boots": "démarrages",
    "booted": "{boots} de chaque nœud, redémarré entre eux",
    "executions": "exécutions",
    "executed": "{each} sur chacun des {nodes} nœuds",
    "seed": "graine",
    "workload": "charge",
    "arguments": "arguments",
    "environment": "environnement",
    "nothing set": "rien de fixé",
    "code": "code",
    "run": "campagne",
    "versions": "versions",
    "commit": "commit de sidus_lab",
    "started with": "lancé par",
    "clean": "{command}, dans un environnement propre : {environment}",
    "time": "temps",
    "from to": "de {start} à {end}",
    "sessions": ", en {count} sessions",
    "host": "hôte du notebook",
    "load": "sa charge",
    "loads": "{before} avant, {after} après (processus prêts à s'exécuter, moyenne d'une minute ; {processors} "
    "processeurs)",
    "on the nodes": "sur les nœuds",
    "image": "image",
    "proofs taken": "preuves prises",
    "not covered": "non couvert",
    "took hold": "Le réglage a-t-il pris effet ?",
    "kernels": "Le noyau BLAS réellement exécuté, d'après la bibliothèque elle-même",
    "built from": "Ce que les nœuds exécutaient",
    "recipe": "Recette de {image}",
    "packages": "Les {count} paquets de {image}, avec la version et le SHA-256 de chacun",
    "package": "paquet",
    "version": "version",
    "program": "Le programme mesuré",
    "data": "Les données",
    "dictionary": "Ce que signifie chaque colonne",
    "column": "colonne",
    "meaning": "signification",
    "factor column": "niveau de ce facteur ; default : laissé tel que le nœud l'a",
    "files": "Les données de ce rapport, dans ce fichier :",
    "repeat": "Comment le répéter",
    "repeat here": "Sur une machine neuve sous Debian ou Ubuntu, de rien jusqu'au verdict. Le plan est le même, dans "
    "le même ordre ; les nœuds sont des machines virtuelles de cette machine.",
    "repeat code": "Le code qui le répète",
    "repeat site": 'Sur vos propres nœuds : sl.connect("user@server") au lieu de sl.embedded.Embedded().up().',
    "cite": "Comment citer",
    "cite what": "Le logiciel, le système sur lequel il repose, et ces données :",
    "bibtex": "BibTeX du logiciel, de SIDUS et des données",
    "licence data": "licence des données",
    "licence software": "licence de sidus_lab",
    "not stated": "non indiquée par l'auteur",
    "footer": "✓ une phrase dont la vérification a réussi. – une phrase qui dit ce qui ne peut être dit, et ce qui "
    "manque pour cela. Les couleurs ne sont jamais seules : chacune vient avec un signe ou un mot.",
}

ABOUT: Final = {
    "software": "Logiciel",
    "bits": "Résultats, bit par bit",
    "time": "Temps",
    "limits": "Limites",
    "data": "Données",
}

CAUSES: Final = {
    "hardware": "matériel",
    "software": "logiciel",
    "code": "code",
    "setting": "réglage",
    "chance": "hasard",
    "unknown": "inconnue",
}

STATES: Final = {"passed": "réussi", "failed": "échoué", "not looked at": "non examiné"}

CAPTIONS: Final = {
    "bits": "Chaque ligne est une opération sous un réglage, chaque colonne un nœud. Des lettres égales sont des bits "
    "égaux. Les lettres se comparent au sein d'une opération, sur tous ses réglages.",
    "durations": "Chaque exécution mesurée, nœud par nœud, chaque opération avec sa propre échelle ; un trait court "
    "est la moyenne.",
    "variance": "Les points sont des estimations, les traits leurs intervalles à 95 %. Près de 100 %, c'est le nœud "
    "qui décide ; près de 0 %, c'est le hasard d'une exécution à l'autre.",
    "boot": "Chaque segment finit là où le nœud a annoncé cette étape au serveur.",
}

MACHINES: Final = {
    "real": "{nodes} : des machines réelles, d'après ce qu'elles disent d'elles-mêmes. Les durées sont les leurs.",
    "emulated": "{nodes} : des machines émulées. Un programme (QEMU) a fait le travail de leurs processeurs, sans "
    "l'aide du matériel. Aucune durée ici ne dit quoi que ce soit du processeur qu'un nœud montre, ni de combien l'un "
    "d'eux est plus rapide : les durées ne se comparent qu'au sein d'un même nœud. Les résultats, bit par bit, sont "
    "ceux des instructions que chaque nœud offre.",
    "virtual": "{nodes} : des machines virtuelles ({how}). Elles partagent les processeurs, les caches et la mémoire "
    "de leur hôte avec tout ce qui s'y exécute : les durées valent pour cet hôte sous cette charge, et les différences "
    "entre nœuds ne viennent pas forcément des nœuds. Les résultats, bit par bit, sont ceux des instructions que "
    "chaque nœud offre.",
    "unknown": "{nodes} : personne ne leur a demandé ce qu'ils sont. S'ils étaient réels ou virtuels, et donc ce que "
    "valent leurs durées, ces données ne le disent pas.",
}

COLUMNS: Final = {
    "run": "nom de la campagne",
    "when": "début de l'exécution, à l'horloge du notebook (UTC, ISO 8601)",
    "node": "nom du nœud",
    "boot": "identifiant de démarrage du noyau : un autre après chaque démarrage",
    "boot_index": "lequel des démarrages prévus",
    "phase": "aa : la même chose sous deux noms ; main : le plan lui-même",
    "aa": "A ou A' dans la phase aa",
    "block": "numéro du bloc ; chacun contient une fois chaque combinaison de niveaux",
    "order": "place dans l'ordre du nœud",
    "repetition": "quelle répétition de cette combinaison",
    "attempt": "1, ou plus si une exécution a été refaite",
    "workload": "nom du programme",
    "operation": "ce qui en a été mesuré",
    "root_hash": "empreinte racine de l'image que le noyau du nœud impose",
    "hardware": "empreinte du matériel du nœud",
    "settings": "empreinte des réglages de la machine",
    "code_hash": "SHA-256 du programme",
    "duration": "secondes, à l'horloge monotone du nœud",
    "work": "quantité de travail faite",
    "work_unit": "unité du travail",
    "result_hash": "empreinte du résultat : égale pour des bits égaux",
    "status": "ok, failed, lost ou cancelled",
    "message": "pourquoi ce n'est pas ok",
    "metrics": "ce que le programme a dit d'autre, en JSON",
    "simulated": "vrai là où aucune machine n'a mesuré",
}
