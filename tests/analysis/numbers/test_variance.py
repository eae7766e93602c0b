"""One random factor: published answers, shapes of the answer, bad input."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from sidus_lab import datasets
from sidus_lab.analysis.numbers.variance import one_way
from sidus_lab.errors import DataError
from tests.public_data import DATA, needs_data

NIST = Path(scipy.__path__[0]) / "stats" / "tests" / "data" / "nist_anova"


def nist(name: str) -> tuple[list[float], list[str], float, float, float]:
    """Values, groups, and the certified F, between and within mean squares of a NIST StRD one-way set."""
    lines = (NIST / f"{name}.dat").read_text().splitlines()
    rows = [line.split() for line in lines[60:] if line.strip()]
    between = next(line.split() for line in lines[:60] if line.startswith("Between"))
    within = next(line.split() for line in lines[:60] if line.startswith("Within"))
    return (
        [float(row[1]) for row in rows],
        [row[0] for row in rows],
        float(between[-1]),
        float(between[-2]),
        float(within[-1]),
    )


def digits(found: float, certified: float) -> float:
    """NIST's log relative error: how many digits agree."""
    return 17.0 if found == certified else -math.log10(abs(found - certified) / abs(certified))


# SmLs04 to SmLs06 carry 7 constant leading digits, SmLs07 to SmLs09 carry 13: there the stored doubles themselves
# hold no more
# than four digits of the answer.
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("SiRstv", 9),
        ("SmLs01", 9),
        ("SmLs02", 9),
        ("SmLs03", 9),
        ("AtmWtAg", 9),
        ("SmLs04", 9),
        ("SmLs05", 9),
        ("SmLs06", 9),
        ("SmLs07", 4),
        ("SmLs08", 4),
        ("SmLs09", 4),
    ],
)
def test_nist_strd(name: str, least: float) -> None:
    """NIST Statistical Reference Datasets, analysis of variance (files inside scipy)."""
    values, groups, f, between, within = nist(name)
    found = one_way(values, groups)
    assert digits(found.f, f) >= least
    assert digits(found.between, between) >= least - 0.1
    assert digits(found.within, within) >= least - 0.1


@pytest.mark.parametrize("name", ["sirstv", "atmwtag"])
def test_textbook_copy_of_the_nist_sets(name: str) -> None:
    frame = datasets.load(f"published/{name}", quiet=True)
    found = one_way(frame[frame.attrs["response"]], frame["instrument"])
    assert digits(found.f, frame.attrs["answers"]["F statistic"]) >= 9


def test_dyestuff() -> None:
    """Davies (1972); REML 1764.05 and 2451.25 as in Bates et al. 2015."""
    frame = datasets.load("published/dyestuff", quiet=True)
    found = one_way(frame["yield"], frame["batch"], tails="normal")
    assert found.node.value == pytest.approx(1764.05, abs=0.005)
    assert found.repeat.value == pytest.approx(2451.25, abs=0.005)
    # Exact interval of the ICC by hand from F(5, 24): (F/F_u - 1) / (F/F_u + 4).
    f_high, f_low = scipy.stats.f.isf([0.025, 0.975], 5, 24)
    ends = [(found.f / q - 1) / (found.f / q + 4) for q in (f_high, f_low)]
    assert found.icc.interval is not None
    assert [found.icc.interval.low, found.icc.interval.high] == pytest.approx(ends, rel=1e-10)


def test_rail() -> None:
    """Pinheiro and Bates (2000), section 1.1: standard deviations 24.805 and 4.0208."""
    frame = datasets.load("published/rail", quiet=True)
    found = one_way(frame["travel"], frame["rail"])
    assert [found.node.sd, found.repeat.value**0.5] == pytest.approx([24.805, 4.0208], abs=5e-4)


def test_dyestuff2_has_no_component_between_batches() -> None:
    """Box and Tiao (1973): the moment estimate is negative, which is said and kept."""
    frame = datasets.load("published/dyestuff2", quiet=True)
    found = one_way(frame["yield"], frame["batch"])
    assert found.node.value == 0
    assert found.node.raw == pytest.approx(-1.3219, abs=1e-4)
    assert found.repeat.value == pytest.approx(13.806, abs=5e-4)  # lme4 on the same data
    assert "negative" in found.notes[0]


@needs_data
@pytest.mark.parametrize(
    ("column", "node", "repeat", "icc"),
    [("md-sim-duration", 1.39178, 8.64423, 0.139), ("fio/4k-seq-write-bandwidth", 109229, 23592.7, None)],
)
def test_cloud_machines(
    column: str, node: float, repeat: float, icc: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CWB (Scheuner and Leitner 2018), the 60 machines of type m3.medium in the EU."""
    monkeypatch.setenv("SIDUS_LAB_DATA", str(DATA))
    frame = datasets.load("cwb", quiet=True)
    cell = frame[frame["source"] == "rmit-combined_v3_aws_m3.medium"]
    found = one_way(cell[column], cell["provider_vm_id"])
    assert found.groups == 60
    assert found.node.value == pytest.approx(node, rel=1e-5)
    assert found.repeat.value == pytest.approx(repeat, rel=1e-5)
    if icc is not None:
        assert found.icc.value == pytest.approx(icc, abs=5e-4)


def test_unbalanced_is_reml() -> None:
    """lme4 1.1-31 on Dyestuff without rows 2, 3, 9 and 20."""
    frame = datasets.load("published/dyestuff", quiet=True).drop(index=[1, 2, 8, 19])
    found = one_way(frame["yield"], frame["batch"])
    assert found.method == "REML"
    assert [found.node.value, found.repeat.value] == pytest.approx([2022.4227, 2024.4985], rel=1e-5)


def test_the_interval_holds_the_estimate_whatever_the_group_sizes() -> None:
    """The likelihood and the mean squares weigh groups alike: neither says what the other excludes."""
    random = np.random.default_rng(7)
    for _ in range(300):
        sizes = random.integers(1, 10, size=int(random.integers(2, 25)))
        sizes[0] = max(sizes[0], 2)
        groups = np.repeat(np.arange(len(sizes)), sizes)
        spread = float(random.choice([0.0, 0.3, 2.0]))
        values = spread * random.normal(size=len(sizes))[groups] + random.normal(size=len(groups))
        found = one_way(values, groups)
        assert found.node.interval is not None
        assert found.icc.interval is not None
        assert found.node.value in found.node.interval
        assert found.icc.value in found.icc.interval


def test_a_group_measured_once_and_far_off_does_not_make_groups_differ() -> None:
    groups = [*np.repeat(np.arange(14), 4), 14]
    values = [*(np.arange(56) * 7 % 5 - 2.0), 9.0]
    found = one_way(values, groups)
    assert found.node.value == 0
    assert found.node.interval is not None
    assert found.node.interval.low == 0
    assert found.icc.interval is not None
    assert found.icc.interval.low == 0


def test_two_nodes_give_an_honest_wide_interval() -> None:
    found = one_way([1.0, 1.1, 0.9, 2.0, 2.1, 1.9], [1, 1, 1, 2, 2, 2])
    assert found.node.interval is not None
    assert found.node.interval.high / found.node.value > 500
    assert found.icc.interval is not None
    assert found.icc.interval.high > 0.999


def test_constant_and_identical_repeats() -> None:
    constant = one_way([3.0] * 6, [1, 1, 2, 2, 3, 3])
    assert constant.node.value == constant.repeat.value == 0
    assert math.isnan(constant.icc.value)
    assert constant.icc.interval is None
    identical = one_way([1.0, 1.0, 2.0, 2.0], [1, 1, 2, 2])
    assert identical.icc.value == 1
    assert identical.f == math.inf
    assert "identical" in identical.notes[0]


@pytest.mark.parametrize(
    ("values", "groups", "message"),
    [
        ([1.0, 2.0], [1, 1], "one group"),
        ([], [], "no groups"),
        ([1.0, 2.0], [1, 2], "one value"),
        ([1.0, math.nan, 2.0], [1, 1, 2], "missing or infinite"),
        ([1.0, math.inf, 2.0], [1, 1, 2], "missing or infinite"),
        (["a", "b"], [1, 2], "not all numbers"),
        ([1.0, 2.0, 3.0], [1, 2], "3 values but 2"),
        ([1.0, 2.0, 3.0], [1, None, 1], "no group"),
    ],
)
def test_bad_input(values: list[object], groups: list[object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        one_way(values, groups)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(-1e3, 1e3)), min_size=4, max_size=40),
    st.floats(0.01, 1e4),
    st.floats(-1e5, 1e5),
)
def test_scale_shift_and_order(rows: list[tuple[int, float]], scale: float, shift: float) -> None:
    """Variances scale by the square, shifts and the order of rows change nothing."""
    groups = [group for group, _ in rows]
    values = np.round([value for _, value in rows], 3)
    try:
        first = one_way(values, groups)
    except DataError:
        return
    if first.method == "none" or first.within < 1e-9:
        return
    other = one_way((values * scale + shift)[::-1], groups[::-1])
    spread = max(first.node.value, first.repeat.value)
    assert other.repeat.value == pytest.approx(first.repeat.value * scale**2, rel=1e-4, abs=1e-6 * spread * scale**2)
    assert other.node.value == pytest.approx(first.node.value * scale**2, rel=1e-4, abs=1e-4 * spread * scale**2)
    assert first.node.interval is not None
    assert first.node.interval.low <= first.node.interval.high
    assert 0 <= first.icc.value <= 1


def test_plain_data_and_frame() -> None:
    found = one_way([1.0, 1.2, 2.0, 2.1], ["a", "a", "b", "b"])
    assert found.to_dict()["node"]["name"] == "node"
    assert list(found.to_frame()["source"]) == ["node", "repeat"]
