"""Which nodes got the same bits, and which forced setting makes them agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sidus_lab.analysis.findings.records import Records, Setting, forced

Outcome = Literal["none", "single", "unstable", "agree", "forced", "persist", "differ", "induced"]


@dataclass(frozen=True)
class Unstable:
    """A node that gave several results for one operation at one setting."""

    node: str
    setting: Setting
    results: int
    repeats: int


@dataclass(frozen=True)
class Groups:
    """The nodes at one setting, grouped by result: `groups` maps a result hash to its nodes.

    `unstable` names nodes left out of the groups because they disagree with themselves; `agree` is None with fewer
    than two nodes to compare.
    """

    setting: Setting
    groups: Mapping[str, tuple[str, ...]]
    unstable: tuple[Unstable, ...]
    rows: int
    fewest_repeats: int

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes with one stable result here."""
        return tuple(sorted(node for nodes in self.groups.values() for node in nodes))

    @property
    def agree(self) -> bool | None:
        """Whether all nodes gave the same bits."""
        return None if len(self.nodes) < 2 else len(self.groups) == 1


@dataclass(frozen=True)
class Finding:
    """What the result hashes of one operation show.

    `outcome`: ``agree`` (same bits on all nodes at every setting), ``forced`` (differ unforced, agree under some
    forced setting), ``persist`` (differ unforced and under every forced setting), ``differ`` (differ, and no setting
    was forced on both sides), ``induced`` (agree unforced, differ under a forced setting), ``unstable`` (a node
    disagrees with itself), ``single`` (no setting with two nodes), ``none`` (no result hashes).
    """

    operation: str
    outcome: Outcome
    settings: tuple[Groups, ...]
    rows: int
    without_hash: int

    @property
    def baseline(self) -> Groups | None:
        """The groups with nothing forced, when that was measured."""
        return next((groups for groups in self.settings if not forced(groups.setting)), None)

    @property
    def agree_under(self) -> tuple[Setting, ...]:
        """Forced settings under which all nodes agree; where one is part of another, only the smaller."""
        agreeing = [forced(g.setting) for g in self.settings if forced(g.setting) and g.agree and not g.unstable]
        return tuple(s for s in agreeing if not any(set(other) < set(s) for other in agreeing))

    @property
    def differ_under(self) -> tuple[Setting, ...]:
        """Forced settings under which the nodes differ."""
        return tuple(forced(g.setting) for g in self.settings if forced(g.setting) and g.agree is False)

    @property
    def unstable(self) -> tuple[Unstable, ...]:
        """Every node and setting with more than one result."""
        return tuple(item for groups in self.settings for item in groups.unstable)

    @property
    def settings_change_bits(self) -> bool:
        """Whether, on some node, a setting gives other bits than another."""
        seen: dict[str, set[str]] = {}
        for groups in self.settings:
            for result, nodes in groups.groups.items():
                for node in nodes:
                    seen.setdefault(node, set()).add(result)
        return any(len(results) > 1 for results in seen.values())

    def same_result_as_baseline(self, setting: Setting) -> bool | None:
        """Whether every node gives the same bits at `setting` as with nothing forced; None when that cannot be told."""
        base = self.baseline
        here = next((groups for groups in self.settings if groups.setting == setting), None)
        if base is None or here is None or base.unstable or here.unstable:
            return None
        before = {node: result for result, nodes in base.groups.items() for node in nodes}
        after = {node: result for result, nodes in here.groups.items() for node in nodes}
        both = before.keys() & after.keys()
        return all(before[node] == after[node] for node in both) if both else None


def group(rows: pd.DataFrame, setting: Setting) -> Groups:
    """Group the nodes of `rows` (columns node, result_hash; one operation at one setting) by result."""
    groups: dict[str, list[str]] = {}
    unstable = []
    repeats = []
    for node, part in rows.groupby("node", sort=True):
        results = part["result_hash"].unique()
        repeats.append(len(part))
        if len(results) > 1:
            unstable.append(Unstable(str(node), setting, len(results), len(part)))
        else:
            groups.setdefault(str(results[0]), []).append(str(node))
    ordered = dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[1])))
    return Groups(
        setting,
        {result: tuple(nodes) for result, nodes in ordered.items()},
        tuple(unstable),
        len(rows),
        min(repeats, default=0),
    )


def findings(records: Records) -> tuple[Finding, ...]:
    """What the result hashes show, one finding per operation in order of name.

    The rows of the A/A phase count too: a repeat is a repeat. Rows without a result hash are counted in `without_hash`.
    """
    found = []
    for operation, rows in records.rows.groupby("operation", sort=True):
        hashed = rows[rows["result_hash"].notna()]
        settings = tuple(group(part, setting) for setting, part in records.settings(hashed))
        found.append(Finding(str(operation), _outcome(settings), settings, len(hashed), len(rows) - len(hashed)))
    return tuple(found)


def _outcome(settings: tuple[Groups, ...]) -> Outcome:
    if not settings:
        return "none"
    if any(groups.unstable for groups in settings):
        return "unstable"
    compared = [groups for groups in settings if groups.agree is not None]
    if not compared:
        return "single"
    if all(groups.agree for groups in compared):
        return "agree"
    base = next((groups for groups in compared if not forced(groups.setting)), None)
    with_force = [groups for groups in compared if forced(groups.setting)]
    if base is not None and base.agree:
        return "induced"
    if not with_force:
        return "differ"
    return "forced" if any(groups.agree for groups in with_force) else "persist"


def follows(groups: Groups, labels: Mapping[str, str]) -> Literal["explains", "fewer", "no", "unknown"]:
    """Whether the result groups follow a label of the nodes (hardware fingerprint, root hash, code hash).

    "explains": nodes with the same label have the same result and the labels differ between the groups; "fewer": the
    nodes all carry one label, so it cannot be the reason; "no": nodes with one label gave different results;
    "unknown": a label is missing.
    """
    nodes = groups.nodes
    if any(not labels.get(node) for node in nodes):
        return "unknown"
    if len({labels[node] for node in nodes}) == 1:
        return "fewer"
    results: dict[str, set[str]] = {}
    for result, members in groups.groups.items():
        for node in members:
            results.setdefault(labels[node], set()).add(result)
    return "explains" if all(len(found) == 1 for found in results.values()) else "no"
