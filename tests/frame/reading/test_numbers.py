"""The same numbers from every container and type; what is no number is refused with rows, values and a remedy."""

from __future__ import annotations

import array
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.counting.histogram import histogram
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError
from kundenmetrik.frame.reading.numbers import Column, common_length, nonnegative, numbers

polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

WIDTHS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i2", ">i8", ">f4"]
ANSWERS = [9, 10, 3, 0, 7, 10, 6]
GAPPED = [9, None, 3, 0, None, 10, 6]


def tally(values: Any) -> tuple[list[int], int, int, int]:
    column = numbers(values, "scores")
    steps = histogram(column.values, 0, 10, column.missing)
    return steps.counts.tolist(), steps.missing, steps.out_of_scale, steps.not_a_step


def whole_columns() -> Iterator[Any]:
    yield from (list, tuple, pd.Series, pd.Index, deque, polars.Series, pyarrow.array)
    yield from (lambda items, dtype=dtype: np.array(items, dtype) for dtype in WIDTHS)
    yield lambda items: np.repeat(np.array(items), 2)[::2]
    yield lambda items: np.array(items[::-1])[::-1]
    yield lambda items: array.array("b", items)
    yield lambda items: memoryview(array.array("q", items))
    yield lambda items: np.ma.array(items, mask=False)
    yield lambda items: pd.arrays.SparseArray(items)


def gapped_columns() -> Iterator[Any]:
    yield from (list, tuple, pd.Series, pd.Index, polars.Series, pyarrow.array)
    yield lambda items: [np.nan if item is None else float(item) for item in items]
    yield lambda items: [pd.NA if item is None else np.int8(item) for item in items]
    yield lambda items: [pd.NaT if item is None else Decimal(item) for item in items]
    yield lambda items: [Decimal("nan") if item is None else Fraction(item) for item in items]
    yield lambda items: np.array(items, dtype=object)
    yield lambda items: np.array(items, dtype="f2")
    yield lambda items: np.ma.array([5 if item is None else item for item in items], mask=[i is None for i in items])
    yield lambda items: pd.Series(items, dtype=object)
    yield lambda items: pd.Series(items).astype("category")
    yield lambda items: pd.Series(items, dtype="Int64").astype("category").cat.as_ordered()
    yield lambda items: pd.Categorical(items, categories=[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    for dtype in ("Int8", "UInt8", "Int64", "Float32", "Float64", "int8[pyarrow]", "double[pyarrow]"):
        yield lambda items, dtype=dtype: pd.Series(items, dtype=dtype)
        yield lambda items, dtype=dtype: pd.array(items, dtype=dtype)
    yield lambda items: pyarrow.chunked_array([items[:3], items[3:]])
    yield lambda items: pyarrow.array(items).dictionary_encode()
    yield lambda items: pyarrow.array(items, type=pyarrow.decimal128(5, 2))
    yield lambda items: pyarrow.array(items, type=pyarrow.int8())
    yield lambda items: polars.Series(items, dtype=polars.Float32)
    yield lambda items: polars.Series(items, dtype=polars.Decimal(5, 2))


@pytest.mark.parametrize("make", list(whole_columns()))
def test_whole_columns_are_the_same_everywhere(make: Any) -> None:
    assert tally(make(ANSWERS)) == ([1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 2], 0, 0, 0)


@pytest.mark.parametrize("make", list(gapped_columns()))
def test_gaps_are_the_same_everywhere(make: Any) -> None:
    column = make(GAPPED)
    before = repr(column)
    assert tally(column) == ([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1], 2, 0, 0)
    assert repr(column) == before


@given(st.lists(st.none() | st.integers(-3, 12), max_size=30))
def test_any_answers_are_the_same_everywhere(items: list[Any]) -> None:
    tallies = [
        tally(make(items))
        for make in (list, lambda i: pd.Series(i, dtype="Int8"), lambda i: polars.Series(i, dtype=polars.Int8))
    ]
    tallies.append(tally(pd.Series(items, dtype="float64")))
    tallies.append(tally(pyarrow.array(items, type=pyarrow.int16())))
    assert all(each == tallies[0] for each in tallies)


def test_a_range_is_a_column() -> None:
    assert numbers(range(3, 9, 2), "x").values.tolist() == [3, 5, 7]


def test_arrays_are_shared_not_copied() -> None:
    values = np.arange(5)
    nullable = pd.array([1, None, 3], dtype="Int64")
    assert np.shares_memory(numbers(values, "x").values, values)
    assert np.shares_memory(numbers(pd.Series(values, copy=False), "x").values, values)
    assert np.shares_memory(numbers(nullable, "x").values, nullable._data)  # type: ignore[attr-defined]
    assert np.shares_memory(numbers(nullable, "x").missing, nullable._mask)  # type: ignore[attr-defined]


def test_only_missing_values_are_a_column() -> None:
    for values in ([None, None], [np.nan], pd.Series([None, None]), pd.Series([None], dtype="str"), pyarrow.nulls(2)):
        column = numbers(values, "x")
        assert histogram(column.values, 0, 10, column.missing).missing == len(values)
    assert numbers([], "x").values.size == 0


def test_whole_numbers_stay_whole_to_64_bits() -> None:
    assert numbers([2**63 - 1, None], "x").values.tolist()[0] == 2**63 - 1
    assert numbers([2**64 - 1], "x").values.tolist() == [2**64 - 1]
    assert numbers(pd.Series([2**53 + 1, None], dtype="int64[pyarrow]"), "x").values[0] == 2**53 + 1
    assert numbers(polars.Series([2**53 + 1, None]), "x").values[0] == 2**53 + 1
    with pytest.raises(InvalidData, match="fit into 64 bits; 1 of 2"):
        numbers([2**64, 1], "x")


def test_numbers_a_float_would_round_are_refused() -> None:
    for values in ([2**53 + 1, 0.5], [Decimal("7.1")], [Fraction(1, 3)], [10**400, 0.5]):
        with pytest.raises(InvalidData, match="held exactly by a float"):
            numbers(values, "x")
    assert numbers([Decimal("7.5"), 2**53], "x").values.tolist() == [7.5, 2.0**53]


ONE_SHOT = (item for item in ANSWERS)
WRONG_TYPES = [
    (["9", "8"], r"scores must be numbers, not text \(rows 0, 1: '9', '8'\)\. Convert text"),
    (np.array(["9"]), r"not text \(rows 0: '9'\)"),
    (pd.Series(["9", None]), "not text"),
    (pd.Series(["9"], dtype="category"), "not text"),
    (polars.Series(["9"]), "not text"),
    (pyarrow.array(["9"]), "not text"),
    ([b"9"], "not text"),
    (["9,0", "9,50"], r"A decimal comma is text to Python"),
    ([True, False], "not booleans"),
    (np.array([True]), "not booleans"),
    (pd.Series([True, None], dtype="boolean"), "not booleans"),
    (pd.Series([True, False]).astype("category"), "not booleans"),
    (polars.Series([True]), "not booleans"),
    (pd.Series([True], dtype="bool[pyarrow]"), "not booleans"),
    ([1j], "be real numbers"),
    (np.array([1j]), "be real numbers"),
    (pd.to_datetime(["2026-01-01"]), "not dates or times"),
    (np.array(["2026-01-01"], "M8[ns]"), "not dates or times"),
    (np.array([5], "m8[ns]"), "not dates or times"),
    (pd.period_range("2026-01", periods=1, freq="M"), "not dates or times"),
    ([[9], [8]], "be numbers"),
    (np.zeros((2, 2)), "be one column, not a table"),
    (pd.DataFrame({"score": [9]}), 'Name the column, such as frame\\["score"\\]'),
    (polars.DataFrame({"score": [9]}), "be one column, not a table"),
    (pyarrow.table({"score": [9]}), "be one column, not a table"),
    (9, "Put a single value into a list"),
    (np.float64(9), "Put a single value into a list"),
    (np.array(9), "Put a single value into a list"),
    (None, "be a column of values, not None"),
    (True, "be a column of values, not True"),
    ("9876", "be a column of values, not '9876'"),
    (b"9876", "be a column of values"),
    ({9, 8}, "be a column, not a set. Make it a list first"),
    (frozenset({9}), "not a frozenset"),
    ({1: 9}, "be a column, not a dict"),
    ({1: 9}.values(), "not a dict_values"),
    (ONE_SHOT, "be a column, not a generator. Make it a list first"),
    (iter([9]), "not a list_iterator"),
    (map(int, "98"), "not a map"),
]


@pytest.mark.parametrize(("values", "message"), WRONG_TYPES, ids=lambda each: type(each).__name__)
def test_what_is_no_column_of_numbers_is_refused(values: Any, message: str) -> None:
    with pytest.raises(InvalidType, match=message) as caught:
        numbers(values, "scores")
    assert isinstance(caught.value, TypeError)
    assert str(caught.value).startswith("scores must ")
    assert len(str(caught.value)) < 1_000


def test_a_generator_is_refused_before_it_is_used_up() -> None:
    assert list(ONE_SHOT) == ANSWERS


def test_all_faults_of_a_mixed_column_are_listed() -> None:
    with pytest.raises(InvalidData) as caught:
        numbers([9, "9,5", True, None, 1j, "8"], "scores")
    assert [(fault.code, fault.count, fault.rows) for fault in caught.value.faults] == [
        ("text", 2, (1, 5)),
        ("truth", 1, (2,)),
        ("complex", 1, (4,)),
    ]
    assert "decimal=','" in caught.value.faults[0].remedy


@given(
    st.lists(
        st.one_of(
            st.integers(),
            st.floats(),
            st.text(max_size=3),
            st.booleans(),
            st.none(),
            st.complex_numbers(),
            st.dates(),
            st.decimals(),
            st.binary(max_size=2),
        ),
        max_size=8,
    )
)
def test_junk_raises_nothing_but_the_library_s_errors(items: list[Any]) -> None:
    for values in (items, np.array(items, dtype=object)):
        try:
            column = numbers(values, "x")
        except KundenmetrikError:
            continue
        assert column.values.shape == (len(items),)
        assert column.values.dtype.kind in "iuf"


def test_lengths_are_compared_with_both_named() -> None:
    assert common_length(scores=[1, 2], weight=np.ones(2), count=None) == 2
    with pytest.raises(InvalidArgument, match="weight must have as many rows as scores: 3, not 2"):
        common_length(scores=[1, 2, 3], weight=[1, 2])


def test_series_with_other_labels_are_refused() -> None:
    scores = pd.Series([1, 2], index=["a", "b"])
    assert common_length(scores=scores, weight=pd.Series([1.0, 2.0], index=["a", "b"])) == 2
    assert common_length(scores=scores, weight=[1.0, 2.0]) == 2
    for index in (["b", "a"], ["x", "y"], ["a", "a"]):
        with pytest.raises(InvalidArgument, match=r"weight must have the same index as scores\. Reindex"):
            common_length(scores=scores, weight=pd.Series([1.0, 2.0], index=index))


def test_weights_that_are_none_are_listed_with_rows() -> None:
    with pytest.raises(InvalidData) as caught:
        nonnegative(Column(np.array([1.0, -1.0, np.nan, np.inf, -np.inf])), "weight")
    assert [(fault.code, fault.rows) for fault in caught.value.faults] == [
        ("missing", (2,)),
        ("not_finite", (3, 4)),
        ("ge", (1,)),
    ]
    assert str(caught.value.faults[2]) == "weight must be at least 0; 1 of 5 is not (row 1: -1)"


def test_counts_are_whole_and_amounts_may_have_gaps() -> None:
    nonnegative(Column(np.array([0.0, 3.0])), "count", whole=True)
    nonnegative(Column(np.array([5, -9]), np.array([False, True])), "amount", complete=False)
    with pytest.raises(InvalidData, match="be whole numbers; 1 of 2 is not"):
        nonnegative(Column(np.array([0.5, 1.0])), "count", whole=True)
    with pytest.raises(InvalidData, match="be given in every row; 1 of 2 is not"):
        nonnegative(Column(np.array([5, 0]), np.array([False, True])), "count")


def test_whole_numbers_among_floats_are_floats() -> None:
    assert numbers([9, 8.5, -3], "x").values.tolist() == [9.0, 8.5, -3.0]
    assert tally([9, float("nan"), 10.0]) == tally([9, None, 10])
    with pytest.raises(InvalidData, match="held exactly"):
        numbers([float("nan"), 2**53 + 1], "x")
    with pytest.raises(InvalidData, match="held exactly"):
        numbers([2**53 + 1, float("nan")], "x")
