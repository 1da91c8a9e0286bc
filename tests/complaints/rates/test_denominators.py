"""What complaints are divided by, against plain loops over drawn logs."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import denominator, units_in_service
from kundenmetrik.complaints.rates.interactions import matched_purchase, read_interactions
from kundenmetrik.errors import InvalidArgument
from tests.builders import interactions_of

rows = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["purchase", "complaint", "contact", "refund"]),
        st.integers(0, 20),
        st.sampled_from(["A", "B"]),
    ),
    max_size=40,
)


@given(log=rows)
def test_denominators_one_by_one(log: list[tuple[int, str, int, str]]) -> None:
    frame = interactions_of(log)
    sold = sum(row[1] == "purchase" for row in log)
    same, matched = denominator(frame), denominator(frame, "matched_sales")
    assert same.weight.sum() == matched.weight.sum() == sold
    assert same.place.tolist() == list(range(len(log)))
    about = matched_purchase(read_interactions(frame))
    for place, row in enumerate(log):
        assert matched.place[place] == (about[place] if about[place] >= 0 else place)
        assert bool(matched.excluded["unmatched"][place]) == (row[1] == "complaint" and about[place] < 0)
    assert denominator(frame, "respondents").weight.sum() == len({row[0] for row in log})


@given(days=st.lists(st.integers(0, 400), max_size=30), life=st.integers(1, 5))
def test_units_in_service_one_by_one(days: list[int], life: int) -> None:
    sold = [pd.Timestamp("2024-01-15") + pd.Timedelta(days=day) for day in days]
    found = units_in_service(pd.Series(sold, dtype="datetime64[ns]"), observed_until="2025-12-31", life=life)
    for row in found.itertuples():
        month = pd.Period(row.period, "M")
        at_end = sum(0 <= (month - pd.Period(day, "M")).n < life for day in sold)
        at_start = sum(0 <= (month - 1 - pd.Period(day, "M")).n < life for day in sold)
        assert row.units == at_end
        assert row.unit_periods == (at_start + at_end) / 2
    assert found["period"].iloc[-1] == "2025-12"
    assert found["sold"].sum() == len(days)


def test_units_sold_later_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="sold_at"):
        units_in_service(pd.to_datetime(["2025-03-05"]), observed_until="2025-02-28")
    with pytest.raises(InvalidArgument, match="sold_at"):
        units_in_service(pd.to_datetime(["2025-03-05", None]), observed_until="2025-12-31")


@pytest.mark.parametrize(
    ("sold", "until"),
    [
        ("2025-03-20", "2025-03-10"),
        ("2025-03-11", "2025-03-10"),
        ("2025-03-10 12:00:01", "2025-03-10 12:00"),
        ("2025-04-01", "2025-03-31"),
    ],
)
def test_units_sold_later_in_the_same_period_are_refused(sold: str, until: str) -> None:
    with pytest.raises(InvalidArgument, match="sold_at"):
        units_in_service(pd.to_datetime([sold]), observed_until=until)


@pytest.mark.parametrize(
    ("sold", "until"),
    [("2025-03-10 23:59:59", "2025-03-10"), ("2025-03-10 12:00", "2025-03-10 12:00"), ("2025-03-31", "2025-03-31")],
)
def test_units_sold_until_the_end_count(sold: str, until: str) -> None:
    found = units_in_service(pd.to_datetime([sold]), observed_until=until)
    assert found[["period", "units"]].to_numpy().tolist() == [["2025-03", 1]]


def test_the_end_is_an_instant_of_the_sales_own_zone() -> None:
    sold = pd.Series(pd.to_datetime(["2025-03-10 23:30"])).dt.tz_localize("Europe/Berlin")
    assert units_in_service(sold, observed_until="2025-03-10")["units"].tolist() == [1]
    with pytest.raises(InvalidArgument, match="sold_at"):
        units_in_service(sold, observed_until=pd.Timestamp("2025-03-10 22:00", tz="UTC"))
