"""The interval of lifetime values: how the uncertain parameters of two models carry over to lifetime values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kundenmetrik.clv.fits.queryable_fit import Quantity
from kundenmetrik.clv.money.spend_fit import ExpectedSpend, times_amount
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.likelihood.delta_method import symmetric_limits
from kundenmetrik.core.results.storage.fixed_limits import FixedLimits
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, kw_only=True, eq=False)
class ValueInterval:
    """How the uncertain parameters of both models carry over to values; the two are fitted independently."""

    quantity: Quantity
    spend: ExpectedSpend
    discounted: FloatArray
    margin: float

    def limits(self, confidence: float) -> Limits:
        """Return the limits of each customer's value, symmetric in its logarithm."""
        bought, paid = self.quantity.delta_method.limits(confidence)[1], self.spend.limits(confidence)[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            reaches = np.log(bought / self.discounted), np.log(paid / self.spend.value)
        ratio = np.exp(np.hypot(*(np.nan_to_num(reach) for reach in reaches)))
        value = times_amount(times_amount(self.discounted, self.spend.value), self.margin)
        return value / ratio, value * ratio

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total, symmetric in its logarithm."""
        low, high = self.group_limits(np.zeros(len(self.discounted), dtype=np.int64), confidence)
        return float(low[0]), float(high[0])

    def at_one_confidence(self, confidence: float) -> FixedValueInterval:
        """Return the limits as they are stored."""
        customers, total = self.limits(confidence), self.total_limits(confidence)
        return FixedValueInterval(customers=FixedLimits(*customers, confidence), total=FixedLimits(*total, confidence))

    def group_limits(self, codes: IntArray, confidence: float) -> Limits:
        """Return the limits of the total of each group of customers, from the full covariance of the parameters."""
        value = times_amount(self.discounted, self.spend.value)
        total = np.asarray(np.bincount(codes, weights=value, minlength=1), dtype=np.float64)
        variance = np.zeros(len(total))
        for delta_method, weights in (
            (self.quantity.delta_method, self.spend.value),
            (self.spend.delta_method, self.discounted),
        ):
            if delta_method is not None:
                # What has no weight does not count, however steep.
                steep = [times_amount(weights, np.where(weights == 0.0, 0.0, row)) for row in delta_method.slopes]
                slopes = np.array([np.bincount(codes, weights=row, minlength=1) for row in steep])
                variance += np.einsum("ik,ij,jk->k", slopes, delta_method.covariance, slopes)
        reach = critical(confidence) * np.sqrt(variance)
        low, high = symmetric_limits(total, reach, "log")
        return times_amount(low, self.margin), times_amount(high, self.margin)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FixedValueInterval:
    """The limits of stored lifetime values, at the confidence that they were stored with."""

    customers: FixedLimits
    total: FixedLimits

    def limits(self, confidence: float) -> Limits:
        """Return the limits of each customer's value."""
        return self.customers(confidence)

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total."""
        return self.total(confidence)

    def at_one_confidence(self, confidence: float) -> FixedValueInterval:
        """Return the same limits."""
        return self

    def group_limits(self, codes: IntArray, confidence: float) -> Limits:
        """Refuse: the covariance between customers was not stored."""
        raise InvalidArgument(
            "value", "be computed anew for groups: a stored one knows the limits of its customers only"
        )
