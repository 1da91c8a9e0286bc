"""Known truth, many seeds: parameters come back, standard errors are the spread, limits cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.purchases import Purchases

SEEDS, CUSTOMERS, CALIBRATION, HOLDOUT = 120, 5_000, 52.0, 26.0
PREDICTED, ASKED = 8, 400
CASES = [
    (clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    (clv.ModifiedBetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    (clv.ParetoNBD(), (0.8, 6.0, 0.8, 12.0)),
]

pytestmark = pytest.mark.slow


def simulated(model: Any, params: tuple[float, ...], seed: int) -> tuple[Purchases, np.ndarray]:
    rng = np.random.default_rng(seed)
    who, when, _ = model._draw(params, np.full(CUSTOMERS, CALIBRATION + HOLDOUT), rng)
    early = when <= CALIBRATION
    recency = np.zeros(CUSTOMERS)
    np.maximum.at(recency, who[early], when[early])
    frequency = np.bincount(who[early], minlength=CUSTOMERS)
    base = Purchases.from_summary(frequency, recency, np.full(CUSTOMERS, CALIBRATION), unit="week")
    return base, np.bincount(who[~early], minlength=CUSTOMERS)


def spread_of(model: Any, params: tuple[float, ...], seeds: int) -> tuple[np.ndarray, np.ndarray]:
    """The parameters of each seed, and how many standard errors they are off."""
    fits = [model.fit(simulated(model, params, seed)[0]) for seed in range(seeds)]
    off = [(fit.theta - np.log(params)) / np.sqrt(np.diag(fit.theta_covariance)) for fit in fits]
    return np.array([list(fit.params.values()) for fit in fits]), np.array(off)


@pytest.mark.parametrize(("model", "params"), CASES, ids=lambda part: getattr(part, "name", ""))
def test_parameters_come_back_and_standard_errors_are_their_spread(model: Any, params: tuple[float, ...]) -> None:
    values, scores = spread_of(model, params, SEEDS)
    off = np.abs(np.median(values[:25], axis=0) / params - 1.0)
    assert (off[:2] <= 0.02).all()
    assert (off[2:] <= 0.05).all()
    deviation = np.sqrt((scores**2).mean(axis=0))
    assert ((deviation >= 0.85) & (deviation <= 1.15)).all(), deviation
    inside = (np.abs(scores) <= 1.959964).mean()
    assert 0.92 <= inside <= 0.98


@pytest.mark.parametrize(("model", "params"), CASES, ids=lambda part: getattr(part, "name", ""))
def test_predictive_limits_cover(model: Any, params: tuple[float, ...]) -> None:
    shares, totals = [], 0
    for seed in range(PREDICTED):
        base, came = simulated(model, params, seed)
        some = np.arange(ASKED)
        found = model.fit(base).purchase_range(HOLDOUT, purchases=base.select(some), confidence=0.95)
        shares.append(((came[some] >= found.low) & (came[some] <= found.high)).mean())
        totals += found.total.low <= came[some].sum() <= found.total.high
    assert 0.90 <= np.mean(shares) <= 0.99
    assert totals >= PREDICTED - 2
