"""Likelihood-ratio tests between nested contractual models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from kundenmetrik.core.results.display import plain_number
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.contractual.contract_fit import ContractFit

__all__ = ["LikelihoodRatio", "likelihood_ratio"]

NESTED = {
    ("Geometric", "ShiftedBetaGeo"): (0, 1),
    ("Geometric", "DiscreteWeibull"): (1,),
    ("Geometric", "BetaDiscreteWeibull"): (1, 2),
    ("ShiftedBetaGeo", "BetaDiscreteWeibull"): (1,),
    ("DiscreteWeibull", "BetaDiscreteWeibull"): (0, 1),
}
"""The degrees of freedom; two of them where "customers do not differ" lies on the edge, which halves the p-value."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LikelihoodRatio:
    """Twice the gain in log-likelihood of the larger model, and how likely chance alone gives as much.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        How many parameters the larger model has more.
    p_value : float
        From the chi-square law, or an equal mixture of two where the smaller model lies on the edge.
    method : str
        Which of the two.
    """

    statistic: float
    df: int
    p_value: float
    method: str

    def __repr__(self) -> str:
        said = f"statistic {plain_number(self.statistic)}, df {self.df}, p-value {self.p_value:.4g}"
        return f"likelihood-ratio test ({said}; {self.method})"


def likelihood_ratio(smaller: ContractFit, larger: ContractFit) -> LikelihoodRatio:
    """Test a nested model against the one that contains it, on the same data."""
    names = (smaller.law.name, larger.law.name)
    if names not in NESTED:
        raise InvalidArgument("smaller", f"be nested in {names[1]}", names[0])
    one, two = smaller.renewals, larger.renewals
    if not (np.array_equal(one.at_risk, two.at_risk) and np.array_equal(one.lost, two.lost)):
        raise InvalidArgument("smaller", "be fitted to the same data")
    statistic = max(2.0 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    degrees = NESTED[names]
    tails = [float(scipy.special.chdtrc(df, statistic)) if df else float(statistic == 0.0) for df in degrees]
    return LikelihoodRatio(
        statistic=statistic,
        df=len(larger.values) - len(smaller.values),
        p_value=float(np.mean(tails)),
        method="chi-square" if len(degrees) == 1 else "chi-square mixture on the edge",
    )
