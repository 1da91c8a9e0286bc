"""The shifted beta-geometric model: each customer has a churn probability of his own, and it never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.complex_step import log_one_plus
from kundenmetrik.frame.time.units import UnitOrPeriod
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.fit_contracts import fit_contracts
from kundenmetrik.retention.contractual.geometric import Geometric, Polarised
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel, log_beta_ratio, logistic
from kundenmetrik.retention.contractual.renewals import Renewals


def starting_points(share: float, _: Renewals) -> list[FloatArray]:
    """Return the observed first churn with little, some and much difference between customers."""
    return [np.array([share, size]) for size in (0.0, 2.5, -1.5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftedBetaGeo(LifetimeModel):
    r"""How long contracts last when customers differ in their churn but none of them changes.

    Each customer leaves at each renewal with a probability of his own, and these follow a beta distribution:

    .. math:: S(t) = \frac{B(\alpha, \beta + t)}{B(\alpha, \beta)}, \qquad
              r(t) = \frac{\beta + t - 1}{\alpha + \beta + t - 1}

    The retention rate of the cohort rises with age although nobody's loyalty does: those likely to leave leave first.

    Notes
    -----
    Two limits are named instead of returned as finite numbers. When retention does not rise with age, the likelihood
    grows along a ridge where alpha and beta go to infinity together: everybody has the same churn, both parameters are
    ``inf`` and the note is ``homogeneous_limit``. When nobody leaves after the first renewal, both go to 0: the note is
    ``polarised_limit``. Curves then follow the limit.

    The mean lifetime is infinite where alpha is at most 1.

    References
    ----------
    .. [1] Fader, P. S. and Hardie, B. G. S. (2007). How to project customer retention. Journal of Interactive Marketing
       21(1), 76-90, appendix B.
    .. [2] Fader, P. S. and Hardie, B. G. S. (2010). Customer-base valuation in a contractual setting. Marketing Science
       29(1), 85-93.

    Examples
    --------
    >>> from kundenmetrik.retention import ShiftedBetaGeo
    >>> fit = ShiftedBetaGeo().fit([1000, 869, 743, 653, 593, 551, 517, 491], unit="year")
    >>> round(fit.params["alpha"], 3), round(fit.params["beta"], 3), round(fit.log_likelihood, 1)
    (0.668, 3.806, -1611.2)
    >>> round(float(fit.survival(12)), 3), fit.mean_lifetime()
    (0.378, inf)
    """

    name: ClassVar[str] = "ShiftedBetaGeo"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    _nested: ClassVar[dict[str, tuple[int, ...]]] = {"Geometric": (0, 1)}

    @staticmethod
    def _natural(free: Any) -> Any:
        """Return alpha and beta of the log-odds of their mean and the logarithm of their sum."""
        share, total = logistic(free[0]), np.exp(free[1])
        return np.array([share * total, (1.0 - share) * total])

    @staticmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of a ratio of beta functions."""
        return log_beta_ratio(natural[0], natural[1], t)

    @classmethod
    def _log_retention(cls, natural: Any, t: FloatArray) -> Any:
        """Return ln (beta + t - 1) / (alpha + beta + t - 1)."""
        return -log_one_plus(natural[0] / (natural[1] + t - 1.0))

    def _at_limit(self, limit: LifetimeModel, values: FloatArray) -> FloatArray:
        """Without differences both parameters are infinite, with nothing but differences both are 0."""
        return np.full(2, np.inf if isinstance(limit, Geometric) else 0.0)

    @staticmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return whether alpha is above 1, where the mean is (alpha + beta - 1) / (alpha - 1)."""
        return bool(natural[0] > 1.0)

    def fit(self, survivors: Any, *, unit: UnitOrPeriod | None = None) -> ContractFit:
        """Fit by maximum likelihood.

        Parameters
        ----------
        survivors : sequence of whole numbers, several of them, or Renewals
            How many of a cohort are left at the start, after the first, second ... renewal; or a list of cohorts; or a
            table made by :class:`Renewals`.
        unit : {"year", "quarter", "month", "week", "day"}, optional
            The length of a contract period; that of the table, if it has one. Without it the numbers count periods of
            unknown length (note ``unit_not_given``), and an annual discount is refused.

        Returns
        -------
        ContractFit

        Raises
        ------
        InvalidData
            If the survivors are percentages, negative or rising.
        FitRefused
            If the data cannot tell the parameters: one renewal only, nobody lost, or nobody left.
        """
        return fit_contracts(
            self,
            survivors,
            unit,
            starts=starting_points,
            limit=Geometric(),
            polarised=Polarised(),
        )
