"""The beta-discrete-Weibull model: customers differ in their churn, and each one's churn may change with age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.frame.time.units import UnitOrPeriod
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.fit_contracts import fit_contracts, highest_optimum
from kundenmetrik.retention.contractual.geometric import DiscreteWeibull, Polarised
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel, log_beta_ratio
from kundenmetrik.retention.contractual.renewals import Renewals
from kundenmetrik.retention.contractual.shifted_beta_geo import ShiftedBetaGeo, starting_points


def _starts(share: float, data: Renewals) -> list[FloatArray]:
    without_age = highest_optimum(ShiftedBetaGeo(), data, lambda odds: starting_points(odds, data)).theta
    near = np.clip(without_age, -6.0, 6.0)
    return [np.append(near, 0.0), np.array([share, 0.0, 0.4]), np.array([share, 2.0, -0.3])]


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaDiscreteWeibull(LifetimeModel):
    r"""How long contracts last when customers differ in their churn and each one's churn may change with age.

    .. math:: S(t) = \frac{B(\alpha, \beta + t^c)}{B(\alpha, \beta)}

    With ``c = 1`` it is :class:`ShiftedBetaGeo`; below 1 each customer becomes more loyal with age, above 1 less. Fit
    both and ask :func:`likelihood_ratio` whether the third parameter is needed.

    Notes
    -----
    When customers do not differ, alpha and beta go to infinity together and the model is :class:`DiscreteWeibull`: both
    are ``inf`` and the note is ``homogeneous_limit``. When nobody leaves after the first renewal the note is
    ``polarised_limit`` and c has no value. The mean lifetime is infinite where c times alpha is at most 1.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S., Liu, Y., Davin, J. and Steenburgh, T. (2018). "How to project customer
       retention" revisited: the role of duration dependence. Journal of Interactive Marketing 43, 1-16.

    Examples
    --------
    >>> from kundenmetrik.retention import BetaDiscreteWeibull
    >>> fit = BetaDiscreteWeibull().fit([1000, 869, 743, 653, 593])
    >>> [round(value, 4) for value in fit.params.values()]
    [0.2593, 1.7226, 1.5844]
    """

    name: ClassVar[str] = "BetaDiscreteWeibull"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta", "c")
    _nested: ClassVar[dict[str, tuple[int, ...]]] = {
        "Geometric": (1, 2),
        "ShiftedBetaGeo": (1,),
        "DiscreteWeibull": (0, 1),
    }

    @staticmethod
    def _natural(free: Any) -> Any:
        """Return alpha and beta as in the shifted beta-geometric law, and c of its logarithm."""
        return np.array([*ShiftedBetaGeo._natural(free), np.exp(free[2])])

    @staticmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of a ratio of beta functions at t**c."""
        return log_beta_ratio(natural[0], natural[1], t ** natural[2])

    @staticmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return whether c alpha is above 1: S(t) falls like t to the power of -c alpha."""
        return bool(natural[2] * natural[0] > 1.0)

    def _at_limit(self, limit: LifetimeModel, values: FloatArray) -> FloatArray:
        """Without differences alpha and beta are infinite and c is that of the discrete Weibull law."""
        if isinstance(limit, DiscreteWeibull):
            return np.array([np.inf, np.inf, values[1]])
        return np.array([0.0, 0.0, np.nan])

    def fit(self, survivors: Any, *, unit: UnitOrPeriod | None = None) -> ContractFit:
        """Fit by maximum likelihood; see :meth:`ShiftedBetaGeo.fit`."""
        return fit_contracts(
            self,
            survivors,
            unit,
            starts=_starts,
            limit=DiscreteWeibull(),
            limit_starts=lambda share: [np.array([share, shape]) for shape in (0.0, -0.7, 0.7)],
            polarised=Polarised(),
        )
