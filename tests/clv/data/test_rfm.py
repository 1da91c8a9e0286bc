from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument


def base(frequency: list[int]) -> clv.Purchases:
    recency = [10.0 if times else 0.0 for times in frequency]
    return clv.Purchases.from_summary(frequency, recency, [20.0] * len(frequency), unit="week")


def test_the_ten_segments_hold_each_cell_of_the_grid_once() -> None:
    for recency in range(1, 6):
        for frequency in range(1, 6):
            scores = np.array([recency]), np.array([frequency]), np.array([1])
            assert sum(bool(segment.holds(*scores)[0]) for segment in clv.SEGMENTS) == 1


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(2, 10))
def test_equal_customers_have_equal_scores_and_more_is_never_worse(frequency: list[int], scores: int) -> None:
    found = clv.rfm(base(frequency), scores=scores, named_segments=()).frequency_score
    assert set(found) <= set(range(1, scores + 1))
    for one, two in zip(range(len(frequency)), reversed(range(len(frequency))), strict=True):
        if frequency[one] == frequency[two]:
            assert found[one] == found[two]
        elif frequency[one] > frequency[two]:
            assert found[one] >= found[two]


def test_scores_of_distinct_values_are_even() -> None:
    found = clv.rfm(base(list(range(100)))).frequency_score
    assert np.bincount(found).tolist() == [0, 20, 20, 20, 20, 20]


def test_a_score_is_the_quantile_with_half_of_the_equals() -> None:
    found = clv.rfm(base([0] * 2 + [1] * 5 + [2, 3, 4])).frequency_score
    assert found.tolist() == [1] * 2 + [3] * 5 + [4, 5, 5]


def test_recency_is_the_time_since_the_last_purchase_and_less_is_better() -> None:
    customers = clv.Purchases.from_summary([1, 1], [1, 19], [20, 20], unit="week")
    found = clv.rfm(customers)
    assert found.since_last.tolist() == [19, 1]
    assert found.recency_score.tolist() == [2, 4]


def test_segments_add_up_and_a_rule_of_ones_own_is_followed() -> None:
    log = {
        "customer_id": [1, 1, 2, 3],
        "occurred_at": pd.to_datetime(["2025-01-01", "2025-03-01", "2025-02-01", "2025-01-05"]),
        "amount": [5.0, 5.0, 20.0, 70.0],
    }
    rule = (clv.Segment(name="big", recency=(1, 3), frequency=(1, 3), spend=(3, 3)),)
    found = clv.rfm(clv.purchases(log), scores=3, named_segments=rule)
    assert found.segment.tolist() == ["other", "other", "big"]
    table = found.segments().set_index("segment")
    assert table["customers"].to_dict() == {"big": 1, "other": 2}
    assert table["spend_share"].to_dict() == {"big": 0.7, "other": 0.3}
    assert table["share"].sum() == 1


def test_an_unknown_spend_has_no_score_and_no_bound_holds_it() -> None:
    rule = (
        clv.Segment(name="any spend", recency=(1, 5), frequency=(3, 5)),
        clv.Segment(name="poor", recency=(1, 5), frequency=(1, 5), spend=(1, 5)),
    )
    found = clv.rfm(base([0, 5]), named_segments=rule)
    assert found.spend_score.tolist() == [0, 0]
    assert found.segment.tolist() == ["other", "any spend"]


def test_segments_beyond_the_scores_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="scores from 1 to 3"):
        clv.rfm(base([1, 2]), scores=3)


def once_and_again(once: int, twice: int, thrice: int) -> clv.Purchases:
    times = [0] * once + [1] * twice + [2] * thrice
    last = [0.0] * once + [3.0] * twice + [5.0] * thrice
    age = np.r_[np.linspace(1, 50, once), np.full(twice + thrice, 40.0)]
    return clv.Purchases.from_summary(times, last, age, unit="week")


@pytest.mark.parametrize(("once", "twice", "thrice"), [(85, 10, 5), (40, 40, 20), (60, 0, 40), (95, 5, 0), (100, 0, 0)])
def test_one_purchase_is_the_lowest_frequency_however_many_bought_once(once: int, twice: int, thrice: int) -> None:
    """From 40 % on nobody could be new; a first purchase of last week was that of a potential loyalist."""
    found = clv.rfm(once_and_again(once, twice, thrice))
    first = found.purchases == 1
    assert (found.frequency_score[first] == 1).all()
    assert (found.frequency_score[~first] >= 2).all()
    assert set(found.segment[first]) <= {"new", "promising", "about to sleep", "hibernating"}
    assert set(found.segment[first & (found.recency_score == 5)]) == {"new"}
    assert found.notes == ("most_bought_once",)
    assert "notes" not in found.to_frame()


def test_scores_stay_as_they_are_where_few_bought_once() -> None:
    found = clv.rfm(once_and_again(39, 40, 21))
    assert set(found.frequency_score) == {1, 3, 5}
    assert found.notes == ()


def test_two_purchases_long_ago_are_no_customers_that_one_cannot_lose() -> None:
    found = clv.rfm(once_and_again(85, 10, 5))
    assert set(found.segment[found.purchases == 2]) == {"at risk"}


def test_own_cut_points_add_a_score_each_where_they_are_reached() -> None:
    data = clv.Purchases.from_summary([0, 1, 2, 5, 9], [0, 1, 2, 3, 4], [30, 30, 9, 5, 4.0], unit="week")
    found = clv.rfm(data, recency_cuts=[1, 4, 13, 26], frequency_cuts=[2, 3, 5, 10], spend_cuts=[1, 2, 3, 4])
    assert found.frequency_score.tolist() == [1, 2, 3, 4, 5]
    assert found.recency_score.tolist() == [1, 1, 3, 4, 5]
    assert found.spend_score.tolist() == [0] * 5
    assert found.notes == ()


@pytest.mark.parametrize(
    "cuts", [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 2, 4], [4, 3, 2, 1], [1, 2, 3, np.inf], [1, 2, np.nan, 4]]
)
@pytest.mark.parametrize("name", ["recency_cuts", "frequency_cuts", "spend_cuts"])
def test_cut_points_that_do_not_rise_or_do_not_fit_are_refused(name: str, cuts: list[float]) -> None:
    with pytest.raises(InvalidArgument, match=f"{name} must be 4 rising numbers"):
        clv.rfm(base([0, 1, 2]), **{name: cuts})
