"""Differences one below the other: places, limits, colours of what is real, names of the baselines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import kundenmetrik as km
from kundenmetrik.plot.colours import BAD, GOOD, MUTED
from tests import builders

FRAME = {
    "shop": ["A"] * 60 + ["B"] * 60 + ["C"] * 60,
    "nps": [10] * 50 + [3] * 10 + [10] * 20 + [3] * 40 + [10] * 35 + [3] * 25,
}
TABLE = km.measure(FRAME, km.NPS("nps"), by="shop")


def test_differences_are_coloured_by_what_is_real() -> None:
    ax = km.plot.differences(TABLE.compare(baseline="rest"))
    frame = TABLE.compare(baseline="rest").to_frame()
    expected = [
        MUTED if p >= 0.05 else GOOD if value > 0 else BAD
        for p, value in zip(frame["p_adjusted"], frame["difference"], strict=True)
    ]
    assert [bar.get_color() for bar in builders.bars(ax)] == expected
    assert {GOOD, BAD} <= set(expected)
    assert [dot.get_xdata()[0] for dot in builders.dots(ax)] == frame["difference"].tolist()
    np.testing.assert_array_equal([bar.get_xdata() for bar in builders.bars(ax)], frame[["low", "high"]])
    assert "the rest" in ax.get_xlabel()
    assert "better, real" in ax.texts[0].get_text()


def test_lower_is_better_where_the_metric_says_so() -> None:
    sales = {"kind": ["complaint"] * 60 + ["purchase"] * 3000, "shop": (["A"] * 50 + ["B"] * 10) + ["A", "B"] * 1500}
    table = km.measure(sales, km.TGW(), by="shop")
    ax = km.plot.differences(table.compare(baseline="B"))
    assert [bar.get_color() for bar in builders.bars(ax)] == [BAD]


def test_previous_periods_are_named_in_the_row() -> None:
    days = pd.to_datetime(["2025-01-05"] * 20 + ["2025-02-05"] * 20 + ["2025-03-05"] * 20)
    table = km.measure({"day": days, "nps": [9, 3] * 30}, km.NPS("nps"), period="month", date="day")
    ax = km.plot.differences(table.compare(baseline="previous"), language="de")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2025-02 gegen 2025-01", "2025-03 gegen 2025-02"]


def test_without_room_beside_the_legend_says_what_colours_mean() -> None:
    ax = km.plot.differences(TABLE.compare(), ax=Figure().add_subplot())
    assert not ax.texts
    assert "better, real" in builders.legend(ax)


def test_differences_of_several_metrics_are_refused() -> None:
    both = km.measure(FRAME, [km.NPS("nps"), km.NPS("nps").with_name("again")], by="shop")
    with pytest.raises(km.errors.InvalidArgument, match="one metric"):
        km.plot.differences(both.compare())
