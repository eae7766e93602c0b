"""The verdict on one response of any tidy table: which part is the node, its kind, the image, the code, or chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sidus_lab.analysis import say
from sidus_lab.analysis.columns import check_level, natural, ratio_scale, simulated
from sidus_lab.analysis.finding import Claim, Doubted, Finding, Software
from sidus_lab.analysis.findings import attribution, limits, rivals
from sidus_lab.analysis.findings import software as find_software
from sidus_lab.analysis.findings.apart import standing_apart
from sidus_lab.analysis.findings.claims import (
    ApartFinding,
    DriftFinding,
    KindFinding,
    NodeFinding,
    RepeatsFinding,
    SettingFinding,
    SwapFinding,
)
from sidus_lab.analysis.findings.contradictions import mended
from sidus_lab.analysis.findings.effects import decide_setting
from sidus_lab.analysis.findings.family import ALPHA, Test, corrected, strictest
from sidus_lab.analysis.findings.kinds import decide_kind, kind_numbers
from sidus_lab.analysis.findings.layout import Layout, layout
from sidus_lab.analysis.findings.node_numbers import by_node, node_numbers
from sidus_lab.analysis.findings.nodes import decide_nodes, untold
from sidus_lab.analysis.findings.outlook import outlook
from sidus_lab.analysis.findings.records import Records
from sidus_lab.analysis.findings.repeats import decide_drift, decide_repeats, drifting, is_steady, trend
from sidus_lab.analysis.findings.roles import Roles, at_baseline, baseline
from sidus_lab.analysis.findings.stamps import odd_stamps
from sidus_lab.analysis.findings.swapped import agreeing, decide_swap
from sidus_lab.analysis.findings.usable import Usable, usable
from sidus_lab.analysis.headings import heading
from sidus_lab.analysis.numbers.clock import read_stamps
from sidus_lab.analysis.numbers.noise import floor_of
from sidus_lab.analysis.numbers.slopes import Flags, Slopes, slopes
from sidus_lab.analysis.sentence import Verdict
from sidus_lab.errors import DataError


def explain_frame(
    frame: pd.DataFrame,
    *,
    response: str,
    node: str = "node",
    within: str | None = None,
    kind: str | None = None,
    image: str | None = None,
    code: str | None = None,
    boot: str | None = None,
    session: str | None = None,
    when: str | None = None,
    order: str | None = None,
    factors: Sequence[str] = (),
    proof: Mapping[str, object] | None = None,
    level: float = 0.95,
) -> Verdict:
    """Say how much of the variation of `response` is the node and how much chance, and what more the table can tell.

    `frame` has one row per measurement (n rows). `node` names the machine, `within` the repetition number, `kind` the
    kind of hardware of a node (its CPU model), `image` and `code` what was booted and run (then each is tested as a
    cause). `boot` and `session` (a process) say what was started anew: a claim about nodes is tested over boots where
    several were made, else it holds in this session. `when` (times) and `order` (running numbers) say in which order
    the rows were made; columns with these four names are read so where nothing else is named. `factors` name settings:
    each level is compared with ``default`` (or the first level) within the nodes, and the nodes are compared at that
    baseline. Rows of phase ``aa`` (columns phase, aa) set the noise floor. `proof` is plain data as in
    `explain_records`. Units come from ``frame.attrs["units"]``. Nothing is random: the same data give the same verdict.

    Raises DataError for columns that are missing, text where numbers belong, and a table without a usable row.
    """
    check_level(level)
    roles = Roles(node, within, kind, image, code, boot, session, when, order, tuple(factors))
    roles = roles.found_in(frame, response)
    found = usable(frame, response, roles.labels, [name for name in (within, roles.when, roles.order) if name])
    unit = str(frame.attrs.get("units", {}).get(response, "")) or found.unit
    table = _Table(found, response, unit, roles, level)
    return table.verdict(proof, simulated(frame))


class _Table:
    """The usable rows of one table, and the findings about them in the order in which they are said."""

    def __init__(self, found: Usable, response: str, unit: str, roles: Roles, level: float) -> None:
        self.found, self.response, self.unit, self.roles, self.level = found, response, unit, roles, level
        rows = found.rows
        in_aa = rows["phase"].astype(str) == "aa" if "phase" in rows.columns else pd.Series(False, index=rows.index)
        self.main = rows[~in_aa]
        if not len(self.main):
            raise DataError("Every row belongs to the A/A phase: there is nothing to explain.")
        self.floor = floor_of(rows[in_aa], response, roles.node)
        self.stamps = read_stamps(self.main, roles.when, roles.node) if roles.when else None
        self.base = at_baseline(self.main, roles.factors)
        self.relative = ratio_scale(self.main[response], unit, response)
        self.every = self._layout(self.main)
        self.layout = self._layout(self.base)
        self.crowded = rivals.of_overlap(self.main, response, unit, roles)

    def verdict(self, proof: Mapping[str, Any] | None, is_simulated: bool) -> Verdict:
        """All sentences."""
        about_software, software = self._software(proof)
        settings = self._settings()
        several = 1 < len(self.layout.names) < len(self.base)
        about_nodes: list[Finding] = []
        parts: dict[str, Any] = {"components": None, "effects": pd.DataFrame()}
        if several:
            about_nodes, adjusted = self._nodes(software, _tests(settings), parts)
        else:
            base = NodeFinding(**self._about("nodes", Claim.NODES_NOT_TOLD, len(self.base)))
            about_nodes, adjusted = [untold(base, self.layout)], self._corrected(_tests(settings))
        findings, strict = about_nodes, strictest("setting", adjusted) if settings else ALPHA
        for about, rows, effect in settings:
            doubts = rivals.of_setting(self.found, self.main, self.roles, about, *rows) + self.crowded
            p_value, varies = (adjusted[test] for test in _tests([(about, rows, effect)]))
            findings.append(
                decide_setting(about, *rows, effect, p_value, self.floor, doubts, varies=varies, strict=strict)
            )
        if (self.roles.image or self.roles.code) and len(self.layout.names) > 1:
            findings = self._swap(findings, parts)
        findings += self.found.findings
        if self.stamps and self.roles.when:
            findings += odd_stamps(self.response, self.roles.when, self.stamps, len(self.main))
        one_way = parts.get("one_way")
        known = outlook([(self.response, one_way)] if one_way is not None else [], tests=len(settings) + 1)
        if known is not None:
            findings.append(limits.about_outlook(known, self.unit, len(self.base)))
        said = mended([*about_software, *findings])
        sentences = [say.sentence(finding) for finding in said]
        return Verdict(
            tuple(sentences),
            by_node(self.base, self.response, self.roles.node),
            title=heading("verdict-on", f"{self.response} ({self.unit})" if self.unit else self.response),
            data={
                "rows": self.base,
                "response": self.response,
                "node": self.roles.node,
                "unit": self.unit,
                "color": self.roles.image or self.roles.code,
                "components": parts["components"],
                "effects": parts["effects"],
                "roles": self.roles,
            },
            simulated=is_simulated,
            answer=say.answer(said),
        )

    def _layout(self, rows: pd.DataFrame) -> Layout:
        roles = self.roles
        hours = self.stamps.hours.loc[rows.index] if self.stamps else None
        return layout(
            rows,
            self.response,
            roles.node,
            boot=roles.boot,
            session=roles.session,
            hours=hours,
            order=roles.order,
            within=roles.within,
        )

    def _about(self, about: str, claim: Claim, rows: int) -> dict[str, Any]:
        """What every finding about this response shares."""
        return {
            "about": about,
            "claim": claim,
            "subject": self.response,
            "response_unit": self.unit,
            "column": self.roles.node,
            "relative": self.relative,
            "rows": rows,
        }

    def _software(self, proof: Mapping[str, Any] | None) -> tuple[list[Finding], Software]:
        """The finding about software where a proof was given; without one nothing is claimed and nothing said."""
        if proof is None:
            return [], "unknown"
        named = pd.DataFrame({"node": self.main[self.roles.node].astype(str)})
        found = find_software.found(Records(named, (), len(named), {}, 0, 0), proof)
        return [found], "different" if rivals.own_software(self.base, self.roles) else found.state

    def _corrected(self, tests: Mapping[Test, float]) -> dict[Test, float]:
        """The p-values of all tests but those of a swap design, which has a share of its own."""
        return corrected(tests, swap=bool(self.roles.image or self.roles.code) and len(self.layout.names) > 1)

    def _rivals(self) -> list[Doubted]:
        """What else than the nodes may have made them differ."""
        return rivals.of_nodes(self.found, self.main, self.base, self.roles, self.every) + self.crowded

    def _nodes(
        self, software: Software, settings: Mapping[Test, float], parts: dict[str, Any]
    ) -> tuple[list[Finding], dict[Test, float]]:
        """What is found about nodes, repeats, drift and kinds, and all p-values, corrected together."""
        roles, lay = self.roles, rivals.without_causes(self.base, self.roles, self.layout)
        numbers = node_numbers(lay, level=self.level)
        parts["one_way"] = parts["components"] = numbers.test.parts
        number = self.base[roles.within] if roles.within else None
        repeats = trend(lay.y, lay.node, number) if number is not None else None
        every = self.every
        # The clock may be running numbers only; then the change is that from the first run to the last.
        groups = roles.groups(self.main)
        drifts = drifting(every.y, groups, every.node, every.clock) if every.clock is not None else None
        kinds = kind_numbers(lay, self.base[roles.kind].astype(str), level=self.level) if roles.kind else None
        tests: dict[Test, float] = {
            ("nodes", ""): numbers.p_value,
            ("repeats", ""): repeats.p_value if repeats else math.nan,
            ("drift", ""): drifts.change.p_value if drifts else math.nan,
            ("kind", ""): kinds.p_value if kinds else math.nan,
        }
        adjusted = self._corrected(tests | dict(settings))
        base = NodeFinding(**self._about("nodes", Claim.NODES_DIFFER, len(lay.y)), software=software)
        nodes = decide_nodes(base, lay, numbers, adjusted["nodes", ""], self.floor, self._rivals())
        findings: list[Finding] = [nodes]
        odd = standing_apart(nodes.means, numbers.test) if nodes.claim is Claim.NODES_DIFFER else ()
        if odd:
            shared = self._about("nodes", Claim.NODES_APART, len(lay.y))
            names = tuple(name for name, _ in odd)
            findings.append(ApartFinding(**shared, apart=odd, nodes=names, held=nodes.held, doubts=nodes.doubts))
        if repeats is not None and roles.within is not None:
            about = RepeatsFinding(**self._about("repeats", Claim.REPEATS_DIFFER, len(lay.y)), within=roles.within)
            steady = is_steady(drifts, numbers.runs.apart)
            findings.append(decide_repeats(about, repeats, adjusted["repeats", ""], numbers.mean, steady=steady))
        if drifts is not None:
            hours = drifts.span if self.stamps else math.nan
            drift = DriftFinding(**self._about("repeats", Claim.DRIFT, len(every.y)), hours=hours)
            findings.append(decide_drift(drift, drifts, adjusted["drift", ""], numbers.mean, self.level))
        if roles.kind:
            shared = self._about("hardware", Claim.KIND_NOT_TOLD, len(lay.y))
            levels = int(self.base[roles.kind].nunique())
            kind = KindFinding(**shared, kind=roles.kind, held=False, levels=levels, number=len(lay.names))
            if kinds is not None:
                kind = decide_kind(kind, lay, kinds, adjusted["kind", ""], software, numbers.runs.apart)
                parts["components"] = kinds.parts
            findings.append(kind)
        return findings, adjusted

    def _settings(self) -> list[tuple[SettingFinding, tuple[Layout, Flags], Slopes]]:
        """Each level of each setting against its baseline, on each node."""
        found = []
        for factor in self.roles.factors:
            levels, usual = self.main[factor].astype(str), baseline(self.main, factor)
            for other in sorted(set(levels) - {usual}, key=natural):
                keep = levels.isin([usual, other]).to_numpy()
                lay, upper = self.every.keep(keep), (levels[keep] == other).to_numpy()
                values = np.log(lay.y) if self.relative else lay.y
                block = lay.boot if self.roles.boot else lay.session
                effect = slopes(values, lay.node, block, upper, lay.place, level=self.level)
                shared = self._about("setting", Claim.EFFECT_NOT_SHOWN, len(lay.y))
                about = SettingFinding(**shared, factor=factor, level=other, baseline=usual)
                found.append((about, (lay, upper), effect))
        return found

    def _swap(self, findings: list[Finding], parts: dict[str, Any]) -> list[Finding]:
        """The findings with those about a swap design, and one answer on whether the nodes differ."""
        roles, floor = self.roles, self.floor.relative if self.floor.known and self.relative else None
        found = attribution.swap(
            self.base,
            self.response,
            node=roles.node,
            image=roles.image,
            code=roles.code,
            boot=roles.boot,
            floor=floor,
            relative=self.relative,
        )
        parts["effects"] = found.to_frame()
        shared = self._about("cause", Claim.EFFECT, len(self.base))
        columns = {getattr(roles, role): role for role in ("node", "image", "code") if getattr(roles, role)}
        lines = decide_swap(
            SwapFinding(**shared),
            found,
            columns,
            rivals.of_causes(self.found, self.base, roles, self.layout),
            self.layout,
        )
        at = next((i for i, f in enumerate(findings) if isinstance(f, NodeFinding)), None)
        if at is None:
            return [*findings, *lines]
        said, nodes = agreeing(lines, findings[at])  # type: ignore[arg-type]
        findings = [nodes if i == at else f for i, f in enumerate(findings)]
        if nodes.claim is not Claim.NODES_DIFFER:
            findings = [f for f in findings if not isinstance(f, ApartFinding)]
        return [*findings, *said]


def _tests(settings: Sequence[tuple[SettingFinding, tuple[Layout, Flags], Slopes]]) -> dict[Test, float]:
    """The tests of all settings: that each acts, and that it does not act alike on all nodes."""
    tests: dict[Test, float] = {}
    for about, _, found in settings:
        name = f"{about.factor}={about.level}"
        tests |= {("setting", name): found.p_value, ("varies", name): found.p_varies}
    return tests
