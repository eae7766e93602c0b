"""How much is enough: against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.planning import (
    icc_width,
    more_nodes,
    node_power,
    nodes_for_power,
    nodes_for_sd,
    nodes_for_setting,
    nodes_for_width,
    power_curve,
    promise,
    repeats_for_power,
    sd_factor,
)
from sidus_lab.analysis.numbers.promises import Pilot, chance, setting_chance
from sidus_lab.analysis.numbers.variance import one_way
from sidus_lab.errors import DataError


@pytest.mark.parametrize(("icc", "nodes", "repeats"), [(0.2, 8, 5), (0.5, 4, 3), (0.0, 6, 4)])
def test_power_by_simulation(icc: float, nodes: int, repeats: int) -> None:
    random = np.random.default_rng(0)
    y = np.sqrt(icc) * random.normal(size=(4000, nodes, 1)) + np.sqrt(1 - icc) * random.normal(
        size=(4000, nodes, repeats)
    )
    f = stats.f_oneway(*np.moveaxis(y, 1, 0), axis=1).pvalue
    assert np.mean(f < 0.05) == pytest.approx(node_power(icc, nodes, repeats), abs=0.025)


def test_fewest_nodes_and_repeats() -> None:
    needed = nodes_for_power(0.3, 5, power=0.9)
    assert needed is not None
    assert chance("claim", 0.3, needed, 5) >= 0.9
    assert chance("claim", 0.3, needed - 1, 5) < 0.91
    # The claim asks for more than the F test alone.
    assert node_power(0.3, needed, 5) > chance("claim", 0.3, needed, 5)
    repeats = repeats_for_power(0.3, 10, power=0.9)
    assert repeats is not None
    assert chance("claim", 0.3, 10, repeats) >= 0.9 > chance("claim", 0.3, 10, repeats - 1)
    # With two nodes no number of repeats finds a small share: what is missing is nodes.
    assert repeats_for_power(0.1, 2, power=0.9, most=1000) is None


def test_interval_widths() -> None:
    narrow = nodes_for_width(0.5, 5, width=0.3)
    assert narrow is not None
    assert chance("width", 0.5, narrow, 5, size=0.3) >= 0.9 > chance("width", 0.5, narrow - 8, 5, size=0.3)
    assert icc_width(0.5, narrow, 5) < 0.3
    # At the expected mean squares the width is that of the interval of one_way itself.
    values = np.array([0.0, 1.0, 2.0, 4.0])[:, None] + np.array([-0.4, 0.0, 0.4])
    found = one_way(values.ravel(), np.repeat(range(4), 3), tails="normal")
    assert found.icc.interval is not None
    assert icc_width(found.icc.value, 4, 3) == pytest.approx(found.icc.interval.width, rel=1e-6)
    assert sd_factor(18) <= 2.3
    general = nodes_for_sd(factor=2.0)
    assert general is not None
    assert chance("factor", 0.99, general, 10, size=2.0) >= 0.9
    assert sd_factor(general) < 2


def test_answers_in_the_users_terms() -> None:
    answer = more_nodes(0.3, 2, 5, boot_seconds=50, run_seconds=10, at_once=2)
    assert answer.nodes + 2 == nodes_for_power(0.3, 5)
    assert answer.seconds == 12 * 100
    assert str(answer) == "24 more nodes, 20 min: power 0.9 for a share between nodes of 0.3."
    assert "suffice" in str(more_nodes(0.9, 20, 5))
    with pytest.raises(DataError, match="do not find"):
        more_nodes(0.0, 2, 5)


def test_responses_are_planned_together() -> None:
    """Two responses, or ten tests in one verdict, ask for more than one; a promise that cannot be made says so."""
    good = Pilot(f=6.0, nodes=8, repeats=5)
    alone = promise("claim", good)
    assert alone is not None
    assert (alone.responses, alone.share, alone.chance) == (1, None, 0.9)
    assert alone.nodes == alone.more + 8
    both, strict = promise("claim", [good, good]), promise("claim", good, tests=10)
    assert both is not None
    assert strict is not None
    assert both.nodes > alone.nodes
    assert strict.nodes > alone.nodes
    # A share that may be 0 cannot be promised to be found; then the plan holds for the share as estimated, or at least
    # a tenth.
    open_ended = promise("claim", Pilot(f=1.2, nodes=4, repeats=5))
    assert open_ended is not None
    assert open_ended.share == pytest.approx(0.1)
    assert promise("factor", Pilot(f=1.0, nodes=4, repeats=2), size=1.01, most=50) is None


def test_nodes_for_a_setting() -> None:
    """Several tests and a noise floor ask for more; an effect below the floor is never claimed."""
    alone = nodes_for_setting(0.03, 0.02)
    assert alone is not None
    assert setting_chance(0.03, 0.02, alone) >= 0.9 > setting_chance(0.03, 0.02, alone - 1)
    ten, noisy = nodes_for_setting(0.03, 0.02, tests=10), nodes_for_setting(0.03, 0.02, floor=0.025)
    assert ten is not None
    assert noisy is not None
    assert min(ten, noisy) > alone
    assert nodes_for_setting(0.03, 0.02, floor=0.03) is None


def test_power_curve_is_a_table_for_a_figure() -> None:
    table = power_curve(0.3, [2, 4, 8], [3, 10])
    assert list(table.columns) == ["nodes", "repeats", "power", "width"]
    assert len(table) == 6
    assert table.groupby("repeats")["power"].is_monotonic_increasing.all()
