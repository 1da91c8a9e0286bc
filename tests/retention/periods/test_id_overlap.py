"""Retention from sets of ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import errors, retention

IDS = st.lists(st.integers(0, 30), max_size=25)


@given(IDS, IDS, st.sampled_from(["dense", "sparse", "text", "negative"]))
def test_against_sets(start: Any, end: Any, form: Any) -> None:
    change = {
        "dense": lambda i: i,
        "sparse": lambda i: i * 2**55 + 7,
        "text": lambda i: f"c{i}",
        "negative": lambda i: -i,
    }[form]
    seen = retention.overlap([change(i) for i in start], [change(i) for i in end])
    one, two = set(start), set(end)
    assert (seen.start, seen.end, seen.retained) == (len(one), len(two), len(one & two))
    assert (seen.churned, seen.joined) == (len(one - two), len(two - one))
    assert seen.duplicates == len(start) + len(end) - len(one) - len(two)
    assert seen.reactivated is None


@given(IDS, IDS, IDS)
def test_with_new_ids(start: Any, end: Any, new: Any) -> None:
    new = [i + 0 for i in new if i not in start]
    seen = retention.overlap(start, end, new=new)
    one, two, fresh = set(start), set(end), set(new)
    assert (seen.new, seen.new_lost) == (len(fresh & two), len(fresh - two))
    assert seen.reactivated == len(two - one - fresh)
    assert seen.start + seen.new + seen.reactivated - seen.churned == seen.end
    if one:
        period = seen.period_rate()
        assert period.value == (len(two) - seen.new) / len(one)
        assert seen.rate().value <= min(1.0, period.value)
        assert ("reactivated_counted" in period.notes) == (seen.reactivated > 0)
        if period.value > 1:
            assert period.notes == ("reactivated_counted", "above_one")
            assert np.isnan([period.low, period.high]).all()
        else:
            told = km.retention_rate(seen.start, seen.end, seen.new)
            assert (period.value, period.low, period.high) == (told.value, told.low, told.high)
        if not seen.reactivated:
            assert (period.value, period.low, period.high) == tuple(
                getattr(seen.rate(), name) for name in ("value", "low", "high")
            )


def test_new_ids_that_were_there() -> None:
    with pytest.raises(
        errors.InvalidData, match=r"new must not hold ids that were there at the start; 1 of 2 is not \(row 1\)"
    ):
        retention.overlap(["a", "b"], ["a", "c"], new=["c", "a"])


def test_nobody_at_the_start() -> None:
    rate = retention.overlap(np.array([], dtype=int), [1, 2], new=[1]).rate()
    assert np.isnan(rate.value)
    assert rate.notes == ("empty",)


def test_unknown_reactivation_is_said() -> None:
    assert retention.overlap([1, 2], [2, 3]).rate().notes == ("reactivated_unknown",)
    with pytest.raises(errors.InvalidArgument, match="new must be given"):
        retention.overlap([1, 2], [2, 3]).period_rate()


@pytest.mark.parametrize("ids", [pd.Series([1, 2, None]), [1.5, 2.0], ["a", None], 5, "ab"])
def test_hostile_ids(ids: Any) -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.overlap(ids, [1, 2])


def test_forms_of_ids() -> None:
    expected = retention.overlap([1, 2, 3], [2, 3, 4])
    for form in (np.array, pd.Series, pd.Index, tuple, lambda x: pd.array(x, dtype="Int64")):
        assert retention.overlap(form([1, 2, 3]), form([2, 3, 4])) == expected
    assert retention.overlap({1, 2, 3}, {2, 3, 4}) == expected


def test_columns_of_other_libraries_are_ids_too() -> None:
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    narwhals = pytest.importorskip("narwhals.stable.v2")
    expected = retention.overlap([1, 2, 3, 4], [3, 4, 5], new=[5])
    forms = [
        pl.Series,
        lambda ids: pl.Series(ids, dtype=pl.UInt64),
        lambda ids: pl.Series(list(map(str, ids))),
        lambda ids: pl.Series(list(map(str, ids)), dtype=pl.Categorical),
        lambda ids: narwhals.from_native(pl.Series(ids), series_only=True),
        pa.array,
        lambda ids: pa.chunked_array([ids[:1], ids[1:]]),
        lambda ids: pa.array(list(map(str, ids))),
    ]
    for form in forms:
        assert retention.overlap(form([1, 2, 3, 4]), form([3, 4, 5]), new=form([5])) == expected
    assert retention.overlap(pl.Series([1, 2, 3, 4]), [3, 4, 5], new=pa.array([5])) == expected
    assert retention.overlap(pl.Series([], dtype=pl.Int64), pl.Series([1])).start == 0
    for gap in (pl.Series([1, None, 2]), pl.Series(["a", None]), pa.array([1, None])):
        with pytest.raises(errors.InvalidData, match=r"start must hold an id in every row; 1 of . is not \(row 1\)"):
            retention.overlap(gap, gap)
    for strange in (pl.Series([1.5]), pl.Series([[1], [2]]), pl.Series([{"a": 1}]), pl.DataFrame({"a": [1]})):
        with pytest.raises(errors.KundenmetrikError):
            retention.overlap(strange, strange)


def test_mixed_types_of_ids() -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.overlap([1, 2], ["1", "2"])


def test_a_period_rate_above_one_is_no_share() -> None:
    # Wilson by hand for 3 of 4: centre (3 + z²/2) / (4 + z²), half width z sqrt(3·1/4 + z²/4) / (4 + z²)
    z = 1.959963984540054
    rate = retention.overlap([1, 2, 3, 4], [1, 2, 5, 6], new=[5]).period_rate()
    centre, half = (3 + z * z / 2) / (4 + z * z), z * np.sqrt(0.75 + z * z / 4) / (4 + z * z)
    assert (rate.value, rate.n, rate.definition) == (0.75, 4, "period_rate")
    assert (rate.low, rate.high) == pytest.approx((centre - half, centre + half), abs=1e-12)
    assert dict(rate.parts) == {"retained": 2, "reactivated": 1}
    above = retention.overlap([1], [2, 3], new=[]).period_rate()
    assert above.value == 2.0
    assert above.notes == ("reactivated_counted", "above_one")
    assert np.isnan([above.low, above.high, above.at(confidence=0.8).low]).all()
    assert km.Estimate.from_json(above.to_json()) == above
    nobody = retention.overlap([], [1, 2], new=[]).period_rate()
    assert (np.isnan(nobody.value), np.isnan(nobody.low), nobody.notes[0]) == (True, True, "empty")


@pytest.mark.parametrize("argument", ["start", "end", "new"])
@pytest.mark.parametrize(
    "ids",
    [
        np.array([[1, 2], [3, 4]]),
        [(1, 2)],
        [[1, 2], [3, 4]],
        [(1,), (2, 3)],
        pd.DataFrame({"id": [1]}),
        pd.MultiIndex.from_tuples([(1, 2)]),
        pd.Series([(1, 2)]),
        {(1, 2)},
        np.array(5),
        {1: 2},
        "ab",
    ],
    ids=str,
)
def test_one_id_is_one_value(argument: str, ids: Any) -> None:
    columns = {"start": [1, 2], "end": [1, 2], "new": [3]} | {argument: ids}
    with pytest.raises(errors.InvalidType) as caught:
        retention.overlap(columns["start"], columns["end"], new=columns["new"])
    assert caught.value.argument == argument


def test_ids_of_64_bits_without_a_sign() -> None:
    top = 2**64 - 1
    for minus in (np.array([-1]), [-1], pd.Series([-1])):
        seen = retention.overlap(np.array([top], dtype="uint64"), minus)
        assert (seen.start, seen.end, seen.retained) == (1, 1, 0)
    seen = retention.overlap(np.array([top, top - 1, 5], dtype="uint64"), [top, 5, -1], new=[-1])
    assert (seen.retained, seen.new, seen.reactivated) == (2, 1, 0)
    near = retention.overlap(np.array([top, top - 2], dtype="uint64"), np.array([top - 1, top], dtype="uint64"))
    far = retention.overlap(np.array([top, 7], dtype="uint64"), np.array([8, 7]))
    assert (near.retained, far.retained) == (1, 1)
    blurred = retention.overlap(np.array([2**63 + 1], dtype="uint64"), [2**63, -1])  # equal as floats
    assert blurred.retained == 0


def test_a_masked_id_is_missing() -> None:
    with pytest.raises(errors.InvalidData, match="end must hold an id in every row"):
        retention.overlap([1, 2], np.ma.array([1, 2], mask=[False, True]))
    with pytest.raises(errors.InvalidData, match=r"start must hold an id in every row; 1 of 2 is not \(row 1"):
        retention.overlap(["a", None], ["a"])


def test_true_is_not_one() -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.overlap([1, True], [1])
