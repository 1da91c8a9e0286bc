"""Models that can be fitted to a customer base."""

from __future__ import annotations

from typing import Any

from kundenmetrik.clv.fits.fit_model import fit_model
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.clv.processes.base import RepeatBuying


class Fittable(RepeatBuying):
    """A repeat-buying model with its method ``fit``."""

    __slots__ = ()

    def fit(self, purchases: Any, *, method: str = "likelihood") -> RepeatFit:
        """Fit the model to a customer base.

        Parameters
        ----------
        purchases : Purchases or CustomerCovariates
            One row per customer; their unit is the unit of the fit.
        method : {"likelihood", "map"}
            Maximum likelihood, or the posterior mode under weak priors (see ``kundenmetrik.clv.priors``).

        Returns
        -------
        RepeatFit
            The parameters with their uncertainty, and what they predict.

        Raises
        ------
        FitRefused
            If the data do not identify the model; the limit they run to is named.
        """
        return fit_model(self, purchases, method)
