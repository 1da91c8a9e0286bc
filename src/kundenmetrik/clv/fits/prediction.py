"""A prediction: one value for each customer, its interval when asked for, and the total with its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, FloatArray, Limits
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import display_name, method_text, percentage, plain_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.fixed_limits import FixedLimits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Prediction(Result):
    """One value for each customer (or each count), with limits that are computed when they are first asked for.

    Attributes
    ----------
    metric : str
        What is predicted, such as ``"expected_purchases"``.
    value : ndarray
        One value for each customer; for several counts, customers by counts.
    key : ndarray
        The customer of each value.
    key_name : str
        What the key is.
    ask : callable
        ``ask(confidence)`` returns the limits of every value.
    ask_total : callable or None
        ``ask_total(confidence)`` returns the limits of the total; None where values do not add up.
    unit : str
        The unit of the values.
    confidence : float
        The confidence of the limits.
    method : str
        What the interval covers: ``"delta-log"`` and ``"delta-logit"`` the uncertainty of the parameters,
        ``"predictive"`` the chance of the purchases themselves.
    notes : tuple of str
        Codes of what the reader should know.

    Notes
    -----
    It behaves as its array of values: ``numpy.asarray(prediction)``, ``len(prediction)``. ``prediction[i]`` is one
    value as an estimate, ``prediction.total`` the sum of all with an interval from the full covariance.
    """

    _most_rows: ClassVar[int] = 10

    metric: str
    value: FloatArray
    key: AnyArray
    key_name: str = "customer_id"
    ask: Callable[[float], Limits]
    ask_total: Callable[[float], tuple[float, float]] | None
    unit: str
    confidence: float
    method: str
    notes: tuple[str, ...] = ()

    @property
    def low(self) -> FloatArray:
        """The lower limits."""
        return self.ask(self.confidence)[0]

    @property
    def high(self) -> FloatArray:
        """The upper limits."""
        return self.ask(self.confidence)[1]

    @property
    def total(self) -> Estimate:
        """The sum over all customers, with an interval from the full covariance of the parameters."""
        return Estimate(
            metric=f"total_{self.metric}",
            value=float(self.value.sum()) if self.ask_total is not None else float("nan"),
            ask=self.ask_total,
            n=len(self.value),
            unit=self.unit,
            confidence=self.confidence,
            method=self.method,
            notes=self.notes if self.ask_total is not None else (*self.notes, "not_additive"),
        )

    def at(self, *, confidence: float) -> Prediction:
        """Return the same prediction with its limits at another confidence."""
        own = {name: getattr(self, name) for name in self.__slots__}
        return Prediction(**own | {"confidence": check_confidence(confidence)})

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer: customer_id, value, low, high."""
        if self.value.ndim > 1:
            return pd.DataFrame(self.value, index=pd.Index(self.key, name=self.key_name))
        low, high = self.ask(self.confidence)
        return pd.DataFrame({self.key_name: self.key, "value": self.value, "low": low, "high": high})

    def __len__(self) -> int:
        return len(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:
        return np.array(self.value, dtype=dtype, copy=True if copy is None else copy)

    def __getitem__(self, place: int) -> Estimate:
        return Estimate(
            metric=self.metric,
            value=float(self.value[place]),
            ask=partial(_one, self.ask, place),
            n=1,
            unit=self.unit,
            confidence=self.confidence,
            method=self.method,
            notes=self.notes,
        )

    @property
    def headline(self) -> str:
        """What is predicted, for how many customers, and how far the values reach."""
        size = f"{display_name(self.metric)} of {len(self):,}"
        if not self.value.size:
            return size
        ends = f"{plain_number(float(self.value.min()))} to {plain_number(float(self.value.max()))}"
        return f"{size}: {ends} {self.unit}, {percentage(self.confidence)} CI ({method_text(self.method)})"

    def _fields_to_store(self) -> dict[str, Any]:
        """Return the fields, with the limits at the confidence of the prediction in place of what computes them."""
        own = {name: getattr(self, name) for name in self.__slots__}
        total = None if self.ask_total is None else FixedLimits(*self.ask_total(self.confidence), self.confidence)
        return own | {"ask": FixedLimits(self.low, self.high, self.confidence), "ask_total": total}


def _one(ask: Callable[[float], Limits], place: int, confidence: float) -> tuple[float, float]:
    low, high = ask(confidence)
    return float(low[place]), float(high[place])
