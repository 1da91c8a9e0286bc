"""Tracking: purchases through time, and the counts of the calibration, beside what a model expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.histories import newcomers
from kundenmetrik.clv.evaluation.holdout import Holdout, Split
from kundenmetrik.clv.evaluation.scoring_rules import Forecast, naive_forecasts, outcome
from kundenmetrik.clv.fits.queryable_fit import Quantity
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.frame.time.units import check_unit, conversion

MAX_PURCHASES = 7
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
    past, counts = quantity.base, np.arange(MAX_PURCHASES)
    ages, back = _ages(quantity)
    model, params, new = quantity.fit.model, quantity.params(quantity.fit.theta), newcomers(len(ages))
    alive = model._probability_alive(params, new)[:, None]
    chance = alive * model._distribution_if_alive(params, new, ages, counts) + (1.0 - alive) * (counts == 0)
    expected = np.bincount(back, minlength=len(ages)) @ chance
    actual = np.bincount(np.minimum(past.frequency, MAX_PURCHASES), minlength=MAX_PURCHASES + 1)
    return pd.DataFrame(
        {
            "frequency": np.arange(MAX_PURCHASES + 1),
            "actual": actual,
            "expected": np.append(expected, max(len(past) - expected.sum(), 0.0)),
        }
    )


def conditional_means(frequency: IntArray, actual: IntArray, forecasts: dict[str, FloatArray]) -> pd.DataFrame:
    """Return mean holdout purchases by calibration frequency: frequency, customers, actual, one column a forecast."""
    groups = np.minimum(frequency, MAX_PURCHASES)
    customers = np.bincount(groups, minlength=MAX_PURCHASES + 1)
    columns = {"actual": actual, **forecasts}
    with np.errstate(invalid="ignore"):
        means = {
            name: np.bincount(groups, weights=part, minlength=MAX_PURCHASES + 1) / customers
            for name, part in columns.items()
        }
    return pd.DataFrame({"frequency": np.arange(MAX_PURCHASES + 1), "customers": customers, **means})


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


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Evaluation(Result):
    """A model's forecast of a holdout beside what came, with naive forecasts next to it.

    Attributes
    ----------
    scores : DataFrame
        One row per forecast, the model first: forecast, expected_total, actual_total, bias, relative_bias, mae, rmse,
        log_score, crps, brier, top_decile_lift. Smaller is better but for the lift; bias is expected less actual.
    total : Estimate
        Purchases expected of all customers; the interval covers chance and parameters, so that the actual total
        should lie in it.
    tracking : DataFrame
        Repeat purchases by period, actual and expected: part, time, actual, expected, cumulative_actual,
        cumulative_expected.
    frequency : DataFrame
        Customers by repeat purchases in the calibration: frequency, actual, expected.
    conditional : DataFrame
        Mean holdout purchases by calibration frequency: frequency, customers, actual, and one column a forecast.
    deciles : DataFrame
        Tenths of the customers, forecast best first: decile, customers, expected, actual.
    coverage : DataFrame
        confidence, expected and actual share of customers within their own interval.
    pit : DataFrame
        low, high, share: the histogram of forecast probabilities, even where the forecast is calibrated.
    """

    scores: pd.DataFrame
    total: Estimate
    tracking: pd.DataFrame
    frequency: pd.DataFrame
    conditional: pd.DataFrame
    deciles: pd.DataFrame
    coverage: pd.DataFrame
    pit: pd.DataFrame

    @property
    def headline(self) -> str:
        """What the model expected and what came, and its log score beside the best naive one."""
        model, naive = self.scores.iloc[0], self.scores.iloc[1:]
        came = f"{model['forecast']} expected {model['expected_total']:,.1f}, {model['actual_total']:,.0f} came"
        return f"{came}; log score {model['log_score']:.4f}, best naive forecast {naive['log_score'].min():.4f}"

    def to_frame(self) -> pd.DataFrame:
        """Return the scores: one row per forecast, the model first."""
        return self.scores


def evaluate(
    fit: RepeatFit,
    holdout: Holdout | Split,
    *,
    purchases: Any = None,
    period: PeriodLength = "week",
    confidence: float = 0.95,
) -> Evaluation:
    r"""Score a model's forecast against what its customers did in a holdout.

    Parameters
    ----------
    fit : RepeatFit
        A model fitted to the calibration.
    holdout : Holdout or Split
        What :func:`split` returned.
    purchases : Purchases, optional
        The customers to score, in the order of the holdout; by default those of the fit.
    period : str
        The rows of the tracking table.
    confidence : float
        Of the interval of the total.

    Returns
    -------
    Evaluation
        Tables; the scores hold naive forecasts beside the model.

    Raises
    ------
    InvalidArgument
        If the customers of the fit and of the holdout differ.

    Notes
    -----
    The log score (mean surprise, :math:`-\log p`) and the continuous ranked probability score are proper: the true
    distribution scores best on average. Mean absolute error is not: among many who buy nothing it rewards forecasts
    that are too low. A model that does not beat ``own_rate`` and ``common_rate`` does not earn its keep.

    References
    ----------
    Gneiting and Raftery (2007), Strictly proper scoring rules, JASA 102. Czado, Gneiting and Held (2009), Predictive
    model assessment for count data, Biometrics 65. Fader, Hardie and Lee (2005), Marketing Science 24(2), figures 2-4.

    Examples
    --------
    >>> from kundenmetrik import clv
    >>> truth = clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary(
    ...     [0, 0, 0, 1, 4, 12, 3, 6] * 40, [0, 0, 0, 9, 8, 38, 30, 7] * 40, [39] * 320, unit="week"))
    >>> parts = clv.split(truth.simulate(500, horizon="2 years", rng=1), at="2020-12-31")
    >>> found = clv.evaluate(clv.ModifiedBetaGeo().fit(parts.calibration), parts)
    >>> found.scores["forecast"].tolist()
    ['ModifiedBetaGeo', 'common_rate', 'own_rate']
    """
    after = holdout.holdout if isinstance(holdout, Split) else holdout
    if not isinstance(fit, RepeatFit):
        raise InvalidType("fit", "be a fitted repeat-buying model", fit)
    if not isinstance(after, Holdout):
        raise InvalidType("holdout", "be what clv.split returned", holdout)
    quantity = _quantity_of_holdout(fit, after, purchases)
    naive = [outcome(one, after.purchases) for one in naive_forecasts(quantity.base, after.length)]
    own = outcome(_forecast(quantity, after.length), after.purchases)
    every = [own, *naive]
    means = {one.forecast.name: one.forecast.expected for one in every}
    return Evaluation(
        scores=pd.DataFrame([one.row() for one in every]),
        total=fit.purchase_range(after.length, purchases=purchases, confidence=confidence).total,
        tracking=tracking(quantity, after, check_unit(period, "period")),
        frequency=frequency_table(quantity),
        conditional=conditional_means(quantity.base.frequency, after.purchases, means),
        deciles=own.deciles(),
        coverage=own.coverage(),
        pit=own.pit(),
    )


def holdout_forecast(fit: RepeatFit, holdout: Holdout) -> Forecast:
    """Return a fit's forecast of the purchases of each of its customers within the holdout."""
    return _forecast(_quantity_of_holdout(fit, holdout, None), holdout.length)


def _forecast(quantity: Quantity, length: float) -> Forecast:
    few, back = quantity.kinds
    model, params = quantity.fit.model, quantity.params(quantity.fit.theta)

    def chance(kinds: IntArray, n: IntArray) -> FloatArray:
        own = tuple(part[kinds] if np.ndim(part) else part for part in params)
        return np.asarray(model._distribution(own, few.take(kinds), length, n))

    return Forecast(
        name=model.name,
        mean=model._expected_purchases(params, few, length),
        back=np.arange(len(few.age)) if back is None else back,
        chance=chance,
    )


def _quantity_of_holdout(fit: RepeatFit, holdout: Holdout, purchases: Any) -> Quantity:
    """Return the customers of the fit, which must be those of the holdout."""
    quantity = Quantity(fit=fit, ask=_zero, purchases=purchases, link="log")
    if holdout.unit != quantity.fit.unit:
        raise InvalidArgument("holdout", f"count in {quantity.fit.unit} like the fit", holdout.unit)
    if not np.array_equal(quantity.base.customer_id, holdout.customer_id):
        remedy = "Fit the calibration of the same split."
        raise InvalidArgument("holdout", "have the customers of the fit, in the same order", remedy=remedy)
    return quantity


def _zero(params: Any, past: Any) -> FloatArray:
    return np.zeros(len(past.age))
