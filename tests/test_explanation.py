"""The front door's own part: which figure belongs to a verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sidus_lab as sl
from sidus_lab import words
from sidus_lab.errors import SidusError


def runs(**columns: object) -> pd.DataFrame:
    """Eight nodes in rounds, ten each; node7 takes 12 % longer."""
    random = np.random.default_rng(1)
    rows = [
        (f"node{i + 1}", 10 * (1.12 if i == 6 else 1) * random.normal(1, 0.01)) for _ in range(10) for i in range(8)
    ]
    return pd.DataFrame(rows, columns=["node", "value"]).assign(**columns)


def test_with_an_order_the_figure_shows_it_and_marks_the_odd_node() -> None:
    frame = runs(order=range(80))
    figure = sl.explain(frame, response="value").figure()
    names = [str(text) for text in figure.layout.xaxis.ticktext]
    assert [name for name in names if "node7" in name and "◆" in name]
    assert not [name for name in names if "node1" in name and "◆" in name]


def test_nodes_that_are_numbers_can_be_marked_too() -> None:
    frame = runs(order=range(80))
    frame["node"] = frame["node"].str[4:].astype(int)
    assert any("◆" in str(text) for text in sl.explain(frame, response="value").figure().layout.xaxis.ticktext)


def test_without_an_order_nothing_is_drawn_in_one() -> None:
    figure = sl.explain(runs(), response="value").figure()
    assert not any("◆" in str(text) for text in figure.layout.xaxis.ticktext or ())


def test_the_language_is_that_of_this_call_only() -> None:
    french = sl.explain(runs(order=range(80)), response="value", language="fr")
    assert "nœud" in str(french)
    assert french.language == "fr"
    assert words.current() == "en"
    assert "nœud" not in str(sl.explain(runs(order=range(80)), response="value"))
    with sl.language("fr"):
        assert "nœud" not in str(sl.explain(runs(order=range(80)), response="value", language="en"))
    records = sl.datasets.simulate(nodes=3, repeats=4, seed=1)
    for ask in (sl.explain, sl.explain_records):
        assert "Limites" in str(ask(records, language="fr"))


def test_a_language_without_words_is_refused_before_anything_is_computed() -> None:
    with pytest.raises(SidusError, match="'de'"):
        sl.explain(runs(), response="value", language="de")
    assert words.current() == "en"
