"""Baselines: what anyone could forecast without a model of dropout."""

from __future__ import annotations

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.evaluation.scoring_rules import Forecast, poisson


def naive_forecasts(purchases: Purchases, length: float) -> list[Forecast]:
    """Return two naive forecasts of the purchases within a length of time.

    ``common_rate`` lets all customers buy at the mean rate of the base, ``own_rate`` each at the own rate so far,
    shrunk to the mean rate by the weight of one purchase, as a customer without a repeat purchase would never buy.
    """
    years = float(purchases.age.sum())
    rate = float(purchases.frequency.sum()) / years if years > 0.0 else 0.0
    weight = 1.0 / rate if rate > 0.0 else 1.0
    own = (purchases.frequency + 1.0) / (purchases.age + weight)
    return [
        poisson("common_rate", np.full(len(purchases), rate * length)),
        poisson("own_rate", own * length),
    ]
