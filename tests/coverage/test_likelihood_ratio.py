"""The likelihood ratio at the boundary: how often the test of dropout rejects where nobody drops out."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from kundenmetrik import clv
from kundenmetrik.errors import FitRefused

RUNS = 200


def without_dropout(rng: np.random.Generator, customers: int = 500, weeks: float = 52.0) -> clv.Purchases:
    bought = rng.poisson(rng.gamma(1.0, 1.0 / 5.0, customers) * weeks)
    last = np.where(bought > 0, weeks * rng.random(customers) ** (1.0 / np.maximum(bought, 1)), 0.0)
    return clv.Purchases.from_summary(bought, last, np.full(customers, weeks), unit="week")


@pytest.mark.slow
def test_the_test_of_dropout_rejects_about_as_often_as_it_says() -> None:
    """A fit that runs to the limit without dropout is no gain at all, and no rejection."""
    rng, p_values, statistics = np.random.default_rng(1), [], []
    for _ in range(RUNS):
        base = without_dropout(rng)
        try:
            found = clv.likelihood_ratio(clv.NBD().fit(base), clv.BetaGeo().fit(base))
        except FitRefused:
            continue
        p_values.append(found.p_value)
        statistics.append(found.statistic)
    rejected = np.count_nonzero(np.array(p_values) < 0.1) / RUNS
    assert 0.03 <= rejected <= 0.18  # 10 of 100 within 3.8 standard errors
    plain = np.count_nonzero(scipy.special.chdtrc(2, np.array(statistics)) < 0.1) / RUNS
    assert plain <= rejected / 2.0
