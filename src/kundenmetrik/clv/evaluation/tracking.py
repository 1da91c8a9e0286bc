"""Tracking: purchases through time, and the counts of the calibration, beside what a model expects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.histories import newcomers
from kundenmetrik.clv.evaluation.holdout import Holdout
from kundenmetrik.clv.fits.quantity import Quantity
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.frame.time.units import conversion

MOST_PURCHASES = 7
"""Customers with this many repeat purchases and more are taken together."""


def tracking(quantity: Quantity, holdout: Holdout, period: str) -> pd.DataFrame:
    """Return repeat purchases by period through calibration and holdout, of the customers of the calibration.

    The columns are part, time (the end of the period, in units since the log began), actual, expected,
    cumulative_actual and cumulative_expected. The model expects from the fitted parameters and the dates of the first
    purchases alone, also within the calibration.
    """
    ends = _ends(holdout, period)
    bought = np.concatenate(([0], np.cumsum(holdout.repeats)))[ends]
    since = (ends - holdout.calibration_steps) / holdout.steps_per_unit
    expected = _expected_by(quantity, since)
    table = pd.DataFrame(
        {
            "part": np.where(ends <= holdout.calibration_steps, "calibration", "holdout"),
            "time": ends / holdout.steps_per_unit,
            "actual": np.diff(bought, prepend=0),
            "expected": np.diff(expected, prepend=0.0),
        }
    )
    return table.assign(cumulative_actual=bought, cumulative_expected=expected)


def frequency_table(quantity: Quantity) -> pd.DataFrame:
    """Return how many customers of the calibration bought again so often: frequency, actual, expected.

    The last row holds that frequency and more.
    """
    past, counts = quantity.base, np.arange(MOST_PURCHASES)
    ages, back = _ages(quantity)
    model, params, new = quantity.fit.model, quantity.params(quantity.fit.theta), newcomers(len(ages))
    alive = model._probability_alive(params, new)[:, None]
    chance = alive * model._distribution_if_alive(params, new, ages, counts) + (1.0 - alive) * (counts == 0)
    expected = np.bincount(back, minlength=len(ages)) @ chance
    actual = np.bincount(np.minimum(past.frequency, MOST_PURCHASES), minlength=MOST_PURCHASES + 1)
    return pd.DataFrame(
        {
            "frequency": np.arange(MOST_PURCHASES + 1),
            "actual": actual,
            "expected": np.append(expected, max(len(past) - expected.sum(), 0.0)),
        }
    )


def conditional_means(frequency: IntArray, actual: IntArray, forecasts: dict[str, FloatArray]) -> pd.DataFrame:
    """Return mean holdout purchases by calibration frequency: frequency, customers, actual, one column a forecast."""
    groups = np.minimum(frequency, MOST_PURCHASES)
    customers = np.bincount(groups, minlength=MOST_PURCHASES + 1)
    columns = {"actual": actual, **forecasts}
    with np.errstate(invalid="ignore"):
        means = {
            name: np.bincount(groups, weights=part, minlength=MOST_PURCHASES + 1) / customers
            for name, part in columns.items()
        }
    return pd.DataFrame({"frequency": np.arange(MOST_PURCHASES + 1), "customers": customers, **means})


def _ends(holdout: Holdout, period: str) -> IntArray:
    """Return the step after the last one of each period; the calibration's end is always one of them."""
    length, steps = conversion(period, holdout.unit) * holdout.steps_per_unit, len(holdout.repeats)
    parts = (0, holdout.calibration_steps), (holdout.calibration_steps, steps)
    ends = [np.append(np.rint(np.arange(first + length, last - 0.5, length)), last) for first, last in parts]
    return np.unique(np.concatenate(ends)).astype(np.int64)


def _expected_by(quantity: Quantity, since: FloatArray) -> FloatArray:
    """Return all repeat purchases expected up to times before and after the end of the calibration."""
    ages, back = _ages(quantity)
    model, params, new = quantity.fit.model, quantity.params(quantity.fit.theta), newcomers(len(ages))
    alive = np.bincount(back, minlength=len(ages)) * model._probability_alive(params, new)
    spans = (np.maximum(ages + time, 0.0) for time in since)
    return np.array([alive @ model._expected_if_alive(params, new, span) for span in spans])


def _ages(quantity: Quantity) -> tuple[FloatArray, Any]:
    """Return the distinct ages with the way back; with covariates every customer is a kind of its own."""
    age = quantity.past.age
    if quantity.known is not None:
        return age, np.arange(len(age))
    return np.unique(age, return_inverse=True)
