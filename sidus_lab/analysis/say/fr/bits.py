"""Ce que disent les empreintes des résultats : qui s'accorde avec qui, sous quel réglage, et quelle cause il reste."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits_finding import BitsFinding, Choice, Reason
from sidus_lab.analysis.findings.records import Setting
from sidus_lab.analysis.say.fr.bits_settings import (
    but,
    clause,
    doubts,
    everyone,
    left_out,
    missing,
    not_shown,
    partition,
)
from sidus_lab.analysis.say.fr.settings import decides, each, under
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, either, names, percent

CHECK = (
    "résultats comparés comme ensembles pour chaque nœud, code, image et démarrage ; réglages jugés sur les nœuds "
    "mesurés "
    "avec et sans"
)

LABELS = {
    "code": "le code",
    "image": "l'image",
    "boot": "le démarrage",
    "repetition": "le numéro de la répétition",
    "moment": "un instant, avant lequel ils sont égaux et après lequel ils sont égaux",
}

SINGLE = "cette différence ne se distingue donc pas d'une différence entre deux machines"
WHY_NOT: dict[Reason, str] = {
    "wavering": "un nœud se contredit lui-même",
    "not-together": "les nœuds n'ont pas été mesurés sous les mêmes réglages",
    "single-hardware": f"il n'y a qu'un nœud d'un type de matériel, {SINGLE}",
    "single-code": f"il n'y a qu'un nœud avec un code, {SINGLE}",
    "single-software": f"il n'y a qu'un nœud avec une image, {SINGLE}",
    "confounded": "les groupes suivent {together}, qui diffèrent ensemble",
    "software-differs": "le logiciel diffère lui aussi d'un nœud à l'autre",
    "software-unproven": "il n'est pas prouvé que le logiciel soit le même",
    "hardware-unknown": "les mesures ne portent pas l'empreinte du matériel de chaque nœud",
    "code-unknown": "le code n'est pas noté pour chaque nœud",
    "few-repeats": "il y a trop peu de répétitions",
    "equal-hardware": "les empreintes du matériel sont égales",
    "against-hardware": "des nœuds au matériel d'empreinte égale ont donné des résultats différents",
    "against-code": "des nœuds au code égal ont donné des résultats différents",
}
TOGETHER = {"hardware": "le matériel", "code": "le code", "software": "le logiciel"}

CHOICE: dict[Choice, str] = {
    "by-hardware": ", que la bibliothèque fait selon le matériel qu'elle trouve.",
    "by-hardware-single": ", que la bibliothèque fait selon le matériel qu'elle trouve. (Avec un seul nœud d'un type, "
    "on "
    "ne sait si ce choix suit le type ou la machine.)",
    "by-kind": ", et il suit le type de matériel.",
    "equal-hardware": " ; on ne peut dire ce qui fait différer ce choix à matériel égal.",
}


def bits(finding: BitsFinding) -> Said:
    """Une phrase sur les bits d'une opération."""
    text = {
        Claim.BITS_NONE: _none,
        Claim.BITS_NOT_COMPARED: _not_compared,
        Claim.BITS_FOLLOW: _follow,
        Claim.BITS_UNSTABLE: _unstable,
        Claim.BITS_AGREE: _agree,
        Claim.BITS_DIFFER: _differ,
        Claim.BITS_PERSIST: _differ,
        Claim.BITS_FORCED_AGREE: _forced,
        Claim.BITS_FORCED_FEWER: _fewer,
        Claim.BITS_FORCED_DIFFER: _induced,
    }[finding.claim](finding)
    return Said(f"{finding.subject} : {text}{doubts(finding)}", CHECK)


def _none(finding: BitsFinding) -> str:  # noqa: ARG001
    return "aucune empreinte de résultat n'a été notée, on ne peut donc rien dire des bits."


def _not_compared(finding: BitsFinding) -> str:
    return (
        f"aucun réglage n'a de résultats de deux nœuds (seulement {names(finding.nodes)}), on ne peut donc comparer "
        f"les "
        "nœuds."
    )


def _follow(finding: BitsFinding) -> str:
    found = finding.within
    if not found.follows:
        return (
            f"{names(found.nodes)} : plusieurs résultats, dont chacun va avec "
            f"{either([LABELS[name] for name in found.fits])} ; il y a trop peu d'exécutions pour exclure le hasard, "
            f"et "
            "rien n'est dit des nœuds."
        )
    what = names([LABELS[name] for name in found.follows])
    text = f"sur {names(found.nodes)}, les bits suivent exactement {what}"
    if len(found.follows) > 1:
        return f"{text} ; comme tout cela a changé ensemble, on ne peut dire ce qui en est la cause."
    if finding.cause in ("code", "software"):
        return f"{text}, de la même manière sur chaque nœud : la cause est {what}."
    if found.follows[0] in ("code", "image"):
        return f"{text}, mais les nœuds diffèrent aussi entre eux ({partition(finding.groups)})."
    return (
        f"{text} : ce n'est donc pas chaque exécution qui les change ; on ne peut rien dire d'une différence entre "
        f"nœuds."
    )


def _unstable(finding: BitsFinding) -> str:
    here = finding.here
    at = finding.at
    if here is None or not here.wavering:  # c'est un réglage qui l'amène
        item = finding.with_effect("unsettles")[0]
        here, at = finding.seen_at(item.setting), item.setting
    assert here is not None
    worst = max(here.wavering, key=lambda item: (item.results, item.node))
    text = f"{worst.node} a donné {worst.results} résultats différents en {worst.repeats} répétitions {under(at)}"
    if at != finding.at:
        return (
            f"{text}, alors que chaque nœud a donné un seul résultat {under(finding.at)} : le résultat n'est plus "
            f"stable."
        )
    if finding.cause == "chance":
        text += (
            " : le résultat n'est pas stable sur un même nœud, une différence entre nœuds peut donc être un hasard "
            "(ordre "
            "des fils d'exécution, accès concurrents, graine aléatoire)."
        )
        if finding.alike:
            text += f" Les {here.results} mêmes résultats sont venus sur chaque nœud."
    else:
        steady = [node for nodes in finding.groups for node in nodes]
        text += " : le résultat n'y est pas stable"
        text += f", alors que {names(steady)} n'en ont donné qu'un" if len(steady) > 1 else ""
        text += f", alors que {steady[0]} n'en a donné qu'un" if len(steady) == 1 else ""
        text += ". On ne peut dire si c'est le hasard ou quelque chose de propre au nœud."
    cured = [item for item in finding.judged if set(item.settled) == {item.node for item in here.wavering}]
    if cured:
        text += f" Il est stable dès que {either([each(item.setting) for item in cured])} est imposé : le hasard entre "
        text += f"donc par {decides(cured[0].setting)}."
        agreeing = [each(i.setting) for i in cured if (at_ := finding.seen_at(i.setting)) and at_.agree]
        text += f" Avec {names(agreeing)}, tous les nœuds s'accordent aussi." if agreeing else ""
    return text


def _agree(finding: BitsFinding) -> str:
    if finding.at:
        return (
            f"{names(finding.nodes)} ont donné des résultats égaux {under(finding.at)} ; sans réglage imposé, il n'y "
            f"a pas "
            "deux nœuds à comparer."
        )
    where = everyone(finding.nodes)
    changing = finding.with_effect("changes")
    settings = len(finding.settings)
    if finding.left_out.nodes or any(item.left_out.nodes for item in finding.judged):
        text = f"{names(finding.nodes)} ont donné des résultats égaux {under(finding.at)}{missing(finding)}"
        return text + "".join(clause(item) for item in finding.judged) + "."
    if settings == 1:
        return f"les mêmes bits sur {where}."
    if changing:
        return (
            f"le réglage change les bits, et le fait de même sur {where} : les nœuds s'accordent sous chacun des "
            f"{settings} réglages."
        )
    return f"les mêmes bits sur {where}, sous chacun des {settings} réglages."


def _differ(finding: BitsFinding) -> str:
    here = finding.here
    text = f"les nœuds donnent des bits différents ({partition(finding.groups)})" if len(finding.groups) > 1 else ""
    if not text:
        stray = sorted({node for item in finding.judged for node in item.stray})
        text = (
            f"{names(finding.nodes)} ont donné des résultats égaux, mais {names(stray)}, mesuré seulement avec un "
            f"réglage, "
            "en a donné d'autres"
        )
    if finding.at:
        text += f" {under(finding.at)} ; rien n'a été mesuré sans réglage imposé, il n'y a donc pas de témoin"
    wavering = here.wavering if here else ()
    text += "".join(
        f" ; {item.node} a donné {item.results} résultats différents en {item.repeats} répétitions" for item in wavering
    )
    text += missing(finding) + "".join(clause(item) for item in finding.judged)
    return f"{text}. {_reason(finding)}"


def _reason(finding: BitsFinding) -> str:
    """À quoi les groupes peuvent tenir, ou pourquoi on ne peut le dire."""
    tried = any(item.in_vain for item in finding.judged)
    if finding.cause == "hardware":
        other = (
            "un autre choix fait selon le matériel" if tried else "un choix qu'une bibliothèque fait selon le matériel"
        )
        more = "" if tried else " ; imposer un tel choix à tous les nœuds dirait lequel"
        few = finding.doubted(Doubt.FEW_NODES)
        chance = (
            ""
            if few is None
            else f" Si chaque nœud avait de lui-même l'un de ces résultats, ils tomberaient ainsi avec une probabilité "
            f"de {percent(few.value)} : plus de nœuds de chaque type la réduisent."
        )
        return (
            f"Les groupes suivent le type de matériel et le logiciel est le même : la cause est donc le matériel, ou "
            f"{other}{more}.{chance}"
        )
    if finding.cause == "software":
        return "Les groupes suivent la version de l'image : la cause est donc le logiciel."
    if finding.cause == "code":
        return "Les groupes suivent le code : la cause est donc le code."
    return f"On ne peut dire quelle est la cause : {_why_not(finding)}."


def _why_not(finding: BitsFinding) -> str:
    return WHY_NOT[finding.reason].format(together=names([TOGETHER[name] for name in finding.attribution.explaining]))


def _forced(finding: BitsFinding) -> str:
    items = finding.with_effect("removes")
    first = items[0]
    text = (
        f"les nœuds donnent des bits différents ({partition(finding.groups)}) sans réglage imposé, et les mêmes dès "
        f"que "
        f"{either([each(item.setting) for item in items])} est imposé"
    )
    if first.left_out.nodes:
        text += f" sur {names(first.nodes)}{left_out(first)}"
    text += but(finding, items)
    if finding.cause != "setting":
        return f"{text} ; il n'est pas montré que {decides(first.setting)} en soit la cause : {not_shown(finding)}."
    text += f" : la cause est {decides(first.setting)}"
    choice = finding.choice(first.setting)
    if choice == "untold":
        return f"{text} ; on ne peut dire ce qui fait différer ce choix : {_why_not(finding)}."
    return text + CHOICE[choice]


def _fewer(finding: BitsFinding) -> str:
    items = finding.with_effect("merges")
    text = f"les nœuds donnent des bits différents ({partition(finding.groups)}) sans réglage imposé"
    for item in items:
        text += f" ; {each(item.setting)} ôte une partie de la différence (alors {partition(item.after)})"
        text += left_out(item)
    text += but(finding, items)
    if finding.cause != "setting":
        return f"{text} ; il n'est pas montré que ce soit une partie de la cause : {not_shown(finding)}."
    return f"{text} : {decides(items[0].setting)} est une partie de la cause, et autre chose en est le reste."


def _induced(finding: BitsFinding) -> str:
    items = finding.with_effect("splits")
    text = (
        f"les nœuds donnent les mêmes bits sans réglage imposé, et des bits différents dès que "
        f"{either([each(item.setting) for item in items])} est imposé ({partition(items[0].after)})"
    )
    text += left_out(items[0])
    if finding.cause != "setting":
        return f"{text} ; il n'est pas montré que le réglage en soit la cause : {not_shown(finding)}."
    return f"{text} : la cause est le réglage."


def table_row(finding: BitsFinding, setting: Setting) -> dict[str, object]:
    """Les colonnes sur les bits, pour une opération sous un réglage."""
    here = next((item for item in finding.settings if item.setting == setting), None)
    if here is None:
        return {"bits": "non notés", "results": 0}
    if here.wavering:
        word = f"instables sur {count(len(here.wavering), 'nœud')}"
    else:
        word = {True: "égaux", False: "différents", None: "un seul nœud"}[here.agree]
    return {"bits": word, "results": here.results}
