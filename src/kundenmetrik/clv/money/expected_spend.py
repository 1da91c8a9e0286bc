"""The expected amount of a purchase of each customer, from a fitted model or given as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.money.spend_fit import SpendFit, expected_spend, repeat_spend
from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import readable_numbers


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
