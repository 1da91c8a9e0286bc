"""Gamma-Gamma: what customers spend on a purchase, from the mean of those seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, get_args

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.search import Problem, estimate
from kundenmetrik.clv.money.gamma_gamma_likelihood import SpendLikelihood
from kundenmetrik.clv.money.spend_fit import SpendFit, usable
from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import Invalid, check_choice
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse

USE_THE_MEAN, USE_OWN_MEANS = "Use the mean spend of all purchases.", "Use each customer's mean spend."
NO_SCALE = "spend has no scale"
ONE_MEAN = "the likelihood is highest where all customers spend the same on average"
NO_SPREAD = "the likelihood is highest where a customer's purchases do not differ"
MIN_CUSTOMERS = 4


@dataclass(frozen=True, slots=True)
class GammaGamma:
    r"""The Gamma-Gamma model of spend: few purchases say little, so a customer's mean is drawn to that of all.

    The amount of a purchase is :math:`\text{Gamma}(p, \nu)` distributed, where :math:`\nu \sim \text{Gamma}(q, v)`
    differs between customers. With x repeat purchases of mean z:

    .. math:: L = \frac{\Gamma(px + q)}{\Gamma(px)\,\Gamma(q)} \frac{v^q z^{px - 1} x^{px}}{(v + xz)^{px + q}}.

    Customers without a repeat purchase say nothing here and are left out; they are counted in the fit's summary.

    Notes
    -----
    The model takes spend to be independent of frequency. The population's mean, :math:`pv/(q - 1)`, is infinite
    for q up to 1: it is then NaN with the note ``infinite_mean_spend``, and never negative. v is the papers' gamma.

    References
    ----------
    Fader and Hardie (2013), The Gamma-Gamma model of monetary value, note 025.
    Fader, Hardie and Lee (2005), RFM and CLV, Journal of Marketing Research 42(4).

    Examples
    --------
    >>> import numpy as np
    >>> from kundenmetrik.clv import GammaGamma, Purchases
    >>> rng = np.random.default_rng(0)
    >>> bought = rng.integers(0, 6, 300)
    >>> own = 15.0 / rng.standard_gamma(4.0, 300)
    >>> spend = own * rng.standard_gamma(6.0 * np.maximum(bought, 1)) / np.maximum(bought, 1)
    >>> spend, last = np.where(bought > 0, spend, np.nan), np.where(bought > 0, 30.0, 0.0)
    >>> fit = GammaGamma().fit(Purchases.from_summary(bought, last, np.full(300, 39.0), spend, unit="week"))
    >>> mean = fit.expected_spend_new()
    >>> round(mean.low, 1), round(mean.value, 1), round(mean.high, 1)
    (27.0, 29.3, 31.7)
    """

    name: ClassVar[str] = "GammaGamma"
    parameters: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = (
        DegenerateLimit(name="one_mean", direction=(0, 1, 1), meaning=ONE_MEAN, remedy=USE_THE_MEAN),
        DegenerateLimit(name="no_spread", direction=(1, 0, -1), meaning=NO_SPREAD, remedy=USE_OWN_MEANS),
        DegenerateLimit(name="heavy_tail", direction=(0, -1, -1), meaning=NO_SCALE, remedy="Look for outliers."),
    )

    def fit(self, purchases: Purchases, *, invalid: Invalid = "raise") -> SpendFit:
        """Fit the model to the repeat purchases of a customer base.

        Parameters
        ----------
        purchases : Purchases
            With the mean spend of the repeat purchases.
        invalid : {"raise", "exclude"}
            Repeat customers whose mean spend is missing, zero or negative (their refunds took all of it) are an error,
            or left out of the fit and counted in its summary.

        Returns
        -------
        SpendFit

        Raises
        ------
        InvalidArgument
            If the log was read without amounts.
        InvalidData
            If the spend of a repeat customer is missing, zero or negative, and not to be excluded.
        FitRefused
            If the data do not identify the model.
        """
        if not isinstance(purchases, Purchases):
            raise InvalidType("purchases", "be Purchases", purchases)
        if "no_amounts" in purchases.notes:
            remedy = "Name their column when the log is read: km.clv.purchases(..., amount=...)."
            raise InvalidArgument("purchases", "have amounts", remedy=remedy)
        invalid = check_choice(invalid, "invalid", get_args(Invalid))
        if invalid == "raise":
            refuse([_unusable(purchases)])
        repeat = usable(purchases)
        frequency, spend = purchases.frequency[repeat], purchases.spend[repeat]
        self._check(spend)
        # Money is divided by a typical amount, so that amounts of any currency are alike to the search.
        scale = float(np.exp(np.log(spend).mean()))
        best = estimate(self._problem(frequency.astype(np.float64), spend / scale))
        q = float(np.exp(best.theta[1]))
        return SpendFit(
            model=self,
            names=self.parameters,
            theta=best.theta + np.array([0.0, 0.0, np.log(scale)]),
            theta_covariance=best.covariance,
            log_likelihood=best.value - len(spend) * float(np.log(scale)),
            unit="money",
            method="likelihood",
            summary=_summary(purchases, repeat),
            convergence=best.convergence,
            notes=_notes(q, best.unique, purchases),
            data=purchases,
        )

    def _problem(self, frequency: FloatArray, spend: FloatArray) -> Problem:
        mean = float(spend.mean())
        every = cache(lambda step: SpendLikelihood.of(frequency[::step], spend[::step]))
        return Problem(
            model=self.name,
            objective=lambda theta, step, nodes: every(step)(theta),
            starts=[np.log([4.0, 3.5, 0.7 * mean]), np.log([6.0, 4.0, mean / 3.0])],
            customers=float(len(spend)),
            cells=len(spend),
            nodes=(0, 0),
            limits=self._limits,
        )

    def _check(self, spend: FloatArray) -> None:
        if len(spend) < MIN_CUSTOMERS:
            raise FitRefused(self.name, f"there are {len(spend)} customers with a repeat purchase")
        if np.ptp(spend) == 0.0:
            raise FitRefused(self.name, "all customers spend the same", "Use that amount.")


def _unusable(purchases: Purchases) -> Any:
    remedy = 'Pass invalid="exclude" to leave such customers out, counted.'
    wrong = (purchases.frequency > 0) & ~usable(purchases)
    return fault_of("spend", "be above 0 where frequency is above 0", wrong, purchases.spend, "gt", remedy)


def _summary(purchases: Purchases, used: Any) -> dict[str, Any]:
    repeat, customers = int(np.count_nonzero(purchases.frequency)), int(used.sum())
    facts = purchases.summary()
    left_out = {"no_repeat_purchase": len(used) - repeat, "nonpositive_spend": repeat - customers}
    counted = {reason: count for reason, count in left_out.items() if count or reason == "no_repeat_purchase"}
    return {**facts, "customers": customers, "excluded": {**facts["excluded"], **counted}}


def _notes(q: float, unique: bool, purchases: Purchases) -> tuple[str, ...]:
    facts = {
        "infinite_mean_spend": q <= 1.0,
        "infinite_spend_variance": q <= 2.0,
        "lower_optimum": not unique,
        "nonpositive_spend": _unusable(purchases) is not None,
    }
    return tuple(code for code, holds in facts.items() if holds)
