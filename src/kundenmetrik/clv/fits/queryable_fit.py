"""A fit that can be asked about customers: its own, others, and new ones; and that goes to JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Self

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.parameter_estimates import Fitted, read_fields, stored_fields
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.fits.quantity import Question
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.frame.time.units import in_unit

__all__ = ["AskedFit"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AskedFit(Fitted):
    """A repeat-buying model with its parameters and its customers.

    Attributes
    ----------
    columns : tuple of (process, covariate)
        The covariates, in the order of their coefficients.
    data : Purchases or CustomerCovariates or None
        The customers that were fitted; None for a fit that came from JSON.
    """

    columns: tuple[tuple[str, str], ...] = ()
    data: Any = None

    def to_json(self) -> str:
        """Return the fit as JSON, without its customers; :meth:`from_json` reads it back."""
        stored = {
            **stored_fields(self),
            "settings": {item.name: getattr(self.model, item.name) for item in fields(self.model)},
            "columns": [list(column) for column in self.columns],
        }
        return json.dumps(stored, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a fit back; it predicts for customers that are given.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned.

        Returns
        -------
        RepeatFit
        """
        from kundenmetrik.clv.models.registry import model_named

        stored = json.loads(text)
        settings, columns = stored.pop("settings"), stored.pop("columns")
        own = {"model": model_named(stored["model"], settings), "columns": tuple(tuple(item) for item in columns)}
        return cls(**read_fields(stored) | own)

    def _objective(self) -> Objective:
        from kundenmetrik.clv.fits.fit_model import likelihood_of

        if self.data is None:
            return Fitted._objective(self)
        likelihood, _ = likelihood_of(self.model, self.data, self.method)
        return partial(likelihood, nodes=self.model.nodes[1])

    def _predict(
        self, metric: str, ask: Any, purchases: Any, confidence: float, link: str, unit: str, additive: bool = True
    ) -> Prediction:
        question = Question(fit=self, ask=ask, purchases=purchases, link=link)
        found = self._prediction(metric, question, confidence, unit)
        return found if additive else replace(found, ask_total=None)

    def _prediction(self, metric: str, question: Question, confidence: float, unit: str) -> Prediction:
        return Prediction(
            metric=metric,
            value=question.value,
            key=question.base.customer_id,
            ask=question.spread.limits,
            ask_total=question.spread.total_limits,
            unit=unit,
            confidence=check_confidence(confidence),
            method=f"delta-{question.link}",
            notes=question.fit.notes,
        )

    def _span(self, value: object, argument: str = "horizon") -> float:
        return float(self.model.span(in_unit(value, self.unit, argument), argument))

    def _newcomer(self) -> Purchases:
        return Purchases.from_summary([0], [0.0], [0.0], unit=self.unit)

    def _baseline(self) -> Self:
        """Return the fit of a customer whose covariates are all 0."""
        return replace(self, columns=(), notes=(*self.notes, "covariates_at_zero")) if self.columns else self
