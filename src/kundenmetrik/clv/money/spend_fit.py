"""A fitted spend model: what a purchase of each customer is worth, with the uncertainty of that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_fit import CustomerFit
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.money.gamma_gamma_likelihood import SpendLikelihood
from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument, InvalidType


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
