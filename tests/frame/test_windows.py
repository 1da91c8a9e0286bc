"""Rolling and cumulative windows against the rows counted again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, KundenmetrikError

MONTHS = pd.period_range("2025-11", periods=8, freq="M")
ROWS = st.lists(
    st.tuples(st.sampled_from("AB"), st.none() | st.integers(0, 7), st.integers(0, 10)), min_size=1, max_size=40
)


def frame_of(rows: list[tuple[str, int | None, int]]) -> pd.DataFrame:
    days = [pd.NaT if month is None else MONTHS[month].start_time for _, month, _ in rows]
    return pd.DataFrame(
        {
            "shop": [row[0] for row in rows],
            "day": pd.Series(days, dtype="datetime64[us]"),
            "nps": [row[2] for row in rows],
        }
    )


def table_of(frame: pd.DataFrame, **options: object) -> km.EstimateTable:
    return km.measure(frame, km.NPS("nps"), by="shop", period="month", date="day", **options)


def inside(frame: pd.DataFrame, shop: str, last: str, periods: int) -> pd.DataFrame:
    month = frame["day"].dt.to_period("M")
    end = pd.Period(last, "M")
    return frame[(frame["shop"] == shop) & (month <= end) & (month > end - periods)]


@settings(max_examples=40)
@given(ROWS, st.integers(1, 10))
def test_a_window_is_its_rows_counted_again(rows: list[tuple[str, int | None, int]], periods: int) -> None:
    frame = frame_of(rows)
    table = table_of(frame)
    rolled, grown = km.rolling(table, periods), km.cumulative(table)
    known = sorted(key[1] for key in table.groups.keys if key[1] is not None)
    for shop, month in table.groups.keys:
        if month is None:
            assert rolled[shop, None].notes[-1] == grown[shop, None].notes[-1] == "no_period"
            assert np.isnan(rolled[shop, None].value)
            continue
        assert grown[shop, month] == km.nps(inside(frame, shop, month, 99)["nps"])
        if (pd.Period(month, "M") - pd.Period(known[0], "M")).n >= periods - 1:
            assert rolled[shop, month] == km.nps(inside(frame, shop, month, periods)["nps"])
        else:
            assert np.isnan(rolled[shop, month].value)
            assert "window_incomplete" in rolled[shop, month].notes


@settings(max_examples=30)
@given(ROWS)
def test_a_window_of_all_periods_is_the_total(rows: list[tuple[str, int | None, int]]) -> None:
    frame = frame_of(rows).dropna()
    if len(frame):
        table = table_of(frame)
        last = max(key[1] for key in table.groups.keys)
        for shop in frame["shop"].unique():
            assert km.cumulative(table)[shop, last] == table.total("shop")[shop]


@settings(max_examples=30)
@given(ROWS, st.integers(1, 3))
def test_previous_compares_whole_windows_that_share_no_answer(
    rows: list[tuple[str, int | None, int]], periods: int
) -> None:
    frame = frame_of([*rows, ("A", 0, 5), ("A", 7, 5)])
    found = km.rolling(table_of(frame), periods).compare(baseline="previous")
    first = MONTHS[0]
    seen = set()
    for row in found:
        last, before = pd.Period(row["period"], "M"), pd.Period(row["baseline"], "M")
        assert (last - before).n == periods
        assert (before - first).n >= periods - 1
        own, other = (inside(frame, row["shop"], str(end), periods)["nps"] for end in (last, before))
        assert (row["n"], row["n_baseline"]) == (len(own), len(other))
        np.testing.assert_allclose(row["difference"], km.compare(km.nps(own), km.nps(other)).value, atol=1e-9)
        seen.add((row["shop"], str(last)))
    assert len(seen) == (8 - 2 * periods + 1) * frame["shop"].nunique()


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 10), st.floats(0.001, 1000)), min_size=2, max_size=30))
def test_weighted_windows_are_added_up_afresh(rows: list[tuple[int, int, float]]) -> None:
    frame = pd.DataFrame(
        {
            "day": [MONTHS[r[0]].start_time for r in rows],
            "nps": [r[1] for r in rows],
            "w": [r[2] for r in rows],
            "shop": "A",
        }
    )
    rolled = km.rolling(table_of(frame, weight="w"), 2)
    assert all((counts.table >= 0).all() for counts in rolled.tallies)
    for key in rolled.groups.keys[1:]:
        part = inside(frame, "A", key[1], 2)
        if len(part):
            alone = km.measure(part, km.NPS("nps"), weight="w").overall()
            assert rolled[key].value == pytest.approx(alone.value, abs=1e-9)
            assert rolled[key].n == pytest.approx(alone.n, rel=1e-9)
            assert rolled[key].n_raw == len(part)
        else:
            assert np.isnan(rolled[key].value)


def test_months_that_merged_tables_lack_are_still_months() -> None:
    frame = frame_of([("A", 0, 10), ("A", 1, 10), ("A", 5, 0), ("A", 6, 0)])
    early, late = (table_of(frame[mask]) for mask in (frame["nps"] == 10, frame["nps"] == 0))
    rolled = km.rolling(early + late, 2)
    assert rolled["A", str(MONTHS[5])].value == -100.0
    assert rolled["A", str(MONTHS[5])].n == 1
    assert km.rolling(early + late, 6)["A", str(MONTHS[5])].n == 3


def test_the_difference_of_two_windows_tells_no_hidden_month() -> None:
    sizes = [30, 3, 40, 9, 50, 60]
    rows = [("A", month, 9) for month, size in enumerate(sizes) for _ in range(size)]
    table = table_of(frame_of(rows), min_n=5)
    months = [str(month) for month in MONTHS[:6]]
    hidden = [np.isnan(table["A", month].value) for month in months]
    assert hidden == [False, True, False, True, False, False]
    grown = km.cumulative(table).to_frame()["n"]
    assert np.isnan(grown).tolist() == [False, True, True, False, False, False]
    rolled = km.rolling(table, 2)
    assert [rolled["A", month].notes for month in months[1:5]] == [("suppressed",)] * 4
    assert rolled["A", months[5]].n == 110


def test_what_cannot_be_rolled_is_told() -> None:
    frame = frame_of([("A", 0, 10), ("A", 1, 10)])
    table = table_of(frame)
    with pytest.raises(InvalidArgument, match="have a period"):
        km.rolling(km.measure(frame, km.NPS("nps"), by="shop"), 2)
    with pytest.raises(InvalidArgument, match="rolled already"):
        km.rolling(km.rolling(table, 2), 2)
    with pytest.raises(InvalidArgument, match="without cluster"):
        km.rolling(table_of(frame, cluster="nps"), 2)
    for junk in (0, -1, 1.5, None, "3", True, 2**70, [2]):
        with pytest.raises(KundenmetrikError, match=r"^periods must"):
            km.rolling(table, junk)
    with pytest.raises(InvalidArgument, match="not be rolled"):
        km.rolling(table, 2).overall()
    with pytest.raises(InvalidArgument, match="not be rolled"):
        km.rolling(table, 2) + table
    with pytest.raises(InvalidArgument, match="no window has a whole one before it"):
        km.cumulative(table).compare(baseline="previous")
    for junk in (None, 5, frame):  # type: ignore[assignment]
        with pytest.raises(KundenmetrikError, match=r"^table must"):
            km.rolling(junk, 2)
        with pytest.raises(KundenmetrikError, match=r"^table must"):
            km.cumulative(junk)


def test_an_empty_table_has_empty_windows() -> None:
    empty = table_of(frame_of([("A", 0, 10)]).iloc[:0])
    assert len(km.rolling(empty, 3)) == len(km.cumulative(empty)) == 0
