"""What the result hashes say: who agrees with whom, under which setting, and what that leaves as the cause."""

from __future__ import annotations

from sidus_lab.analysis.findings.bits import Finding, Groups, Unstable, follows
from sidus_lab.analysis.findings.records import Records, Setting, forced, setting_name
from sidus_lab.analysis.say.software import Software
from sidus_lab.analysis.sentence import Cause, Sentence
from sidus_lab.words import count, names

# What a setting decides, in the reader's words; a factor that is not listed is called by its name.
DECIDES = {
    "OPENBLAS_CORETYPE": "the choice of BLAS kernel",
    "NPY_DISABLE_CPU_FEATURES": "NumPy's choice of CPU features",
    "MKL_CBWR": "the choice of MKL code path",
    "MKL_ENABLE_INSTRUCTIONS": "the choice of MKL instructions",
    "GLIBC_TUNABLES": "glibc's choice of CPU features",
    "OMP_NUM_THREADS": "the number of threads",
    "OPENBLAS_NUM_THREADS": "the number of BLAS threads",
}


def say(finding: Finding, records: Records, software: Software) -> Sentence:
    """One sentence about one operation's bits."""
    text, cause, passed = {
        "none": _none,
        "single": _single,
        "unstable": _unstable,
        "agree": _agree,
        "forced": _forced,
        "persist": _persist,
        "differ": _persist,
        "induced": _induced,
    }[finding.outcome](finding, records, software)
    check = "result hashes equal within each node and compared between nodes, at each setting"
    if passed and finding.outcome not in ("none", "single", "unstable") and _fewest(finding) < 2:
        text += " Each result was computed once per node and setting, so chance within a node is not excluded."
        passed = False
    return Sentence(
        "bits",
        f"{finding.operation}: {text}",
        cause=cause,
        check=check,
        passed=passed,
        rows=finding.rows,
        subject=finding.operation,
    )


Answer = tuple[str, Cause, bool]


def _none(finding: Finding, records: Records, software: Software) -> Answer:  # noqa: ARG001
    return "no result hashes were recorded, so nothing can be said about bits.", "unknown", False


def _single(finding: Finding, records: Records, software: Software) -> Answer:  # noqa: ARG001
    nodes = sorted({node for groups in finding.settings for node in groups.nodes})
    return (
        f"no setting has results from two nodes (only {names(nodes)}), so nodes cannot be compared.",
        "unknown",
        False,
    )


def _unstable(finding: Finding, records: Records, software: Software) -> Answer:  # noqa: ARG001
    worst = max(finding.unstable, key=lambda item: item.results)
    text = (
        f"{_instance(worst)}: the result is not stable within one node, so a difference between nodes may be chance "
        "(order of threads, a race, a random seed)."
    )
    stable = [groups for groups in finding.settings if forced(groups.setting) and not groups.unstable]
    base = finding.baseline
    if base is not None and base.unstable and stable and _fewest(finding) >= 2:
        cured = [setting_name(groups.setting) for groups in stable]
        agreeing = [setting_name(groups.setting) for groups in stable if groups.agree]
        text += (
            f" It is stable once {_either(cured)} is set, so {_decides(forced(stable[0].setting))} is where chance "
            "enters."
        )
        if agreeing:
            text += f" Under {names(agreeing)} all nodes agree."
        return text, "chance", True
    return text, "chance", True


def _instance(item: Unstable) -> str:
    return (
        f"{item.node} gave {item.results} different results in {item.repeats} repeats with {setting_name(item.setting)}"
    )


def _agree(finding: Finding, records: Records, software: Software) -> Answer:  # noqa: ARG001
    nodes = sorted({node for groups in finding.settings for node in groups.nodes})
    where = "both nodes" if len(nodes) == 2 else f"all {len(nodes)} nodes"
    if len(finding.settings) == 1:
        return f"the same bits on {where}.", "none", True
    if finding.settings_change_bits:
        return (
            (
                f"the setting changes the bits, and does so on {where} alike: at each of {len(finding.settings)} "
                "settings the nodes agree."
            ),
            "setting",
            True,
        )
    return f"the same bits on {where}, at each of {len(finding.settings)} settings.", "none", True


def _forced(finding: Finding, records: Records, software: Software) -> Answer:
    agreeing, differing = finding.agree_under, finding.differ_under
    base = finding.baseline
    start = f"the nodes differ in bits ({_partition(base)})" if base else "the nodes differ in bits"
    still = f", but not with {_either([setting_name(s) for s in differing])}" if differing else ""
    text = (
        f"{start} with no setting forced, and agree once {_either([setting_name(s) for s in agreeing])} is "
        f"set{still}: the cause is {_decides(agreeing[0])}"
    )
    if base is None:
        text = (
            "whether the nodes agree in bits depends on the setting: they agree with "
            f"{_either([setting_name(s) for s in agreeing])}{still}: the cause is {_decides(agreeing[0])}"
        )
        return text + ".", "setting", True
    reason = _reason(base, records, software)
    if reason == "hardware":
        return f"{text}, which the library makes by the hardware it finds.", "setting", True
    if reason == "code":
        return (
            f"{text}, but the code also differs between the nodes, so what makes that choice cannot be told.",
            "setting",
            False,
        )
    return f"{text}; what makes that choice differ cannot be told: {_why_not(reason)}.", "setting", False


def _persist(finding: Finding, records: Records, software: Software) -> Answer:
    base = finding.baseline or finding.settings[0]
    settings = finding.differ_under
    text = f"the nodes differ in bits ({_partition(base)})"
    if settings:
        excluded = sorted({factor for setting in settings for factor, _ in setting})
        what = names([_decides(((factor, ""),)) for factor in excluded])
        text += f", and still do with {_either([setting_name(s) for s in settings])}: {what} is not the cause"
    reason = _reason(base, records, software)
    if reason == "hardware":
        other = "another choice made by hardware" if settings else "a choice that a library makes by hardware"
        more = "" if settings else "; forcing such a choice on all nodes would tell which"
        return (
            (
                f"{text}. The groups follow the hardware and the software is the same, so the cause is the hardware "
                f"or {other}{more}."
            ),
            "hardware",
            True,
        )
    if reason == "software":
        return f"{text}. The groups follow the image version, so the cause is the software.", "software", True
    if reason == "code":
        return f"{text}. The groups follow the code, so the cause is the code.", "code", True
    return f"{text}. What the cause is cannot be told: {_why_not(reason)}.", "unknown", False


def _induced(finding: Finding, records: Records, software: Software) -> Answer:  # noqa: ARG001
    settings = [setting_name(setting) for setting in finding.differ_under]
    return (
        (
            f"the nodes agree in bits with no setting forced, and differ once {_either(settings)} is set: the cause "
            "is the setting."
        ),
        "setting",
        True,
    )


def _reason(groups: Groups, records: Records, software: Software) -> str:
    """What the groups can be put down to: "hardware", "software", "code", or why nothing can be said."""
    by = {name: follows(groups, records.labels(name)) for name in ("hardware", "root_hash", "code_hash")}
    if by["code_hash"] == "no" and by["hardware"] in ("no", "fewer"):
        return "nothing"
    if by["code_hash"] in ("explains", "no"):
        # Code that differs explains it alone only where nothing else differs with it.
        alone = by["hardware"] == "fewer" and software == "same"
        return "code" if by["code_hash"] == "explains" and alone else "code-too"
    if software == "different":
        return "software" if by["hardware"] == "fewer" and by["root_hash"] == "explains" else "software-too"
    if by["hardware"] == "fewer":
        return "same-hardware"
    if by["hardware"] == "no":
        return "hardware-no"
    if by["hardware"] == "unknown":
        return "hardware-unknown"
    return "hardware" if software == "same" else "software-unknown"


def _why_not(reason: str) -> str:
    return {
        "code-too": "the code differs between the nodes together with something else",
        "software-too": "the software differs between the nodes together with the hardware",
        "same-hardware": "the hardware fingerprints are equal",
        "hardware-no": "nodes with equal hardware fingerprints gave different results",
        "hardware-unknown": "the records carry no hardware fingerprint for every node",
        "software-unknown": "the software is not proven the same on all nodes",
        "nothing": "nodes with equal hardware and equal code gave different results",
    }.get(reason, reason)


def _partition(groups: Groups) -> str:
    """The groups of nodes that agree among themselves: "node1 against node2"."""
    return " against ".join(names(list(nodes), 4) for nodes in groups.groups.values())


def _decides(setting: Setting) -> str:
    """What the factors of a setting decide, in words."""
    return names([DECIDES.get(factor, f"the setting {factor}") for factor, _ in setting])


def _either(settings: list[str]) -> str:
    return settings[0] if len(settings) == 1 else f"{', '.join(settings[:-1])} or {settings[-1]}"


def _fewest(finding: Finding) -> int:
    return min((groups.fewest_repeats for groups in finding.settings), default=0)


def table_row(finding: Finding, setting: Setting) -> dict[str, object]:
    """The columns about bits for one operation at one setting."""
    groups = next((item for item in finding.settings if item.setting == setting), None)
    if groups is None:
        return {"bits": "not recorded", "results": 0}
    results = len(groups.groups) + sum(item.results for item in groups.unstable)
    if groups.unstable:
        word = f"unstable on {count(len(groups.unstable), 'node')}"
    else:
        word = {True: "agree", False: "differ", None: "one node only"}[groups.agree]
    return {"bits": word, "results": results}
