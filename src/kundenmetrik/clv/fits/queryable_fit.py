"""A fit of repeat buying that can be asked about customers: its own, others, and new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_fit import CustomerFit
from kundenmetrik.clv.fits.customer_likelihood import customer_likelihood
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.fits.quantity import Quantity
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import in_unit

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
