"""The survival table against exact fractions, and its laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik import errors
from kundenmetrik.core.statistics.survival import INTERVAL_KINDS, survival_limits, survival_table

CUSTOMERS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def columns(customers: list[tuple[int, bool]]) -> tuple[NDArray[Any], NDArray[Any]]:
    return np.array([t for t, _ in customers]), np.array([lost for _, lost in customers])


def exact(customers: list[tuple[int, bool]], entries: list[int] | None = None) -> list[Any]:
    """Return survival and Greenwood sum at each time as fractions; an entry of 0 is from the start."""
    since = entries or [0] * len(customers)
    share, spread, rows = Fraction(1), Fraction(0), []
    for time in sorted({t for t, _ in customers}):
        both = zip(customers, since, strict=True)
        at_risk = sum(t >= time and (e < time or e == 0) for (t, _), e in both)
        lost = sum(t == time and gone for t, gone in customers)
        if lost:
            share *= 1 - Fraction(lost, at_risk)
            spread = None if lost == at_risk or spread is None else spread + Fraction(lost, at_risk * (at_risk - lost))  # type: ignore[assignment]
        rows.append((time, at_risk, lost, share, spread))
    return rows


@given(CUSTOMERS, st.sampled_from(["whole", "sorted whole", "float", "counted"]))
def test_product_in_fractions(customers: list[tuple[int, bool]], path: str) -> None:
    duration, lost = columns(customers)
    count = np.ones(duration.size, int) if path == "counted" else None
    duration = {"sorted whole": duration + 10**7, "float": duration * 0.5}.get(path, duration)
    table = survival_table(duration, lost, count=count)
    rows = exact(customers)
    assert table.at_risk.tolist() == [row[1] for row in rows]
    assert table.events.tolist() == [row[2] for row in rows]
    assert table.total == len(customers)
    for place, (_, _, _, share, spread) in enumerate(rows):
        assert table.survival[place] == pytest.approx(float(share), rel=1e-14, abs=0)
        expected = np.inf if spread is None else float(spread)
        assert table.greenwood[place] == pytest.approx(expected, rel=1e-13, abs=0)


@given(st.lists(st.tuples(st.integers(1, 10), st.booleans(), st.integers(0, 9)), min_size=1, max_size=30))
def test_late_entry_in_fractions(rows: list[tuple[int, bool, int]]) -> None:
    rows = [(t, lost, min(e, t - 1)) for t, lost, e in rows]
    customers, entries = [(t, lost) for t, lost, _ in rows], [e for _, _, e in rows]
    duration, lost = columns(customers)
    table = survival_table(duration, lost, entry=np.array(entries))
    for place, (_, at_risk, gone, share, _) in enumerate(exact(customers, entries)):
        assert (table.at_risk[place], table.events[place]) == (at_risk, gone)
        assert table.survival[place] == pytest.approx(float(share), rel=1e-14, abs=0)
    assert table.exposure == pytest.approx(sum(t for t, _ in customers) - sum(entries))


def test_entry_of_zero_is_no_entry() -> None:
    plain = survival_table([0, 0, 3, 5], [True, False, True, False])
    entered = survival_table([0, 0, 3, 5], [True, False, True, False], entry=[0, 0, 0, 0])
    assert plain.at_risk.tolist() == entered.at_risk.tolist() == [4, 2, 1]


def test_splitting_a_record_at_a_cut_changes_nothing() -> None:
    whole = survival_table([4, 9, 7, 12], [True, True, False, True])
    split = survival_table([4, 9, 7, 5, 12], [True, True, False, False, True], entry=[0, 0, 0, 0, 5])
    kept = split.events > 0
    np.testing.assert_array_equal(split.survival[kept], whole.survival[whole.events > 0])


def test_late_entry_that_empties_the_risk_set() -> None:
    # lifelines raises here; the product-limit estimate stays 0 from then on
    table = survival_table([2, 9, 8], [True, True, True], entry=[0, 5, 6])
    assert table.at_risk.tolist() == [1, 2, 1]
    assert table.survival.tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(table.interval()[0]).all()
    assert table.emptied == 2.0
    assert survival_table([2, 9, 8], [True, True, True], entry=[0, 0, 0]).emptied == np.inf  # nobody enters later
    assert survival_table([2, 9, 8], [False, True, True], entry=[0, 5, 6]).emptied == np.inf  # nobody was lost


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4), st.booleans()), min_size=1, max_size=12))
def test_where_the_risk_set_empties_by_going_through_the_times(rows: list[tuple[int, int, bool]]) -> None:
    entry = [begin for begin, _, _ in rows]
    end = [begin + stay for begin, stay, _ in rows]
    lost = [gone for _, _, gone in rows]
    expected = np.inf
    for time in sorted(set(end)):
        there = [i for i in range(len(rows)) if (entry[i] < time or entry[i] == 0) and end[i] >= time]
        if there and all(end[i] == time and lost[i] for i in there):
            others = any(end[i] > time for i in range(len(rows)))
            expected = time if others else np.inf
            break
    assert survival_table(end, lost, entry=entry).emptied == expected


WHOLE = [
    ([2**63 + 2**20, 5], "uint64"),
    ([2**64 - 1, 2**63, 0], "uint64"),
    ([2**63 - 1, 2**62, 2**62], "int64"),
    ([2**63 - 1, 5], "uint64"),
]


@pytest.mark.parametrize(("times", "dtype"), WHOLE)
def test_whole_durations_keep_their_top_bit(times: list[int], dtype: str) -> None:
    table = survival_table(np.array(times, dtype=dtype), [True] * len(times))
    assert table.time.tolist() == sorted(float(time) for time in set(times))
    assert table.events.tolist() == [times.count(time) for time in sorted(set(times))]
    assert table.survival[-1] == 0.0


@pytest.mark.parametrize("wrong", [[-3.0, 5.0], [-3, 5], [-1e-300, 1.0], [np.nan, 1.0], [5, 10**6, -1]])
def test_a_negative_duration_does_not_lose_its_sign(wrong: list[Any]) -> None:
    with pytest.raises(errors.InvalidArgument, match="duration must be at least 0"):
        survival_table(np.array(wrong), [True] * len(wrong))


def test_minus_zero_is_zero() -> None:
    table = survival_table(np.array([-0.0, 0.0, 1.5]), [True, True, False])
    assert table.time.tolist() == [0.0, 1.5]
    assert not np.signbit(table.time).any()
    assert table.events.tolist() == [2, 0]


@given(CUSTOMERS)
def test_without_censoring_it_is_the_share_still_there(customers: list[tuple[int, bool]]) -> None:
    duration, _ = columns(customers)
    table = survival_table(duration, np.ones(duration.size, bool))
    share = [(duration > t).mean() for t in table.time]
    np.testing.assert_allclose(table.survival, share, rtol=1e-13, atol=1e-15)
    assert table.survival[-1] == 0.0


@given(CUSTOMERS, st.integers(2, 5))
def test_duplicating_everybody(customers: list[tuple[int, bool]], times: int) -> None:
    duration, lost = columns(customers)
    once, often = survival_table(duration, lost), survival_table(np.tile(duration, times), np.tile(lost, times))
    np.testing.assert_allclose(often.survival, once.survival, rtol=1e-14)
    np.testing.assert_allclose(often.greenwood, once.greenwood / times, rtol=1e-13)
    counted = survival_table(duration, lost, count=np.full(duration.size, times))
    assert counted.at_risk.tolist() == often.at_risk.tolist()


@given(CUSTOMERS, st.sampled_from(INTERVAL_KINDS), st.floats(0.5, 0.99))
def test_limits_hold_the_curve_and_stay_inside(customers: list[tuple[int, bool]], kind: str, confidence: float) -> None:
    table = survival_table(*columns(customers))
    low, high = table.interval(confidence, kind)
    seen = ~np.isnan(low)
    assert (table.survival[~seen] == 0).all()
    assert (low[seen] >= 0).all()
    assert (high[seen] <= 1).all()
    assert (low[seen] <= table.survival[seen]).all()
    assert (table.survival[seen] <= high[seen]).all()
    wider, higher = table.interval(confidence + (1 - confidence) / 2, kind)
    assert (wider[seen] <= low[seen]).all()
    assert (higher[seen] >= high[seen]).all()


@given(CUSTOMERS, st.sampled_from([0.25, 2.0, 1024.0]))
def test_scaling_time(customers: list[tuple[int, bool]], factor: float) -> None:
    duration, lost = columns(customers)
    one, two = survival_table(duration * 1.0, lost), survival_table(duration * factor, lost)
    np.testing.assert_array_equal(one.survival, two.survival)
    horizon = float(duration.max())
    area, variance = one.restricted_mean(horizon)
    scaled, spread = two.restricted_mean(horizon * factor)
    assert scaled == pytest.approx(area * factor, rel=1e-13)
    assert spread == pytest.approx(variance * factor**2, rel=1e-12, abs=1e-300)


@given(CUSTOMERS)
def test_restricted_mean_is_the_sum_of_the_steps(customers: list[tuple[int, bool]]) -> None:
    duration, lost = columns(customers)
    table, horizon = survival_table(duration, lost), float(duration.max())
    shares = {row[0]: row[3] for row in exact(customers)}
    area, share = Fraction(0), Fraction(1)
    for day in range(int(horizon)):
        share = shares.get(day, share)
        area += share
    assert table.restricted_mean(horizon)[0] == pytest.approx(float(area), rel=1e-13, abs=1e-15)


def test_restricted_mean_variance_without_censoring() -> None:
    # without censoring the mean up to the horizon is a mean of min(T, horizon), with that sample's variance over n
    times = np.array([1.0, 2.0, 4.0, 7.0, 7.5])
    area, variance = survival_table(times, np.ones(5, bool)).restricted_mean(6.0)
    capped = np.minimum(times, 6.0)
    assert area == pytest.approx(capped.mean())
    assert variance == pytest.approx(capped.var() / 5)


def test_past_the_last_time() -> None:
    table = survival_table([1, 2, 3], [True, True, False])
    assert np.isnan(table.restricted_mean(3.5)[0])
    assert np.isnan(table.at(3.5)[0])
    assert table.at(3.0)[0] == pytest.approx(1 / 3)
    gone = survival_table([1, 2, 3], [True, True, True])
    assert gone.restricted_mean(30.0)[0] == pytest.approx(2.0)
    assert gone.at(30.0)[0] == 0.0


def test_a_median_that_meets_one_half() -> None:
    table = survival_table([1, 2, 3, 4], [True] * 4)
    assert table.quantile(0.5) == 2.0
    tenths = survival_table(np.arange(1, 11), np.ones(10, bool))  # 0.9 * 8/9 * ... misses one half by a rounding
    assert tenths.quantile(0.5) == 5.0
    assert np.isnan(survival_table([1, 2, 3], [True, False, False]).quantile(0.5))


def test_a_quantile_reached_only_when_nobody_is_left() -> None:
    # the Greenwood sum is infinite there: the lower limit has crossed by then, the upper one is not known
    for kind in INTERVAL_KINDS:
        assert survival_table([5], [True]).quantile_interval(0.5, kind=kind) == (5.0, np.inf)


@given(CUSTOMERS, st.floats(0.01, 0.99), st.sampled_from(INTERVAL_KINDS))
def test_limits_of_a_quantile_hold_it(customers: list[tuple[int, bool]], share: float, kind: str) -> None:
    table = survival_table(*columns(customers))
    low, high = table.quantile_interval(share, kind=kind)
    assert low <= high
    if not np.isnan(table.quantile(share)):
        assert low <= table.quantile(share) <= high


def test_nobody_lost_and_everybody_at_once() -> None:
    none = survival_table([3, 4], [False, False])
    assert none.survival.tolist() == [1.0, 1.0]
    assert [limit.tolist() for limit in none.interval()] == [[1.0, 1.0], [1.0, 1.0]]
    at_once = survival_table([0, 0, 0], [True, True, True])
    assert at_once.survival.tolist() == [0.0]


def test_minus_zero_and_ties() -> None:
    table = survival_table(np.array([-0.0, 0.0, 0.5]), np.array([True, False, True]))
    assert table.time.tolist() == [0.0, 0.5]
    assert table.at_risk.tolist() == [3, 1]
    assert table.censored.tolist() == [1, 0]  # the loss counts first


def test_nelson_aalen_sums() -> None:
    hazard, variance = survival_table([1, 2, 2, 3], [True, True, False, False]).cumulative_hazard()
    assert hazard.tolist() == [1 / 4, 1 / 4 + 1 / 3, 1 / 4 + 1 / 3]
    assert variance[-1] == pytest.approx(1 / 16 + 1 / 9)


def test_tiny_floats_and_large_counts() -> None:
    table = survival_table(np.array([5e-324, 1e290]), np.array([True, True]), count=np.array([2**33, 2**33]))
    assert table.at_risk.tolist() == [2**34, 2**33]
    assert table.time.tolist() == [5e-324, 1e290]


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="'log-log'"):
        survival_limits(np.array([0.5]), np.array([0.1]), 0.95, "loglog")


def test_inputs_stay_as_they_are() -> None:
    duration, lost = np.array([3.0, 1.0, 2.0]), np.array([True, False, True])
    duration.flags.writeable = lost.flags.writeable = False
    survival_table(duration, lost, entry=np.array([0.0, 0.0, 1.0]))
    survival_table(duration.astype(int), lost)
    assert duration.tolist() == [3.0, 1.0, 2.0]
    assert lost.tolist() == [True, False, True]
