"""What the result hashes say: who agrees with whom, under which setting, and what that leaves as the cause."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits_finding import BitsFinding, Choice, Reason
from sidus_lab.analysis.findings.records import Setting
from sidus_lab.analysis.say.en.bits_settings import (
    but,
    clause,
    doubts,
    everyone,
    left_out,
    missing,
    not_shown,
    partition,
)
from sidus_lab.analysis.say.en.settings import decides, setting_name
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, either, names, percent

CHECK = "results compared as sets for each node, code, image and boot; settings on the nodes measured with and without"

LABELS = {
    "code": "the code",
    "image": "the image",
    "boot": "the boot",
    "repetition": "the number of the repetition",
    "moment": "one moment, before which they are equal and after which they are equal",
}


SINGLE = "so that difference cannot be told from a difference between single machines"
WHY_NOT: dict[Reason, str] = {
    "wavering": "a node disagrees with itself",
    "not-together": "the nodes were not measured under the same settings",
    "single-hardware": f"there is one node of a kind of hardware, {SINGLE}",
    "single-code": f"there is one node with a code, {SINGLE}",
    "single-software": f"there is one node with an image, {SINGLE}",
    "confounded": "the groups follow {together}, which differ together",
    "software-differs": "the software differs between the nodes too",
    "software-unproven": "the software is not proven the same",
    "hardware-unknown": "the records carry no hardware fingerprint for every node",
    "code-unknown": "the code is not recorded for every node",
    "few-repeats": "there are too few repeats",
    "equal-hardware": "the hardware fingerprints are equal",
    "against-hardware": "nodes with equal hardware fingerprints gave different results",
    "against-code": "nodes with equal code gave different results",
}
TOGETHER = {"hardware": "hardware", "code": "code", "software": "software"}

CHOICE: dict[Choice, str] = {
    "by-hardware": ", which the library makes by the hardware it finds.",
    "by-hardware-single": ", which the library makes by the hardware it finds. (With one node of a kind, whether its "
    "choice goes with the kind or with the single machine is not told.)",
    "by-kind": ", and it goes with the kind of hardware.",
    "equal-hardware": "; what makes that choice differ on equal hardware cannot be told.",
}


def bits(finding: BitsFinding) -> Said:
    """One sentence about one operation's bits."""
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
    return Said(f"{finding.subject}: {text}{doubts(finding)}", CHECK)


def _none(finding: BitsFinding) -> str:  # noqa: ARG001
    return "no result hashes were recorded, so nothing can be said about bits."


def _not_compared(finding: BitsFinding) -> str:
    return f"no setting has results from two nodes (only {names(finding.nodes)}), so nodes cannot be compared."


def _follow(finding: BitsFinding) -> str:
    found = finding.within
    if not found.follows:
        return (
            f"{names(found.nodes)} gave several results, each of which goes with "
            f"{either([LABELS[name] for name in found.fits])}: there are too few runs to tell that from chance, and "
            "nothing is said of the nodes."
        )
    what = names([LABELS[name] for name in found.follows])
    text = f"on {names(found.nodes)} the bits follow {what} exactly"
    if len(found.follows) > 1:
        return f"{text}; these changed together, so which of them is the cause cannot be told."
    if finding.cause in ("code", "software"):
        return f"{text}, on each node alike in kind: the cause is {what}."
    if found.follows[0] in ("code", "image"):
        return f"{text}, but the nodes differ from each other too ({partition(finding.groups)})."
    return f"{text}, so it is not the single run that changes them; a difference between the nodes cannot be told."


def _unstable(finding: BitsFinding) -> str:
    here = finding.here
    at = finding.at
    if here is None or not here.wavering:  # a setting brings it about
        item = finding.with_effect("unsettles")[0]
        here, at = finding.seen_at(item.setting), item.setting
    assert here is not None
    worst = max(here.wavering, key=lambda item: (item.results, item.node))
    text = f"{worst.node} gave {worst.results} different results in {worst.repeats} repeats with {setting_name(at)}"
    if at != finding.at:
        return f"{text}, and each node gave one result with {setting_name(finding.at)}: the result is not stable then."
    if finding.cause == "chance":
        text += ": the result is not stable within one node, so a difference between nodes may be chance (order of "
        text += "threads, a race, a random seed)."
        if finding.alike:
            text += f" The same {here.results} results came on every node."
    else:
        steady = [node for nodes in finding.groups for node in nodes]
        text += ": the result is not stable there"
        text += f", while {names(steady)} gave one result throughout" if steady else ""
        text += ". Whether that is chance or something about the node cannot be told."
    cured = [item for item in finding.judged if set(item.settled) == {item.node for item in here.wavering}]
    if cured:
        text += f" It is stable once {either([setting_name(item.setting) for item in cured])} is set, so "
        text += f"{decides(cured[0].setting)} is where chance enters."
        agreeing = [setting_name(i.setting) for i in cured if (at_ := finding.seen_at(i.setting)) and at_.agree]
        text += f" Under {names(agreeing)} all nodes agree, too." if agreeing else ""
    return text


def _agree(finding: BitsFinding) -> str:
    if finding.at:
        return (
            f"{names(finding.nodes)} gave equal results with {setting_name(finding.at)}; with no setting forced there "
            "are no two nodes to compare."
        )
    where = everyone(finding.nodes)
    changing = finding.with_effect("changes")
    settings = len(finding.settings)
    if finding.left_out.nodes or any(item.left_out.nodes for item in finding.judged):
        text = f"{names(finding.nodes)} gave equal results with {setting_name(finding.at)}{missing(finding)}"
        return text + "".join(clause(item) for item in finding.judged) + "."
    if settings == 1:
        return f"the same bits on {where}."
    if changing:
        return (
            f"the setting changes the bits, and does so on {where} alike: at each of {settings} settings the nodes "
            "agree."
        )
    return f"the same bits on {where}, at each of {settings} settings."


def _differ(finding: BitsFinding) -> str:
    here = finding.here
    text = f"the nodes differ in bits ({partition(finding.groups)})" if len(finding.groups) > 1 else ""
    if not text:
        stray = sorted({node for item in finding.judged for node in item.stray})
        text = (
            f"{names(finding.nodes)} gave equal results, but {names(stray)}, measured only with a setting, gave others"
        )
    if finding.at:
        text += f" with {setting_name(finding.at)}; nothing was measured with no setting forced, so there is no control"
    wavering = here.wavering if here else ()
    text += "".join(f"; {i.node} gave {i.results} different results in {i.repeats} repeats" for i in wavering)
    text += missing(finding) + "".join(clause(item) for item in finding.judged)
    return f"{text}. {_reason(finding)}"


def _reason(finding: BitsFinding) -> str:
    """What the groups can be put down to, or why that cannot be told."""
    tried = any(item.in_vain for item in finding.judged)
    if finding.cause == "hardware":
        other = "another choice made by hardware" if tried else "a choice that a library makes by hardware"
        more = "" if tried else "; forcing such a choice on all nodes would tell which"
        few = finding.doubted(Doubt.FEW_NODES)
        chance = (
            ""
            if few is None
            else f" If each node had one of these results by itself, they would fall so with a chance of "
            f"{percent(few.value)}: more nodes of each kind make that smaller."
        )
        return (
            f"The groups follow the kind of hardware and the software is the same, so the cause is the hardware or "
            f"{other}{more}.{chance}"
        )
    if finding.cause == "software":
        return "The groups follow the image version, so the cause is the software."
    if finding.cause == "code":
        return "The groups follow the code, so the cause is the code."
    return f"What the cause is cannot be told: {_why_not(finding)}."


def _why_not(finding: BitsFinding) -> str:
    return WHY_NOT[finding.reason].format(together=names([TOGETHER[name] for name in finding.attribution.explaining]))


def _forced(finding: BitsFinding) -> str:
    items = finding.with_effect("removes")
    first = items[0]
    text = (
        f"the nodes differ in bits ({partition(finding.groups)}) with no setting forced, and agree once "
        f"{either([setting_name(item.setting) for item in items])} is set"
    )
    if first.left_out.nodes:
        text += f" on {names(first.nodes)}{left_out(first)}"
    text += but(finding, items)
    if finding.cause != "setting":
        return f"{text}; that {decides(first.setting)} is the cause is not shown: {not_shown(finding)}."
    text += f": the cause is {decides(first.setting)}"
    choice = finding.choice(first.setting)
    if choice == "untold":
        return f"{text}; what makes that choice differ cannot be told: {_why_not(finding)}."
    return text + CHOICE[choice]


def _fewer(finding: BitsFinding) -> str:
    items = finding.with_effect("merges")
    text = f"the nodes differ in bits ({partition(finding.groups)}) with no setting forced"
    for item in items:
        text += f"; {setting_name(item.setting)} removes part of the difference ({partition(item.after)} with it)"
        text += left_out(item)
    text += but(finding, items)
    if finding.cause != "setting":
        return f"{text}; that it is part of the cause is not shown: {not_shown(finding)}."
    return f"{text}: {decides(items[0].setting)} is part of the cause, and something else is the rest."


def _induced(finding: BitsFinding) -> str:
    items = finding.with_effect("splits")
    text = (
        f"the nodes agree in bits with no setting forced, and differ once "
        f"{either([setting_name(item.setting) for item in items])} is set ({partition(items[0].after)})"
    )
    text += left_out(items[0])
    if finding.cause != "setting":
        return f"{text}; that the setting is the cause is not shown: {not_shown(finding)}."
    return f"{text}: the cause is the setting."


def table_row(finding: BitsFinding, setting: Setting) -> dict[str, object]:
    """The columns about bits for one operation at one setting."""
    here = next((item for item in finding.settings if item.setting == setting), None)
    if here is None:
        return {"bits": "not recorded", "results": 0}
    if here.wavering:
        word = f"unstable on {count(len(here.wavering), 'node')}"
    else:
        word = {True: "agree", False: "differ", None: "one node only"}[here.agree]
    return {"bits": word, "results": here.results}
