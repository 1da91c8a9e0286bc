"""Every group against a baseline: the right pairs, the right numbers, and nobody against themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.results.difference_table import DifferenceTable
from kundenmetrik.core.statistics.multiplicity import adjust_p_values
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName

ROWS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3), st.integers(0, 10)), min_size=8, max_size=80)
MONTHS = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05"])


def frame_of(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["shop", "month", "nps"])
    return frame.assign(day=MONTHS[frame["month"]])


def assert_row_is(row: dict[str, float], first: pd.Series, second: pd.Series) -> None:
    alone = km.compare(km.nps(first), km.nps(second))
    columns = {"difference": "value", "low": "low", "high": "high", "p_value": "p_value"}
    for column, name in columns.items():
        np.testing.assert_allclose(row[column], getattr(alone, name), rtol=1e-12, atol=1e-12)
    levels = row["value"], row["baseline_value"]
    np.testing.assert_allclose(levels, (km.nps(first).value, km.nps(second).value), rtol=1e-12)
    assert row["clear"] == (row["p_adjusted"] < 0.05)
    assert (row["n"], row["n_baseline"]) == (len(first), len(second))
    smaller = min(len(first), len(second))
    assert row["notes"] == ("empty" if smaller == 0 else "few_answers" if smaller < 10 else "")


@settings(max_examples=30)
@given(ROWS, st.sampled_from(["holm", "fdr_bh", None]))
def test_the_rest_is_everybody_else_of_the_period(rows: list[tuple[str, int, int]], adjust: str | None) -> None:
    frame = frame_of(rows)
    if frame["shop"].nunique() > 1:
        found = km.measure(frame, km.NPS("nps"), by="shop").compare(baseline="rest", adjust=adjust).to_frame()
        for row in found.to_dict("records"):
            own = frame["shop"] == row["shop"]
            assert_row_is(row, frame["nps"][own], frame["nps"][~own])
        p_values = found["p_value"].to_numpy()
        np.testing.assert_array_equal(found["p_adjusted"], adjust_p_values(p_values, adjust))
    table = km.measure(frame, km.NPS("nps"), by="shop", period="month", date="day")
    if len(table) > 1:
        for row in table.compare(baseline="rest", adjust=adjust):  # type: ignore[assignment]
            here = frame["day"].dt.strftime("%Y-%m") == row["period"]
            own = frame["shop"] == row["shop"]
            assert_row_is(row, frame["nps"][here & own], frame["nps"][here & ~own])


@settings(max_examples=30)
@given(ROWS)
def test_the_previous_is_the_same_group_one_period_before(rows: list[tuple[str, int, int]]) -> None:
    frame = frame_of(rows)
    found = km.measure(frame, km.NPS("nps"), by="shop", period="month", date="day").compare(baseline="previous")
    months = frame["month"].max() - frame["month"].min()
    assert len(found) == months * frame["shop"].nunique()
    when = frame["day"].dt.strftime("%Y-%m")
    for row in found:
        assert pd.Period(row["baseline"], "M") == pd.Period(row["period"], "M") - 1
        own = frame["shop"] == row["shop"]
        assert_row_is(row, frame["nps"][own & (when == row["period"])], frame["nps"][own & (when == row["baseline"])])


@settings(max_examples=30)
@given(ROWS, st.sampled_from("ABC"))
def test_a_key_is_that_group_in_the_same_period(rows: list[tuple[str, int, int]], key: str) -> None:
    frame = frame_of([*rows, ("A", 0, 5), ("B", 0, 5), ("C", 0, 5)])
    when = frame["day"].dt.strftime("%Y-%m")
    for row in km.measure(frame, km.NPS("nps"), by="shop", period="month", date="day").compare(baseline=key):
        assert row["shop"] != key
        here = when == row["period"]
        assert_row_is(
            row, frame["nps"][here & (frame["shop"] == row["shop"])], frame["nps"][here & (frame["shop"] == key)]
        )


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 10), st.floats(0.1, 5)), min_size=6, max_size=40))
def test_the_weighted_rest_is_the_rest_measured_alone(rows: list[tuple[str, int, float]]) -> None:
    frame = pd.DataFrame([*rows, ("A", 5, 1.0), ("B", 5, 1.0)], columns=["shop", "nps", "weight"])
    for row in km.measure(frame, km.NPS("nps"), by="shop", weight="weight").compare():
        own = frame["shop"] == row["shop"]
        parts = [km.measure(frame[mask], km.NPS("nps"), weight="weight").overall() for mask in (own, ~own)]
        assert row["difference"] == pytest.approx(parts[0].value - parts[1].value, abs=1e-9)
        assert (row["value"], row["baseline_value"]) == pytest.approx((parts[0].value, parts[1].value))
        assert (row["n"], row["n_baseline"]) == pytest.approx((parts[0].n, parts[1].n))


def test_a_gap_between_merged_tables_is_no_previous_period() -> None:
    early = pd.DataFrame({"day": MONTHS[[0, 1]], "nps": [10, 0]})
    late = early.assign(day=pd.to_datetime(["2026-05-01", "2026-06-01"]))
    parts = [km.measure(part, km.NPS("nps"), period="month", date="day") for part in (early, late)]
    found = (parts[0] + parts[1]).compare(baseline="previous").to_frame()
    assert found[["period", "baseline"]].to_numpy().tolist() == [["2026-02", "2026-01"], ["2026-06", "2026-05"]]


def test_rows_without_a_date_are_compared_with_nothing_before() -> None:
    frame = pd.DataFrame({"day": [MONTHS[0], MONTHS[1], pd.NaT], "nps": [10, 0, 5]})
    found = km.measure(frame, km.NPS("nps"), period="month", date="day").compare(baseline="previous").to_frame()
    assert found["period"].tolist() == ["2026-02"]


def test_wrong_baselines_are_told() -> None:
    frame = frame_of([("A", 0, 5), ("B", 0, 5), ("A", 1, 9)])
    table = km.measure(frame, km.NPS("nps"), by="shop")
    with pytest.raises(InvalidArgument, match="without a period"):
        table.compare(baseline="previous")
    with pytest.raises(UnknownName, match=r"^baseline must be one of 'A', 'B', not 'D'$"):
        table.compare(baseline="D")
    with pytest.raises(InvalidArgument, match="key of"):
        table.compare(baseline=("A", "B"))
    for junk in ([1], {"a": 1}, np.array([1, 2]), slice(None)):
        with pytest.raises(InvalidType, match=r"^baseline must"):
            table.compare(baseline=junk)
    for junk in ("holms", "", 1, True, np.array(["holm"])):  # type: ignore[assignment]
        with pytest.raises(UnknownName, match=r"^adjust must be one of"):
            table.compare(adjust=junk)
    with pytest.raises(InvalidArgument, match="only one group"):
        km.measure(frame, km.NPS("nps")).compare()
    clustered = km.measure(frame, km.NPS("nps"), by="shop", cluster="month")
    with pytest.raises(InvalidArgument, match="a cluster may span"):
        clustered.compare()


def test_several_metrics_stand_one_below_the_other() -> None:
    frame = frame_of([("A", 0, 5), ("B", 0, 5), ("A", 1, 9), ("B", 1, 2)]).assign(csat=[5, 4, 1, 2])
    found = km.measure(frame, [km.NPS("nps"), km.CSAT("csat")], by="shop").compare()
    assert isinstance(found, DifferenceTable)
    assert found.to_frame()["metric"].tolist() == ["nps", "nps", "csat", "csat"]
    assert len(found) == 2
    assert found.to_frame()["unit"].tolist() == ["points", "points", "percent", "percent"]
    assert "NPS, CSAT against rest: 4 comparisons" in repr(found)


def test_many_groups_are_compared_quickly_and_right() -> None:
    shop = np.repeat(np.arange(2000), 5)
    frame = pd.DataFrame({"shop": shop, "nps": np.random.default_rng(1).integers(0, 11, len(shop))})
    found = km.measure(frame, km.NPS("nps"), by="shop").compare().to_frame()
    assert len(found) == 2000
    assert_row_is(found.iloc[77].to_dict(), frame["nps"][frame["shop"] == 77], frame["nps"][frame["shop"] != 77])


@pytest.mark.parametrize(
    ("period", "days", "pairs"),
    [
        ("month", ["2024-03-05", "2025-03-09", "2025-04-01"], {"2025-03": "2024-03"}),
        ("quarter", ["2023-12-31", "2024-11-01", "2025-10-01"], {"2024-Q4": "2023-Q4", "2025-Q4": "2024-Q4"}),
        ("year", ["2023-05-01", "2024-05-01"], {"2024": "2023"}),
        ("week", ["2020-12-30", "2021-12-29", "2019-12-25"], {"2020-W52": "2019-W52", "2021-W52": "2020-W52"}),
        ("day", ["2024-02-28", "2024-02-29", "2025-02-28", "2025-03-01"], {"2025-02-28": "2024-02-28"}),
    ],
)
def test_the_previous_year_is_the_period_of_the_same_name(period: str, days: list[str], pairs: dict[str, str]) -> None:
    if period == "week":
        days = [*days, "2020-12-23"]
    frame = pd.DataFrame({"day": pd.to_datetime(days), "nps": [10, 3, 9, 7][: len(days)]})
    table = km.measure(frame, km.NPS("nps"), period=period, date="day")
    found = table.compare(baseline="previous_year").to_frame().dropna(subset=["value", "baseline_value"])
    assert dict(zip(found["period"], found["baseline"], strict=True)) == pairs
    for now, before in pairs.items():
        row = found[found["period"] == now].iloc[0]
        assert (row["value"], row["baseline_value"]) == (table[now].value, table[before].value)
        assert row["difference"] == km.compare(table[now], table[before]).value


def test_the_previous_year_of_each_group_is_its_own_and_windows_do_not_overlap() -> None:
    months = pd.date_range("2023-01-01", periods=36, freq="MS")
    frame = pd.DataFrame({"day": [*months, *months], "shop": ["A"] * 36 + ["B"] * 36, "nps": [*range(10), 3, 9] * 6})
    table = km.measure(frame, km.NPS("nps"), by="shop", period="month", date="day")
    found = table.compare(baseline="previous_year").to_frame()
    assert len(found) == 48
    assert (found["difference"] == 0).all()
    rolled = km.rolling(table, 3).compare(baseline="previous_year").to_frame()
    assert set(rolled["baseline"].str[:4]) == {"2023", "2024"}
    with pytest.raises(InvalidArgument, match="windows of 13 periods overlap"):
        km.rolling(table, 13).compare(baseline="previous_year")
    with pytest.raises(InvalidArgument, match="not be 'previous_year' on a table without a period"):
        table.total("shop").compare(baseline="previous_year")
