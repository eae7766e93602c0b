"""The proof's words in French."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {"holds": "vérifié", "fails": "échoué", "not-looked-at": "non examiné"}

LEVELS: Mapping[str, str] = {
    "booted": "ce démarrage",
    "asked": "demandé",
    "loaded": "noyau",
    "enforced": "imposé",
    "scrubbed": "relu",
    "own": "fichiers propres",
    "clean": "sans dérive",
    "measured": "mesuré",
}

ABOUT: Mapping[str, str] = {
    "booted": "il est allumé, dans le démarrage ordonné par le serveur, et vient de répondre",
    "asked": "le serveur lui a dit de démarrer cette empreinte racine avec ces arguments",
    "loaded": "le noyau et l'initrd sont ceux qui ont été publiés",
    "enforced": "son noyau refuse tout autre bloc",
    "scrubbed": "chaque bloc a été lu et vérifié",
    "own": "ses fichiers propres sont ceux que le serveur lui a donnés",
    "clean": "rien du système n'a changé depuis le démarrage",
    "measured": "son TPM se porte garant du programme, de l'initrd et de la ligne de commande de ce démarrage",
}

WITNESSES: Mapping[str, str] = {
    "bmc": "son BMC",
    "report": "son BMC et le rapport du démarrage",
    "server": "les fichiers du serveur et son noyau",
    "kernel": "son noyau",
    "probe": "un examen du nœud en tant que root",
    "tpm": "son TPM",
    "none": "personne",
}

CLAIMS: Mapping[str, str] = {
    "this-boot": "démarrage {boot}, ordonné par le serveur, vient de répondre",
    "this-boot-by-hand": (
        "démarrage {boot}, ordonné par le serveur, vient de répondre ; personne d'autre ne dit s'il est allumé"
    ),
    "no-witness": "le serveur n'a pas été interrogé à son sujet",
    "machine-off": "son BMC dit que la machine est éteinte",
    "power-unknown": "son BMC ne dit pas si la machine est allumée",
    "not-ordered": "ce démarrage n'a pas été ordonné par le serveur",
    "not-reported": "le démarrage ordonné n'a rien rapporté",
    "another-boot": "le démarrage {boot} répond, mais c'est {reported} qui a rapporté",
    "no-nonce": "il a été interrogé sans question à laquelle seul ce démarrage peut répondre",
    "no-answer": "il ne connaît pas le mot du démarrage ordonné",
    "wrong-answer": "il répond avec un autre mot que celui du démarrage ordonné",
    "fetched-again": "sa clé d'hôte est sortie plus d'une fois (vers {addresses}) : ordonner un nouveau démarrage",
    "booted-again": "deux démarrages ont utilisé le mot d'un seul (de {addresses}) : ordonner un nouveau démarrage",
    "asked": "{told}",
    "no-root-hash": "la ligne de commande ne nomme aucune empreinte racine",
    "not-assigned": "{told}, mais rien ne lui est attribué",
    "other-assigned": "{told}, mais {wanted} est attribué : le redémarrer",
    "other-arguments": "sa ligne de commande n'est pas celle attribuée : manque [{lacking}], en trop [{more}]",
    "published-kernel": "le noyau {build} tourne et est publié ; les fichiers publiés sont intacts",
    "published-damaged": "des fichiers publiés ne sont pas ceux du manifeste : {files}",
    "kernel-unread": "l'identifiant du noyau actif ou publié n'a pas pu être lu",
    "other-kernel": "le noyau {running} tourne, {published} est publié",
    "enforced": "{enforced}, état V",
    "no-verity": "/ ne repose pas sur un périphérique verity",
    "other-enforced": "{enforced}, pas ce qui a été demandé",
    "corruption": "le noyau a trouvé une corruption (état {status})",
    "scrubbed": "chaque bloc lu et vérifié",
    "block-wrong": "un bloc ne correspond pas à l'empreinte racine",
    "not-scrubbed": "pas fait : les blocs sont vérifiés quand ils sont lus",
    "own": "{files} fichiers, {digest}",
    "own-unread": "ses fichiers propres n'ont pas pu être listés",
    "own-differ": "{here} s'y trouve, {wanted} est au serveur",
    "clean": ("aucun fichier du système ({paths} chemins comparés à l'image, {state} fichiers d'état laissés de côté)"),
    "clean-beside": (
        "aucun fichier du système ({paths} chemins comparés à l'image, {state} fichiers d'état laissés de côté) ; "
        "à côté du système, et hors de l'image : {beside}"
    ),
    "drift": "{found} du système : {shown}",
    "no-upper-layer": "/ ne nomme aucune couche supérieure",
    "layer-not-mounted": "une couche de / n'est plus montée à sa place",
    "layer-covered": "quelque chose est monté par-dessus une couche de /",
    "upper-not-live": "le dossier de la couche supérieure n'est pas celui où / écrit",
    "look-failed": "l'examen de la couche supérieure a échoué",
    "listing-broken": "la liste des différences n'est pas arrivée entière",
    "settings-not-noted": "les réglages du noyau n'ont pas été notés à la fin de ce démarrage",
    "measured": (
        "son TPM a signé ce démarrage : programme, initrd et ligne de commande tels que publiés, micrologiciel tel "
        "qu'enregistré"
    ),
    "no-tpm": "absent : pas de TPM",
    "not-enrolled": "il y a un TPM que personne n'a enregistré : nodes.enrol()",
    "tpm-gone": "il est enregistré avec un TPM, et n'en montre aucun",
    "tpm-silent": "son TPM n'a donné aucune attestation entière",
    "no-uefi-image": "il est enregistré, mais rien n'a été publié pour lui sous UEFI",
    "enrolment-damaged": "ce que le serveur a gardé de son enregistrement ne peut pas être lu",
    "other-tpm": "un autre TPM répond que celui qui a été enregistré",
    "bad-key": "la clé du TPM pourrait aussi signer ce que le TPM n'a pas dit lui-même",
    "bad-signature": "l'attestation n'est pas signée par le TPM enregistré",
    "bad-quote": "ce qui a été signé n'est pas une attestation de ces registres",
    "old-quote": "l'attestation répond à une autre question : elle est ancienne",
    "other-registers": "l'attestation porte sur d'autres registres",
    "registers-not-signed": "les registres qu'il annonce ne sont pas ceux que son TPM a signés",
    "firmware-changed": "le micrologiciel n'est pas celui enregistré (registre {register})",
    "other-command-line": "il a démarré avec une autre ligne de commande que celle ordonnée (registre {register})",
    "other-image": "un autre noyau ou initrd que ceux publiés a démarré (registre {register})",
    "other-initrd": "le noyau a reçu un autre initrd que celui publié (registre {register})",
    "other-program": "son micrologiciel a lancé un programme ni publié ni enregistré (registre {register})",
    "no-log": "le journal de son micrologiciel n'est pas entier (registre {register})",
    "log-not-signed": "le journal de son micrologiciel n'est pas ce que son TPM a signé (registre {register})",
}

FIELDS: Mapping[str, str] = {
    "root hash": "empreinte racine",
    "kernel": "noyau",
    "kernel build": "identifiant du noyau",
    "command line": "ligne de commande",
    "own files": "fichiers propres",
    "CPU model": "modèle de processeur",
    "CPU family": "famille de processeur",
    "CPU flags": "capacités du processeur",
    "processors": "processeurs",
    "memory": "mémoire",
    "product": "produit",
    "firmware": "micrologiciel",
    "microcode": "microcode",
    "C-states": "états de repos",
    "governor": "gouverneur",
    "boost": "fréquence turbo",
    "SMT": "SMT",
    "processors off": "processeurs éteints",
    "clock source": "source d'horloge",
    "huge pages": "grandes pages",
    "sysctl": "sysctl",
    "kernel modules": "modules du noyau",
}

KINDS: Mapping[str, str] = {"software": "logiciel", "hardware": "matériel", "setting": "réglages"}

ALARMS: Mapping[str, str] = {
    "forged": "{times} rapports sans le mot de ce démarrage, de {addresses}",
    "doubled": "{times} rapports arrivés une fois de plus, de {addresses}",
    "fetched-again": "ses fichiers propres avec la clé d'hôte ont été pris {times} fois, par {addresses}",
    "booted-again": "{times} démarrages ont utilisé le mot d'un seul, de {addresses}",
}

VERDICTS: Mapping[str, str] = {
    "nobody": "Aucun nœud n'a pu être interrogé.",
    "missing": "Pas prouvé pour tous : {missing} n'a pas pu être interrogé.",
    "broken": "Pas prouvé : {names}. Le tableau dit pourquoi.",
    "different": "Chacun de {names} est prouvé, mais ils ne sont pas identiques : {fields} diffèrent.",
    "one-scrubbed": "{names} exécute l'image {root} : chaque bloc en a été lu et vérifié.",
    "one": "{names} exécute l'image {root} : vérifiée à chaque lecture d'un bloc.",
    "same-scrubbed": "{names} exécutent le même logiciel, image {root} : chaque bloc en a été lu et vérifié.",
    "same": "{names} exécutent le même logiciel, image {root} : vérifiée à chaque lecture d'un bloc.",
}

TEXTS: Mapping[str, str] = {
    "kernel": "noyau",
    "hardware": "matériel",
    "hardware-print": "empreinte",
    "settings-print": "réglages",
    "witness": "montré par",
    "equal": "égal",
    "different": "différent",
    "missing": "manque",
    "alarm": "alarme",
    "unasked": "non interrogé",
    "why": "pourquoi",
    "equal-on-all": "égaux partout",
    "fields": "champs",
    "limits": "qui pourrait encore la tromper",
    "fooled": (
        "Root sur un nœud : le nœud dit presque tout cela de lui-même, et son root peut lui faire dire n'importe quoi. "
        "Quelqu'un dans le réseau de démarrage : les démarrages passent par HTTP en clair ; qui peut changer les "
        "paquets entre un nœud et le serveur peut lui donner un autre noyau ou se faire passer pour lui ; qui peut les "
        "lire peut lire la clé d'hôte du nœud. Sans TPM enregistré (niveau mesuré), personne "
        "ne dit quel initrd a tourné. La preuve protège des erreurs, "
        "de l'usure, et des utilisateurs sans root."
    ),
    "same-means": (
        "Identique veut dire : empreinte racine, noyau, identifiant du noyau, ligne de commande et fichiers propres "
        "égaux, sauf les mots du chargeur, le nom, l'identité et la clé d'hôte."
    ),
}
