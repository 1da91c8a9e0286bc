"""What is asked of a fit about some customers: the values, and how uncertain parameters carry over to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from kundenmetrik.clv.data.covariates import CustomerCovariates
from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.processes.parameters import Columns, params_of
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.counting.distinct_rows import distinct
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import refuse

FEW = 1_000
"""Fewer customers than this are not worth comparing with each other."""
CustomerFunction = Callable[[Params, Histories], FloatArray]


class FittedParameters(Protocol):
    """The model, its uncertain parameters and its customers."""

    @property
    def model(self) -> Any:
        """The model that was fitted."""

    @property
    def theta(self) -> FloatArray:
        """The coordinates of the search."""

    @property
    def theta_covariance(self) -> FloatArray:
        """Their covariance."""

    @property
    def unit(self) -> str:
        """The unit of time."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what the reader should know."""

    @property
    def columns(self) -> Columns:
        """The covariates."""

    @property
    def data(self) -> Any:
        """The customers that were fitted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantity:
    """A quantity of each customer, as a function of the parameters and the histories.

    Attributes
    ----------
    fit : FittedParameters
        The fit that is asked.
    ask : callable
        ``ask(params, past)`` returns one value (or one row) per customer.
    purchases : Purchases or CustomerCovariates or None
        Other customers than those of the fit.
    link : str
        ``"log"`` for amounts, ``"logit"`` for probabilities: the scale on which the interval is symmetric.
    """

    fit: FittedParameters
    ask: CustomerFunction
    purchases: Any
    link: str

    @cached_property
    def customers(self) -> Any:
        """The customers that are asked about, in the unit of the fit."""
        chosen = self.fit.data if self.purchases is None else self.purchases
        if chosen is None:
            raise InvalidArgument("purchases", "be given: a fit from JSON holds no customers")
        if not isinstance(chosen, (Purchases, CustomerCovariates)):
            raise InvalidType("purchases", "be Purchases or CustomerCovariates", chosen)
        if chosen.unit != self.fit.unit:
            remedy = f"Convert it with to_unit({self.fit.unit!r})."
            raise InvalidArgument("purchases", f"count in {self.fit.unit} like the fit", chosen.unit, remedy)
        if self.purchases is not None and getattr(chosen, "columns", ()) != self.fit.columns:
            raise InvalidArgument("purchases", f"have the covariates of the fit: {self.fit.columns}", chosen)
        refuse(self.fit.model._faults(getattr(chosen, "purchases", chosen)))
        return chosen

    @property
    def base(self) -> Purchases:
        """The customers without their covariates."""
        base: Purchases = getattr(self.customers, "purchases", self.customers)
        return base

    @cached_property
    def past(self) -> Histories:
        """Their histories."""
        return Histories(self.base.frequency, self.base.recency, self.base.age, self.base.churned)

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what the reader should know of the fit, and of customers who have left."""
        return self.fit.notes if self.base.churned is None else (*self.fit.notes, "known_leavers")

    @property
    def known(self) -> FloatArray | None:
        """Their covariates."""
        known: FloatArray | None = getattr(self.customers, "values", None)
        return known

    @cached_property
    def kinds(self) -> tuple[Histories, IntArray | None]:
        """Each distinct history once, with the way back to the customers."""
        if self.known is not None or len(self.past.age) < FEW:
            return self.past, None
        rows, back = distinct([part for part in self.past if part is not None])
        return self.past.take(rows), back

    def params(self, theta: FloatArray) -> Params:
        """Return the parameters of the customers at some coordinates."""
        return params_of(self.fit.model, theta, self.known, self.fit.columns)

    @cached_property
    def value(self) -> FloatArray:
        """The value of each customer at the fitted parameters."""
        if self.fit.model._costly:
            return self.values(self.fit.theta)
        return self.ask(self.params(self.fit.theta), self.past)

    def values(self, theta: FloatArray) -> FloatArray:
        """Return the values at some coordinates, computed once for equal customers."""
        few, back = self.kinds
        value = self.ask(self.params(theta), few)
        return value if back is None else value[back]

    @cached_property
    def delta_method(self) -> DeltaMethod:
        """The values as a function of the uncertain coordinates."""
        return DeltaMethod(
            values=self.values, theta=self.fit.theta, covariance=self.fit.theta_covariance, link=self.link
        )
