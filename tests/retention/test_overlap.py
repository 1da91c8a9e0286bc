"""Retention from sets of ids."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import errors, retention

IDS = st.lists(st.integers(0, 30), max_size=25)


@given(IDS, IDS, st.sampled_from(["dense", "sparse", "text", "negative"]))
def test_against_sets(start, end, form):
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
def test_with_new_ids(start, end, new):
    new = [i + 0 for i in new if i not in start]
    seen = retention.overlap(start, end, new=new)
    one, two, fresh = set(start), set(end), set(new)
    assert (seen.new, seen.new_lost) == (len(fresh & two), len(fresh - two))
    assert seen.reactivated == len(two - one - fresh)
    assert seen.start + seen.new + seen.reactivated - seen.churned == seen.end
    if one:
        assert seen.period_rate() == (len(two) - seen.new) / len(one)
        assert seen.rate().value <= min(1.0, seen.period_rate() + 1e-15)
        if not seen.reactivated:
            assert seen.period_rate() == seen.rate().value
            assert seen.rate().value == km.retention_rate(seen.start, seen.end, seen.new).value


def test_new_ids_that_were_there():
    with pytest.raises(
        errors.InvalidData, match=r"new must not hold ids that were there at the start; 1 of 2 is not \(row 1: 'a'\)"
    ):
        retention.overlap(["a", "b"], ["a", "c"], new=["c", "a"])


def test_nobody_at_the_start():
    rate = retention.overlap(np.array([], dtype=int), [1, 2], new=[1]).rate()
    assert np.isnan(rate.value)
    assert rate.notes == ("empty",)


def test_unknown_reactivation_is_said():
    assert retention.overlap([1, 2], [2, 3]).rate().notes == ("reactivated_unknown",)
    with pytest.raises(errors.InvalidArgument, match="new must be given"):
        retention.overlap([1, 2], [2, 3]).period_rate()


@pytest.mark.parametrize("ids", [pd.Series([1, 2, None]), [1.5, 2.0], ["a", None], 5, "ab"])
def test_hostile_ids(ids):
    with pytest.raises(errors.KundenmetrikError):
        retention.overlap(ids, [1, 2])


def test_forms_of_ids():
    expected = retention.overlap([1, 2, 3], [2, 3, 4])
    for form in (np.array, pd.Series, pd.Index, tuple, lambda x: pd.array(x, dtype="Int64")):
        assert retention.overlap(form([1, 2, 3]), form([2, 3, 4])) == expected
    assert retention.overlap({1, 2, 3}, {2, 3, 4}) == expected


def test_mixed_types_of_ids():
    with pytest.raises(errors.KundenmetrikError):
        retention.overlap([1, 2], ["1", "2"])
