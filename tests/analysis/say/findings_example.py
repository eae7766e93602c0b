"""Findings of every type and claim, for the contract that every language keeps."""

from __future__ import annotations

import itertools
import math
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.findings import changed, software
from sidus_lab.analysis.findings.claims import (
    ApartFinding,
    DriftFinding,
    KindFinding,
    NodeFinding,
    Odd,
    RepeatsFinding,
    RowsFinding,
    SettingFinding,
    SwapFinding,
    UntoldFinding,
)
from sidus_lab.analysis.findings.common_cause import common_changes
from sidus_lab.analysis.findings.limits import LimitFinding, TallyFinding, about_outlook
from sidus_lab.analysis.findings.outlook import Outlook
from sidus_lab.analysis.numbers.planning import Promise
from sidus_lab.analysis.values import Interval
from tests.analysis.findings.bits_example import bits, records

ALL = {"asked": True, "enforced": True, "scrubbed": True, "clean": True}
NONE_OF_N2 = {"n1": True, "n2": False}


def about_bits() -> list[Finding]:
    """One finding at least for every claim about bits, and for every clause on a setting."""
    base, same = {"n1 kind=A": "aaa", "n2 kind=B": "bbb"}, {"n1": "aaa", "n2": "aaa"}
    pairs = {f"n{i} kind={'AABB'[i - 1]}": "aabb"[i - 1] * 3 for i in (1, 2, 3, 4)}
    tables = [
        {"n1": "---"},
        {"n1": "aaa"},
        same,
        {"n1": "aa", "n2": "aa"},
        {"n1": "a", "n2": "b"},
        {"n1": "aaa", "n2": "aaa", "n3": "---"},
        {"n1": "aaa", "n2": "aaa", "n3": "!!!"},
        base,
        pairs,
        {"n1": "aaa", "n2": "bbb"},
        {"n1 code=v": "aaa", "n2 code=w": "bbb"},
        {"n1 code=v": "aaa", "n2 code=v": "bbb", "n3 code=w": "aaa"},
        {f"n{i} code={'vvww'[i - 1]}": "aabb"[i - 1] * 3 for i in (1, 2, 3, 4)},
        {f"n{i} code={'vvww'[i - 1]} kind={'AABB'[i - 1]}": "aabb"[i - 1] * 3 for i in (1, 2, 3, 4)},
        {"n1 kind=": "aaa", "n2 kind=B": "bbb"},
        {"n1 code=": "aaa", "n2": "bbb"},
        {"n1 kind=A": "aaa", "n2 kind=A": "bbb", "n3 kind=B": "bbb"},
        {"n1": "abab", "n2": "baab"},
        {"n1": "abcab", "n2": "bcabb", "n3": "ccccc"},
        {"n1": "abaab", "n2": "ccccc", "n3": "ddddd"},
        {"n1": "aba", "n2": "ccc", "n3": "ddd"},
        {"n1 boot=x": "aaa", "n1 boot=y": "bbb", "n2 boot=x": "aaa", "n2 boot=y": "bbb"},
        {"n1 boot=x": "aaa", "n1 boot=y": "bbb"},
        {"n1 code=v": "aaa", "n1 code=w": "bbb", "n2 code=v": "aaa", "n2 code=w": "bbb"},
        {"n1 code=v": "aaa", "n1 code=w": "bbb", "n2 code=v": "ccc", "n2 code=w": "bbb"},
        {f"n{n} code={v} image={v}": letter * 3 for n in (1, 2) for v, letter in (("v", "a"), ("w", "b"))},
        {"n1": "abcde", "n2": "abcde"},
        {"n1": "aaaaabbbbb"},
        same | {"n1+on": "aaa", "n2+on": "aaa"},
        same | {"n1+on": "ccc", "n2+on": "ccc"},
        same | {"n1+on": "ccc", "n2+on": "ddd"},
        same | {"n1+on": "cdcdd", "n2+on": "cddcd"},
        same | {"n1+on": "ccc", "n2+on": "!!!"},
        same | {"n1+on": "aaa", "n2+on": "aaa", "n3+on": "bbb"},
        {"n1+on": "aaa", "n2+on": "aaa"},
        {"n1+on": "aaa", "n2+on": "bbb"},
        {"n1": "abcab", "n2": "bacba", "n1+on": "ddddd", "n2+on": "ddddd"},
        base | {"n1+on kind=A": "ccc", "n2+on kind=B": "ccc"},
        base | {"n1+on kind=A": "ccc", "n2+on kind=B": "ddd"},
        base | {"n1+on kind=A": "ccc", "n2+on kind=B": "bbb"},
        base | {"n1+on kind=A": "aaa", "n2+on kind=B": "bbb"},
        base | {"n1+on kind=A": "ccc", "n2+on kind=B": "!!!"},
        base | {"n1+on kind=A": "c-c", "n2+on kind=B": "cdc"},
        base | {"n1+on kind=A": "ccc", "n2+on kind=B": "ccc", "n1+off kind=A": "ddd", "n2+off kind=B": "eee"},
        {"n1 boot=x": "aaa", "n2 boot=x": "bbb", "n1+on boot=y": "ccc", "n2+on boot=y": "ccc"},
        pairs | {f"{where[:2]}+on{where[2:]}": "cccc" for where in pairs},
        pairs | {f"{where[:2]}+on{where[2:]}": letters.upper() for where, letters in pairs.items()},
        {"n1": "aaa", "n2": "bbb", "n3": "ccc", "n1+on": "ddd", "n2+on": "ddd", "n3+on": "ccc"},
        {"n1": "aaa", "n2": "aaa", "n3": "bbb", "n1+on": "ccc", "n2+on": "ddd", "n3+on": "ddd"},
        {"n1": "aaa", "n2": "bbb", "n3": "ccc", "n1+on": "ddd", "n2+on": "ddd", "n3+on": "---"},
        {"n1": "aaa", "n2": "bbb", "n3": "ccc", "n1+on": "ddd", "n2+on": "ddd"},
        {"n1": "aa", "n2": "bb", "n1+on": "cc", "n2+on": "cc"},
    ]
    found: list[Finding] = [bits(table) for table in tables]
    for state in ("different", "unknown"):
        found += [bits(table, state) for table in (base, pairs, tables[37])]  # type: ignore[arg-type]
    found.append(bits({"n1 image=x": "aaa", "n2 image=y": "bbb"}, "different"))
    for core in ("on", "Haswell"):
        found.append(bits(base | {"n1+on kind=A": "aaa", "n2+on kind=B": "bbb"}, metrics=f'{{"blas_core": "{core}"}}'))
    return found


def about_software() -> list[Finding]:
    """Every reason why the software may be called the same, or not."""
    two, several = records({"n1": "aaa", "n2": "bbb"}), records({"n1 image=x": "aaa", "n2 image=y": "bbb"})
    swapped = records({f"n{n} image={image}": "aaa" for n in (1, 2) for image in "xy"})
    whole = {"same": True, "nodes": ["n1", "n2"], "levels": ALL, "different": []}
    proofs = [
        whole,
        whole | {"nodes": ["n1"]},
        whole | {"same": False},
        whole | {"same": False, "levels": {**ALL, "asked": NONE_OF_N2, "enforced": NONE_OF_N2, "clean": False}},
        whole | {"same": False, "different": ["root hash", "kernel", "command line"]},
        *(whole | {"levels": {**ALL, level: value}} for level in ALL for value in (None, False, NONE_OF_N2)),
        whole | {"gaps": {"n1": ["boot-not-proven"], "n2": ["boot-not-recorded", "other-image", "not-looked-after"]}},
        None,
    ]
    found: list[Finding] = [software.found(two, proof) for proof in proofs]
    more = [software.found(several, None), software.found(several, whole), software.found(swapped, None)]
    return [*found, *more, software.found(records({"n1": "aaa", "n2 image=": "aaa"}), None)]


def about_changes() -> list[Finding]:
    """A change in one place, in all, of one application, of neither; with the work known and not."""
    found: list[Finding] = []
    for where in (("a", "b", "c"), ("b",), ()):
        for apps in (("lire", "scan"), ("scan",)):
            rng = np.random.default_rng(1)
            index = pd.MultiIndex.from_product(
                [["a", "b", "c"], ["lire", "scan"], range(40)], names=["fs", "app", "day"]
            )
            frame = index.to_frame(index=False)
            moved = frame["fs"].isin(where) & frame["app"].isin(apps) & (frame["day"] >= 20)
            frame["speed"] = np.exp(rng.normal(0, 0.05, len(frame))) * np.where(moved, 0.5, 1)
            frame["when"] = pd.Timestamp("2020-01-01", tz="UTC") + pd.to_timedelta(frame["day"], unit="D")
            frame["gib"] = np.where(moved & (len(apps) > 1), 50.0, 100.0)
            ask = {"value": "speed", "time": "when", "group": "fs", "application": "app"}
            for work in ({}, {"work": "gib"}):
                changes = common_changes(frame, **ask, **work)  # type: ignore[arg-type]
                found += changed.found(changes, value="speed", place="fs", rows=len(frame), least=1.1)
    return found


def about_limits() -> list[Finding]:
    """Every limit, every state of an outlook with its plans, and every reason why rows were left out."""
    found: list[Finding] = [
        LimitFinding(about="limits", claim=Claim.LIMIT, held=False, nodes=nodes, limit=limit)  # type: ignore[arg-type]
        for limit in get_args(get_type_hints(LimitFinding)["limit"])
        for nodes in (("n1",), ("n1", "n2"))
    ]
    for reason in ("unusable", "copies", "untimed"):
        found.append(
            TallyFinding(
                about="data",
                claim=Claim.ROWS_LEFT_OUT,
                rows=7,
                total=96,
                reason=reason,  # type: ignore[arg-type]
                statuses={"failed": 4, "lost": 2, "cancelled": 1},
                nodes=("n3",),
            )
        )
    plans = [
        None,
        *(Promise("width", 0.3, 2 + more, more, 0.91, 1, share) for more, share in ((1, None), (14, 0.35), (0, None))),
    ]
    states = (("badly-known", "width"), ("badly-known", "claim"), ("these-only", "factor"), ("enough", None))
    for state, asked in states:
        for plan in plans:
            seen = Outlook(state, "solve", 2, 0.62, Interval(0.0935, 6.64), asked, plan)  # type: ignore[arg-type]
            found += [about_outlook(seen, "s", 96, seconds) for seconds in (None, 55.0)]
    return found


def about_responses() -> list[Finding]:
    """Nodes, repeats, kinds, settings, swaps and odd rows: each claim, and each doubt, at least once."""
    about: dict[str, Any] = {"subject": "débit", "response_unit": "MB/s", "rows": 40}
    ends, held = Interval(0.12, 0.46), {"estimate": 0.24, "interval": Interval(0.12, 0.46)}
    doubts = [Doubted(doubt, "failed", 0.71, Interval(0.52, 0.87), 0.33, ("n1",), "image") for doubt in Doubt]
    unknown = [Doubted(Doubt.ORDER_UNKNOWN, "unknown", about=where) for where in ("rows", "nodes", "levels", "")]
    found: list[Finding] = []

    def nodes(claim: Claim, **more: Any) -> NodeFinding:
        usual = about | held | {"about": "nodes", "nodes": ("n1", "n2"), "number": 2, "repeats": 12.0, "worth": 3.4}
        usual |= {
            "mean": 99.0,
            "sd_between": 5.5,
            "sd_within": 2.2,
            "means": (("n1", 103.0), ("n2", 97.0)),
            "units": 12,
        }
        usual |= {"rho_interval": ends, "p_value": 0.21, "gap": 0.062, "floor": 0.031, "rho": 0.3}
        return NodeFinding(**(usual | {"claim": claim} | more))

    for counted, state in itertools.product(("boot", "session", "run"), ("same", "different", "unknown")):
        for duration in (True, False):
            found.append(nodes(Claim.NODES_DIFFER, counted=counted, software=state, duration=duration))
    once = (Doubted(Doubt.ONE_BOOT, "unknown"), *unknown)
    found += [
        nodes(Claim.NODES_DIFFER, counted="boot", cause="hardware", relative=False),
        nodes(Claim.NODES_DIFFER, why="no-floor", held=False, floor=math.nan),
        nodes(Claim.NODES_DIFFER, duration=True, same_work=True, same_bits=True, doubts=once),
        nodes(Claim.NODES_DIFFER, duration=True, same_work=False),
        nodes(Claim.NODES_DIFFER, duration=True, same_work=True, same_bits=False),
        nodes(Claim.NODES_NOT_SHOWN, held=False),
        nodes(Claim.NODES_NOT_SHOWN, held=False, p_value=0.01),
        nodes(Claim.NODES_WITHIN_FLOOR, held=False),
        nodes(Claim.NODES_NOT_TOLD, why="one-node", held=False),
        nodes(Claim.NODES_NOT_TOLD, why="one-repeat", held=False),
        nodes(Claim.NODES_CONSTANT),
        *(nodes(Claim.NODES_DIFFER, doubts=(doubt,)) for doubt in doubts),
        ApartFinding(about="nodes", claim=Claim.NODES_APART, apart=(("n1", 0.2), ("n2", -0.3)), **about),
    ]
    usual = about | {"about": "repeats", "within": "passe", "p_value": 0.21, "detectable": 0.81, "estimate": 0.2}
    found += [
        RepeatsFinding(claim=Claim.REPEATS_DIFFER, level="1", **usual),
        RepeatsFinding(claim=Claim.REPEATS_NOT_SHOWN, alike=True, **usual),
        RepeatsFinding(claim=Claim.REPEATS_NOT_SHOWN, held=False, **usual),
    ]
    usual = about | held | {"about": "repeats", "p_value": 0.21, "over_nodes": 8}
    found += [DriftFinding(claim=Claim.DRIFT, hours=hours, **usual) for hours in (0.2, math.nan)]
    found += [DriftFinding(claim=Claim.DRIFT_NOT_SHOWN, **usual)]
    found += [DriftFinding(claim=Claim.DRIFT, relative=False, **usual)]
    usual = about | held | {"about": "hardware", "kind": "puce", "levels": 3, "number": 8, "p_value": 0.21}
    found += [
        KindFinding(claim=Claim.KIND_MATTERS, cause="hardware", **usual),
        KindFinding(claim=Claim.KIND_MATTERS, **usual),
        KindFinding(claim=Claim.KIND_NOT_SHOWN, **usual),
        KindFinding(claim=Claim.KIND_NOT_TOLD, **usual),
        KindFinding(claim=Claim.KIND_NOT_TOLD, **(usual | {"levels": 1})),
    ]
    return [*found, *about_effects(about | held), *about_rows(about)]


def about_effects(usual: dict[str, Any]) -> list[Finding]:
    """What a setting does, and the lines of a swap design."""
    found: list[Finding] = []
    more: dict[str, Any] = usual | {"about": "setting", "factor": "ABCD", "level": "x", "baseline": "y", "units": 6}
    more |= {"nodes": ("n1", "n2", "n3"), "missing": ("n4",), "p_value": 0.12, "floor": 0.03, "counted": "node"}
    more |= {"effects": (("n1", 0.1), ("n2", -0.2), ("n3", 0.01)), "acting": ("n1", "n2")}
    for duration, relative in ((True, True), (False, True), (False, False)):
        for claim in (Claim.EFFECT, Claim.EFFECT_VARIES, Claim.EFFECT_NOT_SHOWN, Claim.EFFECT_WITHIN_FLOOR):
            found.append(SettingFinding(claim=claim, duration=duration, relative=relative, **more))
        found.append(SettingFinding(claim=Claim.EFFECT, duration=duration, **(more | {"counted": "block"})))
    for why in ("too-few", "no-work", "other-work", "no-bits", "other-bits"):
        found.append(SettingFinding(claim=Claim.EFFECT_NOT_TOLD, why=why, held=False, **more))
    more = usual | {"about": "cause", "name": "image", "role": "image", "detectable": 0.42, "comparisons": 3}
    for claim in (Claim.EFFECT, Claim.EFFECT_NOT_SHOWN, Claim.EFFECT_WITHIN_FLOOR, Claim.INTERACTION):
        found += [SwapFinding(claim=claim, cause=cause, **more) for cause in ("software", "unknown")]
    for why in ("never-alone", "few-comparisons"):
        found.append(SwapFinding(claim=Claim.EFFECT_NOT_TOLD, why=why, **more))
    untested = (("image", "never-alone", 0), ("code", "few-comparisons", 3), ("puce", "within-floor", 9))
    for which in ((), untested):
        found.append(UntoldFinding(about="cause", claim=Claim.EFFECT_NOT_TOLD, subject="débit", untested=which))
    return found


def about_rows(usual: dict[str, Any]) -> list[Finding]:
    """Every reason why rows were left out or read otherwise."""
    more = usual | {"about": "data", "claim": Claim.ROWS_ODD, "columns": ("passe", "puce"), "total": 90, "zones": 2}
    return [RowsFinding(reason=reason, **more) for reason in get_args(Odd)]


def every_finding() -> list[Finding]:
    """All of them."""
    return [*about_responses(), *about_bits(), *about_software(), *about_changes(), *about_limits()]
