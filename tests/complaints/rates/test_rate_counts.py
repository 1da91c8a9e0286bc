"""Every numerator over every denominator through measure, against plain loops over drawn logs."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName

COUNTED = ("every", "first_per_customer", "first_per_purchase", "severity")
DIVIDED = ("same_period_sales", "matched_sales", "respondents")
ONCE = [
    km.TGW(numerator="first_per_customer"),
    km.TGW(denominator="respondents"),
    km.TGW(numerator="severity", denominator="respondents", severity="points", largest_severity=9),
]

Row = tuple[int, str, int, int]
logs = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(["purchase", "complaint", "contact"]), st.integers(0, 59), st.integers(0, 9)
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: (row[0], row[2]),
)


def table(log: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(log, columns=["customer_id", "kind", "day", "points"])
    return frame.assign(occurred_at=pd.Timestamp("2025-01-01") + pd.to_timedelta(frame["day"].astype(int), unit="D"))


def month(day: int) -> str:
    return "2025-01" if day < 31 else "2025-02" if day < 59 else "2025-03"


def plain(log: list[Row], counted: str, divided: str) -> tuple[Counter[str], Counter[str], int]:
    """Complaints and exposure by month, and how many complaints are left out, one row after the other."""
    above, below, lost = Counter[str](), Counter[str](), 0
    customers, sales, people = set(), set(), set()
    for customer, kind, day, points in sorted(log, key=lambda row: row[2]):
        bought = [one[2] for one in log if one[0] == customer and one[1] == "purchase" and one[2] < day]
        people.add((customer, month(day)))
        below[month(day)] += kind == "purchase"
        if kind != "complaint":
            continue
        matched = max(bought, default=None)
        if matched is None and (divided == "matched_sales" or counted == "first_per_purchase"):
            lost += 1
            continue
        home = month(day) if divided != "matched_sales" else month(matched)
        again = {
            "first_per_customer": (customer, home) in customers,
            "first_per_purchase": (customer, matched) in sales,
        }
        if again.get(counted, False):
            lost += 1
        else:
            above[home] += points if counted == "severity" else 1
        customers.add((customer, home))
        sales.add((customer, matched))
    return above, Counter(where for _, where in people) if divided == "respondents" else below, lost


@settings(max_examples=60)
@given(log=logs)
@pytest.mark.parametrize(("counted", "divided"), list(product(COUNTED, DIVIDED)))
def test_every_numerator_over_every_denominator(counted: str, divided: str, log: list[Row]) -> None:
    severe = {"severity": "points", "largest_severity": 9} if counted == "severity" else {}
    metric = km.TGW(numerator=counted, denominator=divided, **severe)
    counts = km.measure(table(log), metric, period="month", date="occurred_at").counts
    above, below, lost = plain(log, counted, divided)
    for (period,), (complaints, exposure) in zip(counts.groups.keys, counts.table.tolist(), strict=True):
        assert (complaints, exposure) == (above[period], below[period])
        if counted.startswith("first") and divided == "matched_sales":
            assert complaints <= exposure
    if (counted, divided) != ("every", "same_period_sales"):
        assert sum(int(part.sum()) for part in counts.excluded.values()) == lost


REPEATED = table([(1, "purchase", 4, 1), (1, "complaint", 9, 2), (1, "complaint", 40, 3), (2, "purchase", 31, 1)])


def test_the_first_is_looked_for_where_it_counts() -> None:
    """Both complaints are about January's sale, so one customer of January's one went wrong."""
    metric = km.TGW(numerator="first_per_customer", denominator="matched_sales")
    found = km.measure(REPEATED, metric, period="month", date="occurred_at")
    assert found.to_frame()["value"].tolist() == [1000, 0]
    assert found["2025-01"].excluded == {"repeat": 1}


def test_a_complaint_without_a_purchase_is_not_the_first() -> None:
    log = table([(1, "complaint", 1, 1), (1, "purchase", 2, 1), (1, "complaint", 3, 1)])
    metric = km.TGW(numerator="first_per_customer", denominator="matched_sales")
    found = km.measure(log, metric).overall()
    assert (found.value, found.excluded) == (1000, {"unmatched": 1})


@pytest.mark.parametrize("metric", ONCE)
def test_customers_who_count_once_in_each_group_have_no_total(metric: km.TGW) -> None:
    monthly = km.measure(REPEATED, metric, period="month", date="occurred_at")
    for total in (
        monthly.overall,
        monthly.total,
        monthly.compare,
        lambda: monthly + monthly,
        lambda: km.rolling(monthly, 2),
        lambda: km.cumulative(monthly),
        lambda: monthly.counts + monthly.counts,
        lambda: type(monthly.counts).from_json(monthly.counts.to_json()).margin(),
    ):
        with pytest.raises(InvalidArgument, match="customer"):
            total()
    with pytest.raises(InvalidArgument, match="Measure again without the key"):
        monthly.overall()


def test_measured_without_the_key_the_total_is_right() -> None:
    assert km.measure(REPEATED, km.TGW(numerator="first_per_customer")).overall().value == 500
    assert km.measure(REPEATED, km.TGW(denominator="respondents")).overall().value == 1000


def test_other_tables_still_add() -> None:
    for counted, divided in product(("every", "first_per_purchase"), ("same_period_sales", "matched_sales")):
        metric = km.TGW(numerator=counted, denominator=divided)
        whole = km.measure(REPEATED, metric).overall().value
        assert km.measure(REPEATED, metric, period="month", date="occurred_at").overall().value == whole


def test_the_direct_table_is_the_poisson_one() -> None:
    found = km.measure(REPEATED, km.TGW(numerator="first_per_customer"), period="month", date="occurred_at")["2025-02"]
    direct = km.tgw(1, 1)
    assert (found.value, found.low, found.high, found.n) == (direct.value, direct.low, direct.high, direct.n)


def test_a_severity_above_the_largest_is_refused() -> None:
    log = table([(1, "purchase", 1, 99), (1, "complaint", 2, 4), (2, "complaint", 3, 11), (3, "complaint", 4, 5)])
    metric = km.TGW(numerator="severity", severity="points", largest_severity=5)
    with pytest.raises(InvalidData, match="points must be at most the largest severity, 5") as caught:
        km.measure(log, metric)
    (fault,) = caught.value.faults
    assert (fault.rows, fault.values, fault.count) == ((2,), (11.0,), 1)
    assert km.measure(log.drop(2), metric).overall().value == 9000


def test_a_severity_that_is_none_is_named_by_its_row() -> None:
    log = table([(1, "purchase", 1, 0), (1, "complaint", 2, 4), (2, "complaint", 3, -1)])
    with pytest.raises(InvalidData, match="at least 0") as caught:
        km.complaints.numerator(log, "severity", severity="points")
    assert caught.value.faults[0].rows == (2,)


@pytest.mark.parametrize("largest", [0, -1, float("nan")])
def test_the_largest_severity_is_an_amount(largest: float) -> None:
    with pytest.raises(InvalidArgument, match="largest_severity"):
        km.TGW(numerator="severity", severity="points", largest_severity=largest)


def test_units_in_service_are_counted_elsewhere() -> None:
    for ask in (
        lambda: km.TGW(denominator="units_in_service"),
        lambda: km.complaints.denominator(REPEATED, "units_in_service"),
    ):
        with pytest.raises(UnknownName, match=r"km\.complaints\.units_in_service"):
            ask()
