"""Findings of every type and claim, for the contract that every language keeps."""

from __future__ import annotations

from typing import get_args, get_type_hints

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.findings import changed, software
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
    for state in ("badly-known", "these-only", "enough"):
        for plan in plans:
            seen = Outlook(state, "solve", 2, 0.62, Interval(0.0935, 6.64), plan, plan, plan)  # type: ignore[arg-type]
            found += [about_outlook(seen, "s", 96, seconds) for seconds in (None, 55.0)]
    return found


def every_finding() -> list[Finding]:
    """All of them."""
    return [*about_bits(), *about_software(), *about_changes(), *about_limits()]
