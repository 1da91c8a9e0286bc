"""Known truth, many seeds: parameters come back, standard errors are the spread, limits cover."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.purchases import Purchases

SEEDS, CUSTOMERS, CALIBRATION, HOLDOUT = 25, 5_000, 52.0, 26.0
CASES = [
    (clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    (clv.ModifiedBetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    (clv.ParetoNBD(), (0.8, 6.0, 0.8, 12.0)),
]

pytestmark = pytest.mark.slow


def simulated(model: Any, params: tuple[float, ...], seed: int) -> tuple[Purchases, np.ndarray]:
    rng = np.random.default_rng(seed)
    who, when = model.draw(params, np.full(CUSTOMERS, CALIBRATION + HOLDOUT), rng)
    early = when <= CALIBRATION
    recency = np.zeros(CUSTOMERS)
    np.maximum.at(recency, who[early], when[early])
    frequency = np.bincount(who[early], minlength=CUSTOMERS)
    base = Purchases.from_summary(frequency, recency, np.full(CUSTOMERS, CALIBRATION), unit="week")
    return base, np.bincount(who[~early], minlength=CUSTOMERS)


@pytest.mark.parametrize(("model", "params"), CASES, ids=lambda part: getattr(part, "name", ""))
def test_recovery_and_calibration(model: Any, params: tuple[float, ...]) -> None:
    fits, totals, inside = [], [], []
    for seed in range(SEEDS):
        base, came = simulated(model, params, seed)
        fit = model.fit(base)
        fits.append(fit)
        found = fit.purchase_range(HOLDOUT, confidence=0.95)
        inside.append(((came >= found.low) & (came <= found.high)).mean())
        totals.append(found.total.low <= came.sum() <= found.total.high)
    values = np.array([list(fit.params.values()) for fit in fits])
    off = np.abs(np.median(values, axis=0) / params - 1.0)
    assert (off[:2] <= 0.02).all()
    assert (off[2:] <= 0.05).all()
    scores = np.array([(fit.theta - np.log(params)) / np.sqrt(np.diag(fit.theta_covariance)) for fit in fits])
    # The standard deviation of 25 standard normal numbers has itself a spread of 0.14; over four parameters less.
    assert 0.85 <= np.sqrt((scores**2).mean()) <= 1.15
    assert 0.90 <= np.mean(inside) <= 0.99
    assert sum(totals) >= 21
