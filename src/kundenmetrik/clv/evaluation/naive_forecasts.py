"""Baselines: what anyone could forecast without a model of dropout."""

from __future__ import annotations

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.evaluation.scoring_rules import Forecast, poisson


def naive_forecasts(purchases: Purchases, length: float) -> list[Forecast]:
    """Return two naive forecasts of the purchases within a length of time.

    ``common_rate`` lets all customers buy at the mean rate of the base, ``own_rate`` each at the own rate so far,
    shrunk to the mean rate by the weight of one purchase, as a customer without a repeat purchase would never buy.
    Customers who are known to have left buy nothing.
    """
    years = float(purchases.age.sum())
    rate = float(purchases.frequency.sum()) / years if years > 0.0 else 0.0
    weight = 1.0 / rate if rate > 0.0 else 1.0
    own = (purchases.frequency + 1.0) / (purchases.age + weight)
    time = np.full(len(purchases), length) if purchases.churned is None else np.where(purchases.churned, 0.0, length)
    return [poisson("common_rate", rate * time), poisson("own_rate", own * time)]
