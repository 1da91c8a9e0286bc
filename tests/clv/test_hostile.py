"""Inputs that other programs answer with a silent wrong number: each is an error with its cause, or an exact result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.errors import InvalidArgument, InvalidData


def log(*rows: tuple[str, float]) -> pd.DataFrame:
    times = [datetime.fromisoformat(time) for time, _ in rows]
    return pd.DataFrame({"customer_id": "a", "occurred_at": times, "amount": [amount for _, amount in rows]})


def test_a_local_time_that_does_not_exist_is_not_localised_in_silence() -> None:
    """02:30 on the night the clocks go forward: a day of the calendar as it stands, refused with the name of a zone."""
    night = log(("2024-03-31 02:30", 1.0), ("2024-04-07 02:30", 1.0))
    assert clv.purchases(night).recency.tolist() == [1.0]
    with pytest.raises(InvalidArgument, match="Localise them first"):
        clv.purchases(night, time_zone="Europe/Berlin")


def test_a_leap_day_and_the_ends_of_months_are_elapsed_days() -> None:
    leap = log(("2024-02-29", 1.0), ("2025-02-28", 1.0))
    assert clv.purchases(leap, unit="year").recency == pytest.approx([365 / 365.25])
    ends = log(("2024-01-31", 1.0), ("2024-02-29", 1.0), ("2024-03-31", 1.0))
    assert clv.purchases(ends, unit="month").recency == pytest.approx([60 / (365.25 / 12)])


def test_a_holdout_that_ends_before_it_begins_is_refused() -> None:
    two = log(("2024-01-01", 1.0), ("2024-05-01", 1.0))
    with pytest.raises(InvalidArgument, match="at must lie before the end of observation"):
        clv.split(two, at="2024-06-30", observed_until="2024-03-01")


def test_a_purchase_in_the_far_future_is_left_out_and_counted() -> None:
    base = clv.purchases(
        log(("2024-01-01", 1.0), ("2024-02-01", 1.0), ("9999-12-31", 1.0)), observed_until="2024-06-01"
    )
    assert base.frequency.tolist() == [1]
    assert sum(base.excluded.values()) == 1


def test_amounts_that_add_up_to_nothing_are_noted_and_reach_no_spend_model() -> None:
    base = clv.purchases(log(("2024-01-01", 9.0), ("2024-05-01", 5.0), ("2024-05-01", -5.0)), refunds="net")
    assert base.spend.tolist() == [0.0]
    assert "nonpositive_spend" in base.notes
    with pytest.raises(InvalidData, match='invalid="exclude"'):
        clv.GammaGamma().fit(base)


MODELS: list[tuple[Any, tuple[float, ...]]] = [
    (clv.BetaGeo(), (0.25, 4.4, 0.8, 2.4)),
    (clv.ModifiedBetaGeo(), (0.5, 6.2, 0.9, 1.6)),
    (clv.ParetoNBD(), (0.55, 10.6, 0.6, 11.7)),
]


@pytest.mark.parametrize(("model", "params"), MODELS, ids=lambda part: repr(part))
def test_a_chance_too_small_for_a_float_has_its_logarithm(model: Any, params: tuple[float, ...]) -> None:
    heavy = Histories(np.array([1_000, 5_000, 10_000]), np.full(3, 30.0), np.full(3, 39.0))
    odds = model._log_odds_alive(params, heavy)
    assert np.isfinite(odds).all()
    assert (np.diff(odds) < -500).all()
    assert (model._probability_alive(params, heavy) >= 0.0).all()


def test_more_purchases_than_periods_is_legal_in_continuous_time_only() -> None:
    assert Purchases.from_summary([1_000], [30.0], [39.0], unit="week").frequency.tolist() == [1_000]
    many = Purchases.from_summary([9, 2], [3.0, 2.0], [5.0, 5.0], unit="year")
    with pytest.raises(InvalidData, match="one purchase in a period"):
        clv.BetaGeoBetaBinomial().fit(many)


@pytest.mark.parametrize("model", [model for model, _ in MODELS], ids=repr)
def test_customers_observed_for_no_time_do_not_break_a_fit(model: Any) -> None:
    rng, many = np.random.default_rng(3), 3_000
    age = np.where(np.arange(many) < 40, 0.0, rng.integers(140, 400, many) / 7)
    who, when, _ = clv.BetaGeo()._draw((0.8, 6.0, 0.8, 2.5), age, rng)
    recency = np.zeros(many)
    np.maximum.at(recency, who, np.minimum(np.ceil(when * 7) / 7, age[who]))
    base = Purchases.from_summary(np.bincount(who, minlength=many), recency, age, unit="week")
    with_them = model.fit(base)
    without = model.fit(base.select(age > 0))
    assert with_them.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-6)
    assert with_them.theta == pytest.approx(without.theta, abs=1e-6)
