"""What is asked of a fit about some customers: its own, others, and new ones; how uncertain parameters carry over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Self

from kundenmetrik.clv.data.covariates import CustomerCovariates
from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_fit import CustomerFit
from kundenmetrik.clv.fits.customer_likelihood import customer_likelihood
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.processes.likelihood_terms import params_of
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.counting.distinct_rows import distinct
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.time.units import in_unit

MIN_TO_COMPRESS = 1_000
"""Fewer customers than this are not worth comparing with each other."""
CustomerFunction = Callable[[Params, Histories], FloatArray]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantity:
    """A quantity of each customer, as a function of the parameters and the histories.

    Attributes
    ----------
    fit : QueryableFit
        The fit that is asked.
    ask : callable
        ``ask(params, past)`` returns one value (or one row) per customer.
    purchases : Purchases or CustomerCovariates or None
        Other customers than those of the fit.
    link : str
        ``"log"`` for amounts, ``"logit"`` for probabilities: the scale on which the interval is symmetric.
    """

    fit: QueryableFit
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
        if self.known is not None or len(self.past.age) < MIN_TO_COMPRESS:
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


WITHOUT_DROPOUT = "NBD"
"""The model that all models with dropout become where nobody leaves."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QueryableFit(CustomerFit):
    """A repeat-buying model with its parameters and its customers.

    Attributes
    ----------
    columns : tuple of (process, covariate)
        The covariates, in the order of their coefficients.
    """

    columns: tuple[tuple[str, str], ...] = ()

    def _objective_of(self, data: Any) -> Objective:
        """Return what is maximised for some customers."""
        likelihood, _ = customer_likelihood(self.model, data, self.method)
        return partial(likelihood, nodes=self.model._nodes[1])

    def _nested_mixture(self, smaller: Any) -> Mapping[int, float]:
        """Return the mixture of chi-squares that the test of a smaller model needs, weights by degrees of freedom.

        Covariates lie inside the parameter space. The NBD lies on the boundary of a model with dropout; the second
        parameter of dropout has no meaning there.
        """
        self._check_same_customers(smaller)
        covariates = len(set(self.columns) - set(smaller.columns))
        contained = set(smaller.columns) <= set(self.columns)
        if contained and covariates and self.model == smaller.model:
            return {covariates: 1.0}
        dropout = smaller.model.name == WITHOUT_DROPOUT and self.model.parameters[:2] == smaller.model.parameters
        if not (contained and dropout and self.model != smaller.model and getattr(self.model, "k", 1) == 1):
            raise InvalidArgument("smaller", "be contained in larger", smaller.names)
        return {covariates: 0.5, covariates + 1: 0.5}

    def _check_same_customers(self, smaller: Any) -> None:
        if not isinstance(smaller, QueryableFit) or self.n != smaller.n:
            raise InvalidArgument("smaller", "be a fit of the same customers", getattr(smaller, "n", smaller))
        facts = ("customers", "repeat_purchases", "unit", "total_age")
        if any(self.summary[fact] != smaller.summary[fact] for fact in facts):
            raise InvalidArgument("smaller", "be a fit of the same customers", smaller.n)

    def _predict(
        self, metric: str, ask: Any, purchases: Any, confidence: float, link: str, unit: str, additive: bool = True
    ) -> Prediction:
        found = self._prediction(metric, Quantity(fit=self, ask=ask, purchases=purchases, link=link), confidence, unit)
        return found if additive else replace(found, ask_total=None)

    def _prediction(self, metric: str, quantity: Quantity, confidence: float, unit: str) -> Prediction:
        return Prediction(
            metric=metric,
            value=quantity.value,
            key=quantity.base.customer_id,
            ask=quantity.delta_method.limits,
            ask_total=quantity.delta_method.total_limits,
            unit=unit,
            confidence=check_confidence(confidence),
            method=f"delta-{quantity.link}",
            notes=quantity.notes,
        )

    def _span(self, value: object, argument: str = "horizon") -> float:
        return float(self.model._span(in_unit(value, self.unit, argument), argument))

    def _newcomer(self) -> Purchases:
        return Purchases.from_summary([0], [0.0], [0.0], unit=self.unit)

    def _baseline(self) -> Self:
        """Return the fit of a customer whose covariates are all 0."""
        return replace(self, columns=(), notes=(*self.notes, "covariates_at_zero")) if self.columns else self
