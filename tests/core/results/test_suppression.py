"""Small groups stay hidden, and nothing that is shown gives them away."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.suppression import hidden_groups


def test_a_group_below_the_limit_and_one_more_are_hidden() -> None:
    groups = Groups(names=("shop",), keys=(("A",), ("B",), ("C",)))
    hidden = hidden_groups(groups, [np.array([3, 20, 10])], 5)
    assert hidden.tolist() == [True, False, True]


def test_an_empty_group_is_not_hidden() -> None:
    groups = Groups(names=("shop",), keys=(("A",), ("B",)))
    assert not hidden_groups(groups, [np.array([0, 20])], 5).any()


@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(0, 6))
def test_no_margin_minus_what_is_shown_tells_a_small_group(rows: list[int], min_n: int) -> None:
    keys = tuple(product(["A", "B", "C"], ["1", "2", "3", "4"]))
    counted = np.array(rows)
    hidden = hidden_groups(Groups(names=("shop", "month"), keys=keys), [counted], min_n)
    assert hidden[(counted > 0) & (counted < min_n)].all()
    for line in (
        [i for i, key in enumerate(keys) if key[axis] == value]
        for axis in (0, 1)
        for value in {key[axis] for key in keys}
    ):
        inside = [counted[i] for i in line if hidden[i] and counted[i]]
        shown = [i for i in line if not hidden[i] and counted[i]]
        assert not shown or not inside or (len(inside) > 1 and sum(inside) >= min_n)


def test_values_counts_and_comparisons_hide_them_too() -> None:
    frame = pd.DataFrame(
        {"shop": ["A"] * 3 + ["B"] * 40 + ["C"] * 30 + ["D"] * 50, "nps": [10, 0, 5] + [9] * 40 + [8] * 30 + [2] * 50}
    )
    table = km.measure(frame, km.NPS("nps"), by="shop", min_n=5)
    shown = table.to_frame().set_index("shop")
    assert shown.loc[["A", "C"], ["value", "low", "high", "n", "excluded"]].isna().all(axis=None)
    assert (shown.loc[["A", "C"], "notes"] == "suppressed").all()
    assert shown.loc["B", "value"] == 100.0
    assert [key[0] for key in table.counts.groups.keys] == ["B", "D"]
    assert np.isnan(table["A"].value)
    assert table["A"].counts is None
    assert table.overall().n == 123
    assert table.compare(baseline="rest").to_frame()["shop"].tolist() == ["B", "D"]
    assert "A" not in table.compare(baseline="B").to_frame()["shop"].tolist()
