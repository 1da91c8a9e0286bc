"""Purchases from a log against a plain Python reading of the definition, on drawn logs, and against CDNOW."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenmetrik import clv

pytestmark = pytest.mark.slow

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
Row = tuple[Any, datetime, float]


def step_of(moment: datetime, grain: str, zone: ZoneInfo | None) -> int:
    """The number of the calendar step that holds a moment, counted with Python's calendar only."""
    local = moment.astimezone(zone).date() if zone else moment.date()
    day = local.toordinal() - date(1970, 1, 1).toordinal()
    months = (local.year - 1970) * 12 + local.month - 1
    return {"day": day, "week": (day + 3) // 7, "month": months, "year": local.year - 1970}[grain]


def expected(
    rows: list[Row], *, unit: str, grain: str, until: date, zone: ZoneInfo | None, net: bool
) -> dict[Any, Any]:
    """Customer by customer, purchase by purchase: the definition, and nothing else."""
    end = step_of(datetime(until.year, until.month, until.day, 12), grain, None)
    days = defaultdict(lambda: defaultdict(list))  # type: ignore[var-annotated]
    for customer, moment, amount in rows:
        if (moment.astimezone(zone).date() if zone else moment.date()) <= until and amount >= 0:
            days[customer][step_of(moment, grain, zone)].append(amount)
    for customer, moment, amount in rows:
        if net and amount < 0 and (moment.astimezone(zone).date() if zone else moment.date()) <= until:
            earlier = [step for step in days.get(customer, {}) if step <= step_of(moment, grain, zone)]
            if earlier:
                days[customer][max(earlier)].append(amount)
    ratio = DAYS[grain] / DAYS[unit]
    result = {}
    for customer, steps in days.items():
        order = sorted(steps)
        sums = [math.fsum(steps[step]) for step in order]
        result[customer] = (
            len(order) - 1,
            (order[-1] - order[0]) * ratio,
            (end - order[0]) * ratio,
            math.fsum(sums[1:]) / (len(order) - 1) if len(order) > 1 else math.nan,
            math.fsum(sums),
            sum(math.log((two - one) * ratio) for one, two in pairwise(order)),
        )
    return result


def compare(base: clv.Purchases, wanted: dict[Any, Any]) -> None:
    assert base.customer_id.tolist() == sorted(wanted)
    columns = (base.frequency, base.recency, base.age, base.spend, base.revenue, base.log_gaps)
    for row, customer in enumerate(base.customer_id.tolist()):
        got = [float(column[row]) for column in columns if column is not None]
        np.testing.assert_allclose(got, wanted[customer], rtol=1e-13, atol=1e-9, equal_nan=True)
    assert base.frequency.tolist() == [wanted[customer][0] for customer in sorted(wanted)]


@st.composite
def logs(draw: Any, *, zoned: bool, refunds: bool) -> list[Row]:
    """Draw a log around a change of clocks, with many rows of one day, at midnight, and (some) refunds."""
    size = draw(st.integers(1, 30))
    numbers = draw(st.booleans())
    ids = [17, -4, 300, 10**12] if numbers else ["b", "a", "Z", "ä"]
    begin = datetime(2024, 3, 25, tzinfo=UTC if zoned else None)
    rows: list[Row] = []
    for _ in range(size):
        moment = begin + timedelta(hours=draw(st.integers(0, 24 * 40)), minutes=draw(st.sampled_from([0, 30, 59])))
        low = -20 if refunds else 0
        rows.append((draw(st.sampled_from(ids)), moment, draw(st.integers(low, 100)) / 4))
    rows.append((ids[0], begin, 5.0))
    return rows


def framed(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "occurred_at", "amount"])
    return frame.astype({"amount": float})


@pytest.mark.parametrize("grain", ["day", "week", "month", "year"])
@given(logs(zoned=False, refunds=True), st.sampled_from(["day", "week", "month"]), st.integers(0, 45))
@settings(max_examples=300, deadline=None)
def test_naive_logs_agree_with_the_definition(grain: str, rows: list[Row], unit: str, days: int) -> None:
    until = date(2024, 3, 25) + timedelta(days=days)
    base = clv.purchases(framed(rows), unit=unit, grain=grain, observed_until=until, refunds="net")
    compare(base, expected(rows, unit=unit, grain=grain, until=until, zone=None, net=True))


@given(logs(zoned=True, refunds=True), st.sampled_from(["day", "week", "month"]), st.integers(0, 45))
@settings(max_examples=400, deadline=None)
def test_zoned_logs_agree_with_the_calendar_of_the_zone(rows: list[Row], grain: str, days: int) -> None:
    until = date(2024, 3, 25) + timedelta(days=days)
    base = clv.purchases(
        framed(rows), grain=grain, observed_until=until, refunds="drop", time_zone="Europe/Berlin", unit="day"
    )
    compare(base, expected(rows, unit="day", grain=grain, until=until, zone=BERLIN, net=False))


@given(logs(zoned=False, refunds=False), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_rows_does_not_matter(rows: list[Row], random: Any) -> None:
    frame = framed(rows)
    shuffled = frame.iloc[random.sample(range(len(rows)), len(rows))]
    assert clv.purchases(frame).to_json() == clv.purchases(shuffled).to_json()


@pytest.mark.oracle
def test_the_cdnow_log_gives_the_published_summary(cdnow_base: clv.Purchases, cdnow_rounded: clv.Purchases) -> None:
    base = cdnow_base
    assert (len(base), int(base.frequency.sum()), int((base.frequency > 0).sum())) == (2357, 2457, 946)
    assert base.frequency.tolist() == cdnow_rounded.frequency.tolist()
    np.testing.assert_allclose(base.recency, cdnow_rounded.recency, atol=0.0051)
    np.testing.assert_allclose(base.age, cdnow_rounded.age, atol=0.0051)
    np.testing.assert_allclose(base.spend, cdnow_rounded.spend, atol=0.0051)
    assert base.age[0] == 272 / 7
    assert round(float(base.spend[0]), 3) == 22.345
    assert round(float(base.spend[1]), 2) == 11.77
    assert len(base.cells()) == 1016
    assert base.excluded["after_end"] == 1959
    assert base.counted["zero_amounts"] == 8


@pytest.mark.oracle
def test_the_cdnow_holdout_is_the_published_one(cdnow_split: clv.Split) -> None:
    parts = cdnow_split
    assert int(parts.holdout.purchases.sum()) == 1882
    assert int(parts.holdout.repeats.sum()) == 4339
    assert parts.holdout.length == 39.0
    by_frequency = pd.Series(parts.holdout.purchases).groupby(np.minimum(parts.calibration.frequency, 7)).mean()
    assert by_frequency.round(4).tolist() == [0.2367, 0.6970, 1.3925, 1.5600, 2.5323, 2.9474, 3.8621, 6.3594]


@pytest.mark.oracle
@pytest.mark.parametrize(("rounded", "total", "first"), [(True, 71_509.90, 36.2785), (False, 71_507.95, 36.27398)])
def test_the_value_of_cdnow_is_that_of_lifetimes(
    cdnow_base: clv.Purchases, cdnow_rounded: clv.Purchases, rounded: bool, total: float, first: float
) -> None:
    """customer_lifetime_value(time=12, discount_rate=0.01, freq="W") of lifetimes 0.11.3.

    Once on the summary it ships, rounded to two decimals, once on exact days. Its month is 4.345 weeks, ours is
    365.25 / 12 days: with its month the sum by hand gives its figure, with ours the value is 0.059 percent more. With
    its default unit, days, the same call gives 266,621.60.
    """
    base = cdnow_rounded if rounded else cdnow_base
    fit, spend = clv.BetaGeo().fit(base), clv.GammaGamma().fit(base)
    amount = spend.expected_spend().value
    months = (fit.expected_purchases(4.345, start=4.345 * place).value * 1.01 ** -(place + 1) for place in range(12))
    by_hand = sum(months) * amount
    assert by_hand.sum() == pytest.approx(total, rel=2e-7)
    assert by_hand[0] == pytest.approx(first, rel=2e-6)
    ours = clv.lifetime_value(fit, spend, horizon="12 months", annual_discount=1.01**12 - 1, timing="end")
    assert ours.total.value == pytest.approx(total * 1.0005908, rel=1e-6)


@pytest.mark.oracle
def test_the_spend_of_cdnow_is_the_known_one(cdnow_base: clv.Purchases) -> None:
    amount = clv.GammaGamma().fit(cdnow_base).expected_spend().value
    assert amount[:3].round(4).tolist() == [24.6539, 18.9100, 35.1704]
    assert round(float(amount.mean()), 4) == 35.2523
    repeaters = cdnow_base.select(cdnow_base.frequency > 0)
    assert round(float(np.corrcoef(repeaters.frequency, repeaters.spend)[0, 1]), 4) == 0.1139
    assert 0 < clv.spend_independence(cdnow_base).value < 0.3
