"""Keys of every type: sorted, exact, a missing one of its own, and never two kinds of key in one column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.spelling import one_spelling
from kundenmetrik.errors import InvalidData, InvalidType, KundenmetrikError
from kundenmetrik.frame.reading.keys import labels

polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

NAMES = ["b", None, "a", "b", "Munchen", "M\u00fcnchen", "", " ", "a ", "NA", "007"]
IDS = [3, 1, None, 3, -7, 10**12]


def check(column: Any, items: list[Any]) -> None:
    codes, keys = labels(column, "segment")
    assert codes.dtype == np.intp
    present = sorted({item for item in items if item is not None})
    assert keys == present + [None] * (None in items)
    assert [type(key) for key in keys[: len(present)]] == [type(item) for item in present]
    assert [keys[code] for code in codes] == items


TEXTS = [
    list,
    tuple,
    pd.Series,
    pd.Index,
    polars.Series,
    pyarrow.array,
    lambda items: np.array(items, dtype=object),
    lambda items: pd.Series(items, dtype=object),
    lambda items: pd.Series(items, dtype="string"),
    lambda items: pd.Series(items, dtype="string[pyarrow]"),
    lambda items: pd.Series(items, dtype=pd.ArrowDtype(pyarrow.string())),
    lambda items: pd.Series(items).astype("category"),
    lambda items: polars.Series(items).cast(polars.Categorical),
    lambda items: pyarrow.array(items).dictionary_encode(),
    lambda items: pyarrow.chunked_array([items[:2], items[2:]]),
]
INTEGERS = [
    list,
    tuple,
    polars.Series,
    pyarrow.array,
    lambda items: pd.array(items, dtype="Int64"),
    lambda items: pd.Series(items, dtype="Int64"),
    lambda items: pd.Series(items, dtype="int64[pyarrow]"),
    lambda items: pd.Series(items, dtype=object),
    lambda items: pd.Series(items, dtype="Int64").astype("category"),
    lambda items: np.ma.array([5 if item is None else item for item in items], mask=[i is None for i in items]),
]


@pytest.mark.parametrize("make", TEXTS)
def test_texts_are_keys_that_differ_in_case_and_blanks(make: Any) -> None:
    check(make(NAMES), NAMES)


@pytest.mark.parametrize("make", TEXTS)
def test_texts_that_look_the_same_are_one_key(make: Any) -> None:
    """Decomposed letters of macOS, blanks that do not break, signs without width."""
    written = ["Ko\u0308ln", None, "K\u00f6ln", "Bad\u00a0Ems", "Bad Ems", "\ufeffBad\u202fEms", "Ko\u0308ln"]
    codes, keys = labels(make(written), "segment")
    assert keys == ["Bad Ems", "K\u00f6ln", None]
    assert codes.tolist() == [1, 2, 1, 0, 0, 0, 1]


@pytest.mark.parametrize("make", INTEGERS)
def test_whole_numbers_are_keys(make: Any) -> None:
    check(make(IDS), IDS)


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u8", ">i4"])
def test_the_ends_of_every_integer_type_are_keys(dtype: str) -> None:
    bounds = np.iinfo(dtype)
    for items in ([bounds.max, bounds.min, 5], [bounds.max, bounds.max - 2], [bounds.min + 1, bounds.min]):
        items = [int(item) for item in items]
        check(np.array(items, dtype), items)
        check(np.array(items, dtype)[::-1], items[::-1])


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1) | st.none(), max_size=30))
def test_any_whole_numbers(items: list[Any]) -> None:
    check(items, items)
    check(pd.array(items, dtype="Int64"), items)


@given(st.lists(st.text(max_size=3) | st.none(), max_size=20))
def test_any_texts(items: list[Any]) -> None:
    items = [None if item is None else one_spelling(item) for item in items]
    check(items, items)
    check(pd.Series(items, dtype=object), items)


def test_whole_numbers_in_a_narrow_range_are_looked_up() -> None:
    values = np.random.default_rng(0).integers(-500, 500, 20_000)
    codes, keys = labels(values, "by")
    expected, places = np.unique(values, return_inverse=True)
    assert keys == expected.tolist()
    np.testing.assert_array_equal(codes, places)


def test_booleans_and_dates_are_keys() -> None:
    check([True, None, False, True], [True, None, False, True])
    check(np.array([True, True]), [True, True])
    check(pd.Series([True, None], dtype="boolean"), [True, None])
    days = [dt.date(2026, 3, 1), None, dt.date(2026, 1, 1)]
    check(days, days)
    assert labels(np.array(["2026-01-02", "NaT", "2026-01-01"], "M8[D]"), "by")[1] == [
        pd.Timestamp("2026-01-01"),
        pd.Timestamp("2026-01-02"),
        None,
    ]


def test_categories_keep_their_order_and_unobserved_ones_their_place() -> None:
    values = pd.Categorical(["high", None, "low"], categories=["low", "mid", "high"], ordered=True)
    codes, keys = labels(values, "by")
    assert keys == ["low", "mid", "high", None]
    twice = pd.Categorical(["u\u0308", "a", "\u00fc", None], categories=["u\u0308", "b", "\u00fc", "a"])
    both, kept = labels(twice, "by")
    assert (both.tolist(), kept) == ([0, 2, 0, 3], ["\u00fc", "b", "a", None])
    assert codes.tolist() == [2, 3, 0]
    assert labels(pd.Series(pd.Categorical([2, 1], categories=[2, 3, 1])), "by")[1] == [2, 3, 1]


def test_only_missing_keys_are_one_group() -> None:
    for values in ([None, np.nan, pd.NA, pd.NaT], np.full(4, np.nan), pd.Series([None] * 4, dtype="str")):
        codes, keys = labels(values, "by")
        assert (codes.tolist(), keys) == ([0] * 4, [None])
    assert labels([], "by")[1] == labels(np.empty(0), "by")[1] == []


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([1, 2, "1"], (2,)),
        (["1", 1, "2", True], (1, 3)),
        ([1, 2, True], (2,)),
        ([1, 1.0, 2], (1,)),
        ([dt.date(2026, 1, 1), "x", "y"], (0,)),
    ],
)
def test_mixed_keys_are_refused_with_their_rows(values: list[Any], rows: tuple[Any, ...]) -> None:
    for column in (values, np.array(values, dtype=object), pd.Series(values, dtype=object)):
        with pytest.raises(InvalidData, match="by must be keys of one type") as caught:
            labels(column, "by")
        assert caught.value.faults[0].rows == rows


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0],
        np.array([1.0, np.nan]),
        pd.Series([1.0, None]),
        pd.Series([1.0], dtype="Float64"),
        pd.Series([1.5]).astype("category"),
        polars.Series([1.5]),
        [Decimal(1)],
        [1j],
        [[1]],
        [object(), object()],
    ],
    ids=lambda bad: type(bad[0] if isinstance(bad, list) and bad else bad).__name__,
)
def test_what_cannot_be_a_key_is_refused(values: Any) -> None:
    with pytest.raises(InvalidType, match="by must hold keys: whole numbers, texts, booleans or dates, not"):
        labels(values, "by")


@pytest.mark.parametrize("values", ["abc", 5, None, {1}, {1: 2}, iter([1]), np.zeros((2, 2)), pd.DataFrame({"a": [1]})])
def test_what_is_no_column_is_refused(values: Any) -> None:
    with pytest.raises(InvalidType, match="by must be "):
        labels(values, "by")


KEYS = st.one_of(
    st.integers(), st.text(max_size=2), st.booleans(), st.none(), st.floats(), st.dates(), st.binary(max_size=1)
)


@given(st.lists(KEYS, max_size=6))
def test_junk_raises_nothing_but_the_library_s_errors(items: list[Any]) -> None:
    try:
        codes, keys = labels(items, "by")
    except KundenmetrikError:
        return
    spelled = [one_spelling(item) if isinstance(item, str) else item for item in items]
    assert [keys[code] for code in codes] == [None if item is None or item != item else item for item in spelled]
