"""Groups by key columns and period, against a count by hand."""

from __future__ import annotations

import time
from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError, UnknownName
from kundenmetrik.frame.grouping import grouping

MONTHS = ["2026-01", "2026-02", "2026-03"]
ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["A", "B", "ü", ""]),
        st.none() | st.integers(-2, 2),
        st.none() | st.sampled_from(["low", "high"]),
        st.none() | st.sampled_from(MONTHS),
    ),
    max_size=25,
)


def frame_of(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["shop", "size", "level", "month"])
    level = pd.Categorical(frame["level"], categories=["low", "mid", "high"])
    days = pd.to_datetime(frame["month"].astype(object), format="%Y-%m")
    return frame.assign(shop=frame["shop"].astype(object), size=frame["size"].astype("Int64"), level=level, day=days)


def last(value: object) -> tuple[bool, object]:
    return (value is None, 0 if value is None else value)


@settings(max_examples=60)
@given(ROWS, st.sets(st.sampled_from(["shop", "size", "level"])), st.booleans())
def test_every_row_is_in_the_group_of_its_keys(rows: list[tuple[object, ...]], by: set[str], dated: bool) -> None:
    names = sorted(by)
    when = {"period": "month", "date": "day"} if dated else {}
    found = grouping(frame_of(rows), by=names, **when)
    own = [
        tuple(row[["shop", "size", "level"].index(name)] for name in names) + ((row[3],) if dated else ())
        for row in rows
    ]
    codes = np.zeros(len(rows), int) if found.codes is None else found.codes
    assert [found.groups.keys[code] for code in codes] == own
    assert set(own) <= set(found.groups.keys)
    rank = {"low": 0, "mid": 1, "high": 2}
    order = [
        tuple(
            last(rank.get(part, part) if name == "level" else part)
            for name, part in zip([*names, "period"], key, strict=False)
        )
        for key in found.groups.keys
    ]
    assert order == sorted(order)


@settings(max_examples=40)
@given(ROWS)
def test_categories_and_periods_make_a_grid_of_what_was_seen(rows: list[tuple[object, ...]]) -> None:
    found = grouping(frame_of(rows), by=["shop", "level"], period="month", date="day")
    months = sorted({row[3] for row in rows if row[3] is not None})  # type: ignore[type-var]
    span = MONTHS[MONTHS.index(months[0]) : MONTHS.index(months[-1]) + 1] if months else []
    grid = set(product({row[0] for row in rows}, ["low", "mid", "high"], span))
    own = {(row[0], row[2], row[3]) for row in rows}
    assert grid <= set(found.groups.keys)
    assert {key for key in found.groups.keys if None not in key[1:]} == grid | {
        key for key in own if None not in key[1:]
    }


def test_counts_by_hand() -> None:
    rows = [("A", 1, "low", "2026-01")] * 3 + [(None, 1, None, None)] * 2 + [("A", 2, "high", "2026-03")]
    frame = frame_of(rows).assign(nps=9)
    table = km.measure(frame, km.NPS("nps"), by=["shop", "size"], period="month", date="day")
    by_hand = Counter((row[0], row[1], row[3]) for row in rows)
    assert {key: int(n) for key, n in zip(table.groups.keys, table.counts.n, strict=True) if n} == by_hand


@pytest.mark.parametrize("by", [5, 1.5, {"shop": 1}, ["shop", 5], [["shop"]], [None], b"shop", range(1)], ids=repr)
def test_a_wrong_by_is_told(by: object) -> None:
    with pytest.raises(InvalidType, match=r"^by must be the name of a column or a list"):
        km.measure({"shop": ["A"], "nps": [1]}, km.NPS("nps"), by=by)


@pytest.mark.parametrize("argument", ["date", "weight", "count", "cluster"])
@pytest.mark.parametrize("name", [5, ["nps"], b"nps", True])
def test_another_column_is_named_by_a_string(argument: str, name: object) -> None:
    more = {"period": "month"} if argument == "date" else {}
    with pytest.raises(InvalidType, match=f"^{argument} must be the name of a column"):
        km.measure({"shop": ["A"], "nps": [1]}, km.NPS("nps"), **{argument: name}, **more)


def test_columns_that_cannot_be_keys_are_told() -> None:
    for values, kind in (
        ([1, "1"], InvalidData),
        ([1.5, 2.5], InvalidType),
        ([[1], [2]], KundenmetrikError),
        ([1, True], InvalidData),
    ):
        with pytest.raises(kind, match=r"^shop must"):
            km.measure({"shop": pd.Series(values, dtype=object), "nps": [1, 2]}, km.NPS("nps"), by="shop")
    with pytest.raises(UnknownName, match="Did you mean 'shop'"):
        km.measure({"shop": ["A"], "nps": [1]}, km.NPS("nps"), by="shops")
    with pytest.raises(InvalidArgument, match="once"):
        km.measure({"shop": ["A"], "nps": [1]}, km.NPS("nps"), by=["shop", "shop"])
    for name in ("n", "value", "period", "metric"):
        with pytest.raises(InvalidArgument, match="rename it first"):
            km.measure({name: ["A"], "nps": [1]}, km.NPS("nps"), by=name)


def test_keys_that_differ_in_case_or_blanks_stay_apart() -> None:
    keys = ["München", "münchen", "München ", "", " ", "nan", "None"]
    table = km.measure({"city": keys, "nps": [9] * len(keys)}, km.NPS("nps"), by="city")
    assert len(table) == len(set(keys)) == 7


def test_two_spellings_of_one_text_are_one_group() -> None:
    data = {"city": ["Ko\u0308ln", "K\u00f6ln", "Bad\u00a0Ems", "Bad Ems"], "nps": [10, 0, 10, 10]}
    table = km.measure(data, km.NPS("nps"), by="city")
    assert table.to_frame()[["city", "value", "n"]].to_numpy().tolist() == [
        ["Bad Ems", 100.0, 2],
        ["K\u00f6ln", 0.0, 2],
    ]
    assert table["Ko\u0308ln"] == table["K\u00f6ln"]


def test_too_many_groups_are_refused_before_they_are_made() -> None:
    days = pd.Series(np.array(["0001-01-01", "9999-12-31"], dtype="datetime64[s]"))
    shops = pd.Categorical(["A", "A"], categories=[f"S{number}" for number in range(2000)] + ["A"])
    with pytest.raises(InvalidArgument, match="at most 5,000,000"):
        km.measure(
            pd.DataFrame({"day": days, "shop": shops, "nps": 1}), km.NPS("nps"), by="shop", period="day", date="day"
        )


def test_a_hundred_thousand_groups_take_a_moment() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"shop": np.arange(300_000) % 100_000, "nps": rng.integers(0, 11, 300_000)})
    began = time.process_time()
    table = km.measure(frame, km.NPS("nps"), by="shop", min_n=2).to_frame()
    assert len(table) == 100_000
    assert time.process_time() - began < 4  # about 0.4; a loop over the groups would take 20
