"""A fitted spend model: what a purchase of each customer is worth, with the uncertainty of that."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.parameter_estimates import Fitted, read_fields, stored_fields
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.money.gamma_gamma_likelihood import SpendLikelihood
from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.likelihood.delta_method import Spread
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument, InvalidType

__all__ = ["SpendFit"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpendFit(Fitted):
    """The Gamma-Gamma model with its parameters.

    Attributes
    ----------
    data : Purchases or None
        The customers that were fitted; None for a fit that came from JSON.
    """

    data: Any = None

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
        spread = self._spread(partial(expected_spend, chosen.frequency.astype(np.float64), spent(chosen)))
        facts = {
            "undefined_spend": np.isnan(spread.value).any(),
            "nonpositive_spend": ((chosen.frequency > 0) & (chosen.spend <= 0.0)).any(),
        }
        notes = tuple(dict.fromkeys((*self.notes, *(code for code, holds in facts.items() if holds))))
        return Prediction(
            metric="expected_spend",
            value=spread.value,
            key=chosen.customer_id,
            ask=spread.limits,
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
        spread = self._spread(partial(expected_spend, np.zeros(1), np.zeros(1)))
        return Estimate(
            metric="expected_spend_new",
            value=float(spread.value[0]),
            ask=spread.total_limits,
            n=self.summary["customers"],
            unit=self.unit,
            confidence=confidence,
            method="delta-log",
            notes=self.notes,
        )

    def to_json(self) -> str:
        """Return the fit as JSON, without its customers; :meth:`from_json` reads it back."""
        return json.dumps(stored_fields(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> SpendFit:
        """Read a fit back; it predicts for customers that are given.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned.

        Returns
        -------
        SpendFit
        """
        from kundenmetrik.clv.money.gamma_gamma import GammaGamma

        return cls(**read_fields(json.loads(text)) | {"model": GammaGamma()})

    def _objective(self) -> Objective:
        if self.data is None:
            return Fitted._objective(self)
        used = usable(self.data)
        return SpendLikelihood.of(self.data.frequency[used].astype(np.float64), self.data.spend[used])

    def _spread(self, values: Any) -> Spread:
        return Spread(values=values, theta=self.theta, covariance=self.theta_covariance, link="log")


def expected_spend(frequency: FloatArray, total: FloatArray, theta: FloatArray) -> FloatArray:
    """Return p (v + xz) / (px + q - 1), NaN where that mean is infinite."""
    p, q, v = np.exp(theta)
    mass = p * frequency + q - 1.0
    return np.where(mass > 0.0, p * (v + total) / np.where(mass > 0.0, mass, 1.0), math.nan)


def usable(purchases: Purchases) -> BoolArray:
    """Return which customers came back and spent something."""
    with np.errstate(invalid="ignore"):
        return np.asarray((purchases.frequency > 0) & (purchases.spend > 0.0))


def spent(purchases: Purchases) -> FloatArray:
    """Return what customers spent on repeat purchases, NaN where unknown; refunds leave nothing at the least."""
    return np.where(purchases.frequency > 0, np.maximum(purchases.frequency * purchases.spend, 0.0), 0.0)
