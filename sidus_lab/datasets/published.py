"""Small textbook tables with their published answers: the yardsticks of the tests.

Each is a one-way, nested or crossed design that statistics programs have been checked with for decades. The answers are
variance components (in the squared unit of the response) unless their name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Table:
    """Numbers in the order of all combinations of the factors' levels, the last factor changing fastest."""

    title: str
    source: str
    response: str
    unit: str
    factors: Mapping[str, Sequence[str]]
    values: str
    answers: Mapping[str, float] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return one row per measurement: the factors' columns, then the response."""
        levels: list[list[str]] = [list(names) for names in self.factors.values()]
        index = pd.MultiIndex.from_product(levels, names=list(self.factors))
        return pd.DataFrame({self.response: [float(word) for word in self.values.split()]}, index=index).reset_index()


def _numbers(count: int) -> list[str]:
    return [str(i + 1) for i in range(count)]


_DAVIES = "Davies and Goldsmith (eds.), Statistical Methods in Research and Production, 4th ed., 1972"
_PINHEIRO = "Pinheiro and Bates, Mixed-Effects Models in S and S-PLUS, 2000"
_NIST = "NIST Statistical Reference Datasets, one-way analysis of variance"

TABLES = {
    "dyestuff": Table(
        title="Yield of dyestuff from five preparations of each of six batches of an intermediate",
        source=_DAVIES,
        response="yield",
        unit="g of standard colour",
        factors={"batch": "ABCDEF", "repeat": _numbers(5)},
        values="""
1545 1440 1440 1520 1580
1540 1555 1490 1560 1495
1595 1550 1605 1510 1560
1445 1440 1595 1465 1545
1595 1630 1515 1635 1625
1520 1455 1450 1480 1445""",
        answers={"batch": 1764.05, "residual": 2451.25},
    ),
    "dyestuff2": Table(
        title="Made-up yields whose batches do not differ: the component between batches is zero",
        source="Box and Tiao, Bayesian Inference in Statistical Analysis, 1973, table 5.1.4",
        response="yield",
        unit="",
        factors={"batch": "ABCDEF", "repeat": _numbers(5)},
        values="""
7.298 3.846 2.434 9.566 7.99
5.22 6.556 0.608 11.788 -0.892
0.11 10.386 13.434 5.51 8.166
2.212 4.852 7.092 9.288 4.98
0.282 9.014 4.458 9.446 7.198
1.722 4.782 8.106 0.758 3.758""",
        answers={"batch": 0.0},
    ),
    "penicillin": Table(
        title="Diameter of the zone of inhibition: 24 plates crossed with six samples of penicillin",
        source=_DAVIES,
        response="diameter",
        unit="mm",
        factors={"plate": "abcdefghijklmnopqrstuvwx", "sample": "ABCDEF"},
        values="""
27 23 26 23 23 21 27 23 26 23 23 21 25 21 25 24 24 20 26 23 25 23 23 20
25 22 26 22 23 20 24 22 25 23 22 19 24 20 23 21 22 19 26 22 26 24 24 21
24 21 24 22 22 20 24 21 24 23 22 19 26 23 26 24 24 21 25 22 26 24 24 20
26 24 26 24 25 22 26 23 26 23 23 20 26 23 25 24 24 22 25 22 25 23 23 20
25 21 24 23 23 20 25 22 24 23 23 19 24 21 23 21 21 19 26 23 26 24 24 21
25 21 24 22 22 18 25 22 25 22 22 20 24 21 24 22 24 19 24 21 24 22 21 18""",
        answers={"plate": 0.7169, "sample": 3.7309, "residual": 0.3024},
    ),
    "pastes": Table(
        title="Strength of a chemical paste: ten batches, three casks nested in each, two assays of each cask",
        source=_DAVIES,
        response="strength",
        unit="",
        factors={"batch": "ABCDEFGHIJ", "cask": "abc", "assay": _numbers(2)},
        values="""
62.8 62.6 60.1 62.3 62.7 63.1 60 61.4 57.5 56.9 61.1 58.9
58.7 57.5 63.9 63.1 65.4 63.7 57.1 56.4 56.9 58.6 64.7 64.5
55.1 55.1 54.7 54.2 58.8 57.5 63.4 64.9 59.3 58.1 60.5 60
62.5 62.6 61 58.7 56.9 57.7 59.2 59.4 65.2 66 64.8 64.1
54.8 54.8 64 64 57.7 56.8 58.3 59.3 59.2 59.2 58.9 56.6""",
        answers={"cask": 8.434, "batch": 1.657, "residual": 0.678},
    ),
    "gauge": Table(
        title="Gauge study: three operators measure ten parts three times each",
        source="Automotive Industry Action Group, Measurement Systems Analysis, reference manual, 3rd ed., 2002",
        response="measurement",
        unit="deviation from nominal",
        factors={"operator": "ABC", "trial": _numbers(3), "part": _numbers(10)},
        values="""
0.29 -0.56 1.34 0.47 -0.80 0.02 0.59 -0.31 2.26 -1.36
0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31
0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
0.25 -1.22 0.94 1.03 -1.20 0.22 0.55 0.08 2.12 -1.62
0.07 -0.68 1.34 0.20 -1.28 0.06 0.83 -0.34 2.19 -1.50
0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49
-0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
-0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16""",
        answers={"repeatability": 0.03997, "operator": 0.05146, "part": 1.08645},
    ),
    "rail": Table(
        title="Travel time of an ultrasonic wave along each of six rails, three times on each",
        source=f"{_PINHEIRO}, section 1.1",
        response="travel",
        unit="ns, less 36.1 us",
        factors={"rail": _numbers(6), "repeat": _numbers(3)},
        values="""
55 53 54 26 37 32 78 91 85
92 100 96 49 51 50 80 85 83""",
        answers={"rail": 615.31, "residual": 16.167},
    ),
    "machines": Table(
        title="Productivity score of six workers on each of three machines, three times",
        source=f"{_PINHEIRO}, section 1.3",
        response="score",
        unit="",
        factors={"worker": _numbers(6), "machine": "ABC", "repeat": _numbers(3)},
        values="""
52 52.8 53.1 62.1 62.6 64 67.5 67.2 66.9 51.8 52.8 53.1 59.7 60 59 61.5 61.7 62.3
60 60.2 58.4 68.6 65.8 69.7 70.8 70.6 71 51.1 52.3 50.3 63.2 62.8 62.2 64.1 66.2 64
50.9 51.8 51.4 64.8 65 65.4 72.1 72 71.1 46.4 44.8 49.2 43.7 44.2 43 62 61.4 60.5""",
        answers={"worker": 22.858, "worker:machine": 13.909, "residual": 0.92463},
    ),
    "sirstv": Table(
        title="Resistance of silicon measured with five instruments",
        source=f"{_NIST}: SiRstv",
        response="resistance",
        unit="ohm cm",
        factors={"instrument": _numbers(5), "repeat": _numbers(5)},
        values="""
196.3052 196.1240 196.1890 196.2569 196.3403
196.3042 196.3825 196.1669 196.3257 196.0422
196.1303 196.2005 196.2889 196.0343 196.1811
196.2795 196.1748 196.1494 196.1485 195.9885
196.2119 196.1051 196.1850 196.0052 196.2090""",
        answers={"F statistic": 1.18046237440255},
    ),
    "atmwtag": Table(
        title="Atomic weight of silver measured with two instruments",
        source=f"{_NIST}: AtmWtAg",
        response="weight",
        unit="u",
        factors={"instrument": _numbers(2), "repeat": _numbers(24)},
        values="""
107.8681568 107.8681465 107.8681572 107.8681785 107.8681446 107.8681903 107.8681526 107.8681494
107.8681616 107.8681587 107.8681519 107.8681486 107.8681419 107.8681569 107.8681508 107.8681672
107.8681385 107.8681518 107.8681662 107.8681424 107.8681360 107.8681333 107.8681610 107.8681477
107.8681079 107.8681344 107.8681513 107.8681197 107.8681604 107.8681385 107.8681642 107.8681365
107.8681151 107.8681082 107.8681517 107.8681448 107.8681198 107.8681482 107.8681334 107.8681609
107.8681101 107.8681512 107.8681469 107.8681360 107.8681254 107.8681261 107.8681450 107.8681368""",
        answers={"F statistic": 15.9467335677930},
    ),
}
