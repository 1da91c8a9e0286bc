"""The expected amount of a purchase: a fitted model of spend, or amounts given as numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_fit import CustomerFit
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.money.gamma_gamma_likelihood import SpendLikelihood
from kundenmetrik.core.arrays import BoolArray, FloatArray, Limits
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import readable_numbers


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpendFit(CustomerFit):
    """The Gamma-Gamma model with its parameters."""

    def expected_spend(self, *, purchases: Purchases | None = None, confidence: float = 0.95) -> Prediction:
        r"""Return the expected mean amount of each customer's purchases: between the own mean and that of all.

        .. math:: E[M \mid x, z] = \frac{p (v + xz)}{px + q - 1}.

        Parameters
        ----------
        purchases : Purchases, optional
            Other customers.
        confidence : float
            Of the limits, which cover the uncertainty of the parameters.

        Returns
        -------
        Prediction
            NaN where the mean is infinite (px + q up to 1) or the own mean spend is missing. A repeat customer whose
            refunds took more than was spent counts as one who spent nothing, with the note ``nonpositive_spend``.
        """
        chosen = self.data if purchases is None else purchases
        if chosen is None:
            raise InvalidArgument("purchases", "be given: a fit from JSON holds no customers")
        if not isinstance(chosen, Purchases):
            raise InvalidType("purchases", "be Purchases", chosen)
        delta_method = self._delta_method(
            partial(expected_spend, chosen.frequency.astype(np.float64), repeat_spend(chosen))
        )
        facts = {
            "undefined_spend": np.isnan(delta_method.value).any(),
            "nonpositive_spend": ((chosen.frequency > 0) & (chosen.spend <= 0.0)).any(),
        }
        notes = tuple(dict.fromkeys((*self.notes, *(code for code, holds in facts.items() if holds))))
        return Prediction(
            metric="expected_spend",
            value=delta_method.value,
            key=chosen.customer_id,
            ask=delta_method.limits,
            ask_total=None,
            unit=self.unit,
            confidence=check_confidence(confidence),
            method="delta-log",
            notes=notes,
        )

    def expected_spend_new(self, *, confidence: float = 0.95) -> Estimate:
        """Return the mean amount of a purchase over all customers, pv / (q - 1); NaN where it is infinite.

        Parameters
        ----------
        confidence : float
            Of the interval.

        Returns
        -------
        Estimate
        """
        delta_method = self._delta_method(partial(expected_spend, np.zeros(1), np.zeros(1)))
        return Estimate(
            metric="expected_spend_new",
            value=float(delta_method.value[0]),
            ask=delta_method.total_limits,
            n=self.summary["customers"],
            unit=self.unit,
            confidence=confidence,
            method="delta-log",
            notes=self.notes,
        )

    def _objective_of(self, data: Any) -> Objective:
        """Return what is maximised for some customers."""
        used = usable(data)
        return SpendLikelihood.of(data.frequency[used].astype(np.float64), data.spend[used])

    def _nested_mixture(self, smaller: Any) -> Mapping[int, float]:
        """Refuse: no model is contained in this one."""
        raise InvalidArgument("larger", "be a model of repeat buying: none is contained in GammaGamma", self.model)

    def _delta_method(self, values: Any) -> DeltaMethod:
        return DeltaMethod(values=values, theta=self.theta, covariance=self.theta_covariance, link="log")


def expected_spend(frequency: FloatArray, total: FloatArray, theta: FloatArray) -> FloatArray:
    """Return p (v + xz) / (px + q - 1), NaN where that mean is infinite."""
    p, q, v = np.exp(theta)
    mass = p * frequency + q - 1.0
    return np.where(mass > 0.0, p * (v + total) / np.where(mass > 0.0, mass, 1.0), math.nan)


def usable(purchases: Purchases) -> BoolArray:
    """Return which customers came back and spent something."""
    with np.errstate(invalid="ignore"):
        return np.asarray((purchases.frequency > 0) & (purchases.spend > 0.0))


def repeat_spend(purchases: Purchases) -> FloatArray:
    """Return what customers spent on repeat purchases, NaN where unknown; refunds leave nothing at the least."""
    return np.where(purchases.frequency > 0, np.maximum(purchases.frequency * purchases.spend, 0.0), 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class ExpectedSpend:
    """Amounts, and the uncertain parameters they come from where they are estimated.

    Attributes
    ----------
    value : ndarray of float64
        One amount for each customer; NaN where it is not defined.
    delta_method : DeltaMethod or None
        The amounts as a function of the parameters of a spend model.
    notes : tuple of str
        Codes of what the reader should know.
    """

    value: FloatArray
    delta_method: DeltaMethod | None = None
    notes: tuple[str, ...] = ()

    def limits(self, confidence: float) -> Limits:
        """Return the limits of each amount."""
        return (self.value, self.value) if self.delta_method is None else self.delta_method.limits(confidence)


def times_amount(count: FloatArray, amount: Any) -> FloatArray:
    """Return counts times amounts, where infinitely many purchases for nothing are nothing."""
    nothing = np.isinf(count) & (np.asarray(amount) == 0.0)
    return np.asarray(np.where(nothing, 0.0, count) * amount)


def expected_spend_per_customer(spend: Any, purchases: Purchases) -> ExpectedSpend:
    """Return the expected amounts of some customers."""
    if isinstance(spend, SpendFit):
        return _from_model(spend, purchases)
    if np.ndim(spend) == 0:
        spend = np.full(len(purchases), spend)
    if isinstance(spend, pd.Series) and not isinstance(spend.index, pd.RangeIndex):
        spend = spend.reindex(pd.Index(purchases.customer_id))
    faults: list[Fault | None] = []
    value, _ = readable_numbers(spend, "spend", faults)
    if len(value) != len(purchases):
        raise InvalidArgument("spend", f"have one amount for each of {len(purchases):,} customers", len(value))
    faults.append(
        fault_of("spend", "be finite and at least 0", ~(np.isfinite(value) & (value >= 0)), value, "not_an_amount")
    )
    refuse(faults)
    return ExpectedSpend(value=value)


def _from_model(spend: SpendFit, purchases: Purchases) -> ExpectedSpend:
    ask = partial(expected_spend, purchases.frequency.astype(np.float64), repeat_spend(purchases))
    delta_method = DeltaMethod(values=ask, theta=spend.theta, covariance=spend.theta_covariance, link="log")
    notes = ("undefined_spend",) if np.isnan(delta_method.value).any() else ()
    return ExpectedSpend(value=delta_method.value, delta_method=delta_method, notes=(*spend.notes, *notes))
