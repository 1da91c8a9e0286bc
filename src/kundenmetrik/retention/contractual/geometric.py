"""Models without heterogeneity: one churn for all, constant or changing with age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.complex_step import log_one_plus
from kundenmetrik.frame.time.units import UnitOrPeriod
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.fit_contracts import fit_contracts
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel, logistic


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometric(LifetimeModel):
    r"""Contracts with one churn for all customers at every age: constant hazard.

    .. math:: S(t) = (1 - \theta)^t

    It is what "lifetime = 1 / churn" assumes, and the limit of :class:`ShiftedBetaGeo` without differences between
    customers.

    Examples
    --------
    >>> from kundenmetrik.retention import Geometric
    >>> fit = Geometric().fit([1000, 800, 640])
    >>> round(fit.params["theta"], 12), round(fit.mean_lifetime(), 9)
    (0.2, 5.0)
    """

    name: ClassVar[str] = "Geometric"
    parameters: ClassVar[tuple[str, ...]] = ("theta",)

    @staticmethod
    def _natural(free: Any) -> Any:
        """Return the churn of its log-odds."""
        return logistic(np.asarray(free))

    @staticmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return t ln(1 - theta)."""
        return t * log_one_plus(-natural[0])

    @staticmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return whether anybody leaves; the mean is 1 / theta."""
        return bool(natural[0] > 0.0)

    def fit(self, survivors: Any, *, unit: UnitOrPeriod | None = None) -> ContractFit:
        """Fit by maximum likelihood; see :meth:`ShiftedBetaGeo.fit`."""
        return fit_contracts(self, survivors, unit, starts=lambda share, _: [np.array([share])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Polarised(LifetimeModel):
    """A share theta leaves at the first renewal and nobody ever after."""

    name: ClassVar[str] = "Polarised"
    parameters: ClassVar[tuple[str, ...]] = ("theta",)

    @staticmethod
    def _natural(free: Any) -> Any:
        """Return theta from its log odds."""
        return Geometric._natural(free)

    @staticmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return ln(1 - theta) from the first renewal on."""
        return np.where(t > 0, 1.0, 0.0) * log_one_plus(-natural[0])

    @staticmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return False: those who stay stay for ever."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscreteWeibull(LifetimeModel):
    r"""Contracts whose churn changes with age, alike for all customers.

    .. math:: S(t) = (1 - \theta)^{t^c}

    Below ``c = 1`` churn falls with age, above it rises.

    References
    ----------
    .. [1] Fader, P. S., Hardie, B. G. S., Liu, Y., Davin, J. and Steenburgh, T. (2018). "How to project customer
       retention" revisited: the role of duration dependence. Journal of Interactive Marketing 43, 1-16.

    Examples
    --------
    >>> from kundenmetrik.retention import DiscreteWeibull
    >>> fit = DiscreteWeibull().fit([1000, 631, 468, 382, 326])
    >>> round(fit.params["theta"], 4), round(fit.params["c"], 4)
    (0.3739, 0.6359)
    """

    name: ClassVar[str] = "DiscreteWeibull"
    parameters: ClassVar[tuple[str, ...]] = ("theta", "c")
    _nested: ClassVar[dict[str, tuple[int, ...]]] = {"Geometric": (1,)}

    @staticmethod
    def _natural(free: Any) -> Any:
        """Return the first churn of its log-odds and c of its logarithm."""
        return np.array([logistic(free[0]), np.exp(free[1])])

    @staticmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return t**c ln(1 - theta)."""
        return t ** natural[1] * log_one_plus(-natural[0])

    @staticmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return whether anybody leaves; a stretched exponential has a finite mean."""
        return bool(natural[0] > 0.0)

    def _at_limit(self, limit: LifetimeModel, values: FloatArray) -> FloatArray:
        """With c at 0 nobody leaves after the first renewal."""
        return np.array([values[0], 0.0])

    def fit(self, survivors: Any, *, unit: UnitOrPeriod | None = None) -> ContractFit:
        """Fit by maximum likelihood; see :meth:`ShiftedBetaGeo.fit`."""
        return fit_contracts(
            self,
            survivors,
            unit,
            starts=lambda share, _: [np.array([share, shape]) for shape in (0.0, -0.7, 0.7)],
            polarised=Polarised(),
        )
