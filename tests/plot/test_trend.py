"""A metric over periods: where the points and intervals are, and what is left white."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

import kundenmetrik as km
from kundenmetrik.core.results.table import EstimateTable
from tests import builders

DAYS = pd.date_range("2024-01-01", "2025-12-31", freq="D")
RNG = np.random.default_rng(5)
FRAME = pd.DataFrame(
    {"day": DAYS, "shop": np.where(np.arange(len(DAYS)) % 3, "A", "B"), "nps": RNG.integers(0, 11, len(DAYS))}
)


def table(**options: str) -> EstimateTable:
    return km.measure(FRAME, km.NPS("nps"), period="month", date="day", **options)


def points(line: Line2D) -> NDArray[Any]:
    return np.column_stack(line.get_data())


def test_one_line_has_its_values_and_a_band_between_its_limits() -> None:
    measured = table()
    ax = km.plot.trend(measured)
    frame = measured.to_frame()
    np.testing.assert_array_equal(points(ax.lines[0]), np.column_stack([np.arange(24), frame["value"]]))
    band = next(one for one in ax.collections if isinstance(one, PolyCollection)).get_paths()[0].vertices
    for place, row in frame.iterrows():
        assert set(band[band[:, 0] == place][:, 1]) >= {row["low"], row["high"]}
    assert ax.get_legend() is None


def test_each_group_has_a_line_and_an_interval_at_every_point() -> None:
    measured = table(by="shop")
    ax = km.plot.trend(measured)
    assert builders.legend(ax) == ["A", "B"]
    bars = [one for one in ax.collections if isinstance(one, LineCollection)]
    frame = measured.to_frame()
    for shop, line, bar in zip("AB", ax.lines, bars, strict=True):
        rows = frame[frame["shop"] == shop]
        np.testing.assert_array_equal(line.get_ydata(), rows["value"])
        ends = np.array([segment[:, 1] for segment in bar.get_segments()])
        np.testing.assert_array_equal(ends, rows[["low", "high"]])
        assert (np.abs(line.get_xdata() - np.arange(24)) < 0.5).all()
    assert (ax.lines[0].get_xdata() < ax.lines[1].get_xdata()).all()


def test_a_group_without_any_value_is_not_in_the_legend() -> None:
    three = FRAME.assign(shop=np.array(["B", "C", "A", "A", "A", "A"])[np.arange(len(DAYS)) % 6])
    hidden = km.measure(three, km.NPS("nps"), by="shop", period="month", date="day", min_n=8)
    assert hidden.to_frame().groupby("shop")["value"].count().to_dict() == {"A": 24, "B": 0, "C": 0}
    for found, names in ((table(by="shop"), {"A", "B"}), (hidden, {"A"})):
        key = km.plot.trend(found).get_legend()
        assert key is not None
        assert {text.get_text() for text in key.get_texts()} == names
    nothing = km.measure(FRAME, km.NPS("nps"), by="shop", period="month", date="day", min_n=99)
    assert km.plot.trend(nothing).get_legend() is None


def test_labels_of_many_periods_do_not_overlap_and_the_newest_is_there() -> None:
    ax = km.plot.trend(table(by="shop"))
    labels = ax.get_xticklabels()
    assert labels[-1].get_text() == "2025-12"
    assert len(labels) >= 4
    assert not builders.overlaps(ax, labels)


def test_an_undefined_value_is_a_gap_and_its_neighbours_keep_their_intervals() -> None:
    days = pd.to_datetime(["2025-01-01"] * 9 + ["2025-03-01"] * 9)
    ax = km.plot.trend(km.measure({"day": days, "nps": [9] * 18}, km.NPS("nps"), period="month", date="day"))
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, True, False]
    alone = next(one for one in ax.collections if isinstance(one, LineCollection)).get_segments()
    assert [segment[0, 0] for segment in alone] == [0.0, 2.0]


def test_shares_are_written_in_percent_and_drawn_as_they_are() -> None:
    people = km.datasets.webshop(n_customers=300, seed=1).customers
    rate = km.retention.ledger(people, period="quarter", observed_until="2025-12-31").rate()
    ax = km.plot.trend(rate, language="de")
    assert ax.get_ylabel() == "Kundenbindungsrate (%), mit 95\N{NO-BREAK SPACE}%-Konfidenzintervall"
    shown = [float(text.replace(",", ".")) for text in builders.ticks(ax.yaxis)]
    assert 50 < max(shown) <= 100
    assert np.nanmax(ax.lines[0].get_ydata()) <= 1


def test_the_confidence_stands_on_the_axis() -> None:
    assert "99.9\N{NO-BREAK SPACE}%" in km.plot.trend(table().at(confidence=0.999)).get_ylabel()
    assert "90\N{NO-BREAK SPACE}%" in km.plot.trend(table().at(confidence=0.9)).get_ylabel()


def test_tables_without_periods_or_with_two_metrics_are_refused() -> None:
    with pytest.raises(km.errors.InvalidArgument, match="have periods"):
        km.plot.trend(km.measure(FRAME, km.NPS("nps"), by="shop"))
    with pytest.raises(km.errors.InvalidArgument, match="one metric"):
        km.plot.trend(km.measure(FRAME, [km.NPS("nps"), km.NPS("nps").with_name("again")], period="month", date="day"))
