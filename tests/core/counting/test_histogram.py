"""The histogram against a count in plain Python, for every numeric type and both ways of counting."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.counting.bit_planes import LARGEST_TOP, Planes, plain_counts
from kundenmetrik.core.counting.histogram import histogram, offenders

INTEGERS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i2", ">i4", ">i8", ">u4"]
FLOATS = ["f2", "f4", "f8", ">f4", ">f8", "g"]
SCALES = [
    (0, 10),
    (1, 5),
    (1, 7),
    (-5, 5),
    (0, 1),
    (3, 3),
    (0, 15),
    (0, 16),
    (-3, 250),
    (100, 110),
    (0, 300),
    (-200, -190),
]
LONG = 70_001


def expected(
    values: NDArray[Any], low: int, high: int, missing: NDArray[Any] | None = None
) -> tuple[list[int], int, int, int]:
    """Count in plain Python, with exact arithmetic."""
    steps: Counter[Any] = Counter()
    lost: Counter[Any] = Counter()
    gaps = [False] * len(values) if missing is None else missing
    plain = values.tolist() if values.dtype.kind != "f" else [float(value) for value in values]
    for value, gap in zip(plain, gaps, strict=True):
        if gap or value != value:
            lost["missing"] += 1
        elif value in (float("inf"), float("-inf")) or not low <= Fraction(value) <= high:
            lost["out_of_scale"] += 1
        elif Fraction(value).denominator != 1:
            lost["not_a_step"] += 1
        else:
            steps[int(value)] += 1
    return [steps[step] for step in range(low, high + 1)], lost["missing"], lost["out_of_scale"], lost["not_a_step"]


def found(
    values: NDArray[Any], low: int, high: int, missing: NDArray[Any] | None = None
) -> tuple[list[int], int, int, int]:
    steps = histogram(values, low, high, missing)
    assert steps.counts.dtype == np.int64
    return steps.counts.tolist(), steps.missing, steps.out_of_scale, steps.not_a_step


def check(values: NDArray[Any], low: int, high: int, missing: NDArray[Any] | None = None) -> None:
    before = values.copy()
    assert found(values, low, high, missing) == expected(values, low, high, missing)
    np.testing.assert_array_equal(values, before)


@st.composite
def columns(draw: st.DrawFn) -> tuple[Any, ...]:
    low, high = draw(st.sampled_from(SCALES))
    dtype = np.dtype(draw(st.sampled_from(INTEGERS + FLOATS)))
    near = st.integers(low - 2, high + 2)
    if dtype.kind == "f":
        odd = [0.5, 7.5, -0.0, 1e-7, 300.25, 65504.0, np.nan, np.inf, -np.inf, 266.0, -246.0, 1e300, -1e300, 2.0**31]
        items = draw(st.lists(st.one_of(near.map(float), st.sampled_from(odd)), max_size=30))
        with np.errstate(over="ignore"):
            values = np.array(items, "f8").astype(dtype)
    else:
        bounds = np.iinfo(dtype)  # type: ignore[type-var]
        fits = near.filter(lambda value: bounds.min <= value <= bounds.max)
        anything = st.integers(int(bounds.min), int(bounds.max))
        far = st.sampled_from([int(bounds.min), int(bounds.max), 0, 1])
        overlap = low - 2 <= bounds.max and high + 2 >= bounds.min
        values = np.array(draw(st.lists(st.one_of(*([fits] if overlap else []), far, anything), max_size=30)), dtype)
    gaps = draw(st.none() | st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    return values, low, high, None if gaps is None else np.array(gaps, bool)


@given(columns())
def test_short_columns_are_counted_as_plain_python_counts_them(column: tuple[Any, ...]) -> None:
    check(*column)


@given(columns(), st.integers(5_000, 6_000))
def test_long_columns_are_counted_like_short_ones(column: tuple[Any, ...], length: int) -> None:
    values, low, high, missing = column
    if not values.size:
        return
    times = -(-length // values.size)
    steps, gone, outside, between = expected(values, low, high, missing)
    tiled = None if missing is None else np.tile(missing, times)
    assert found(np.tile(values, times), low, high, tiled) == (
        [count * times for count in steps],
        gone * times,
        outside * times,
        between * times,
    )


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
@pytest.mark.parametrize(("low", "high"), [(0, 10), (1, 5), (0, 100)])
def test_columns_of_several_blocks(dtype: str, low: int, high: int) -> None:
    values = np.random.default_rng(5).integers(low, high + 1, 600_011).astype(dtype)
    tally = np.bincount(values.astype(int) - low, minlength=high - low + 1).tolist()
    assert found(values, low, high) == (tally, 0, 0, 0)
    values[[3, 300_000, 600_010]] = high + 1
    assert found(values, low, high)[2] == 3


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "f4", "f8"])
def test_gaps_hide_whatever_stands_there(dtype: str) -> None:
    rng = np.random.default_rng(6)
    values = rng.integers(0, 11, LONG).astype(dtype)
    gaps = rng.random(LONG) < 0.1
    tally = np.bincount(values[~gaps].astype(int), minlength=11).tolist()
    values[gaps] = rng.choice([0, 99, 77, 15], gaps.sum())
    assert found(values, 0, 10, gaps) == (tally, int(gaps.sum()), 0, 0)


def test_an_item_both_masked_and_nan_is_missing_once() -> None:
    values = np.array([np.nan, np.nan, 3.0, 4.0])
    gaps = np.array([True, False, True, False])
    assert found(values, 3, 4, gaps) == ([0, 1], 3, 0, 0)
    assert found(np.tile(values, 9_000), 3, 4, np.tile(gaps, 9_000)) == ([0, 9_000], 27_000, 0, 0)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i8", "f8"])
def test_layout_in_memory_does_not_matter(dtype: str) -> None:
    values = np.random.default_rng(7).integers(0, 11, 2 * LONG + 1).astype(dtype)
    buffer = np.empty(values.nbytes + 1, np.uint8)
    buffer[1:] = values.view(np.uint8)
    unaligned = buffer[1:].view(dtype)
    for view in (values[::-1], values[::2], values[3:], unaligned):
        assert found(view, 0, 10) == found(view.copy(), 0, 10)
    values.flags.writeable = False
    assert found(values, 0, 10)[0] == np.bincount(values.astype(int), minlength=11).tolist()


def test_a_long_double_is_not_rounded_to_a_step() -> None:
    nearly = np.array([7, 7], "g") + np.array([0, 2.0**-55], "g")
    assert found(nearly, 0, 10) == ([0] * 7 + [1, 0, 0, 0], 0, 0, int(nearly[1] != 7))
    many = np.tile(nearly, 9_000)
    assert found(many, 0, 10)[0][7] == (9_000 if nearly[1] != 7 else 18_000)


def test_an_empty_column_has_a_histogram_of_zeros() -> None:
    for dtype in INTEGERS + FLOATS:
        assert found(np.empty(0, dtype), 1, 5) == ([0] * 5, 0, 0, 0)


@pytest.mark.parametrize("top", range(1, LARGEST_TOP + 1))
@pytest.mark.parametrize("size", [1, 63, 64, 65, 32_768, 32_832, 65_600, 600_000, 1_200_001])
def test_planes_count_every_number(top: int, size: int) -> None:
    numbers = np.random.default_rng(top).integers(0, top + 1, size).astype(np.uint8)
    assert Planes(top, size).count(numbers).tolist() == plain_counts(numbers, top).tolist()
    numbers[size // 2] = top + 1
    assert Planes(top, size).count(numbers) is plain_counts(numbers, top) is None


@pytest.mark.parametrize("step", range(11))
def test_planes_count_a_constant_column(step: int) -> None:
    """The fullest planes there are: every population count at its maximum."""
    numbers = np.full(1_000_000, step, np.uint8)
    assert Planes(10, numbers.size).count(numbers).tolist() == [1_000_000 * (each == step) for each in range(11)]


@pytest.mark.parametrize(("dtype", "most"), [("i1", 1_000_000), ("i8", 2_500_000), ("f8", 2_500_000)])
def test_memory_beside_the_column_is_constant(dtype: str, most: int) -> None:
    for size in (1_500_000, 3_000_000):
        values = np.random.default_rng(8).integers(0, 11, size).astype(dtype)
        tracemalloc.start()
        histogram(values, 0, 10)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= most


def test_offenders_are_named_with_rows_and_values() -> None:
    values = np.array([10.0] * 1_200)
    values[[17, 402, 911]] = 11, -1, 7.5
    (fault,) = offenders(values, 0, 10)
    said = "scores must be whole steps from 0 to 10; 3 of 1,200 are not (rows 17, 402, 911: 11, -1, 7.5)"
    assert str(fault) == said
    assert fault.code == "off_the_scale"
    assert [offenders(np.array([bad]), 0, 10)[0].code for bad in (11.0, np.inf, 0.5)] == [
        "out_of_scale",
        "out_of_scale",
        "not_a_step",
    ]


@given(columns())
def test_offenders_are_as_many_as_the_histogram_rejects(column: tuple[Any, ...]) -> None:
    values, low, high, missing = column
    steps = histogram(values, low, high, missing)
    faults = offenders(values, low, high, missing, "grade")
    assert sum(fault.count for fault in faults) == steps.out_of_scale + steps.not_a_step
    for fault in faults:
        assert fault.column == "grade"
        assert fault.of == values.size
        assert list(fault.rows) == sorted(fault.rows)  # type: ignore[type-var]
        assert list(fault.values) == [values[row].item() for row in fault.rows]


def test_first_offenders_of_many_chunks_come_first() -> None:
    values = np.zeros(200_000, np.int8)
    values[[10, 150_000]] = 11
    values[40_000:40_100] = -1
    (fault,) = offenders(values, 0, 10)
    assert fault.count == 102
    assert fault.rows == (10, 40_000, 40_001, 40_002, 40_003)
