"""The likelihood-ratio test of two nested models."""

from __future__ import annotations

from dataclasses import dataclass

import scipy

from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.errors import InvalidArgument

__all__ = ["LikelihoodRatio", "likelihood_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """Whether the larger model explains the data better than chance.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        How many parameters more the larger model has.
    p_value : float
        From the chi-square distribution.
    """

    statistic: float
    df: int
    p_value: float


def likelihood_ratio(larger: RepeatFit, smaller: RepeatFit) -> LikelihoodRatio:
    """Test whether a model with more parameters, such as covariates, is worth them.

    Parameters
    ----------
    larger : RepeatFit
        The fit with more parameters.
    smaller : RepeatFit
        The fit it contains, of the same customers.

    Returns
    -------
    LikelihoodRatio

    Raises
    ------
    InvalidArgument
        If the fits are not of the same customers by maximum likelihood, or the smaller is not contained.

    Notes
    -----
    Models of the same kind with and without covariates nest inside the parameter space, so the p-value is right in
    large samples. The NBD lies on the edge of the models with dropout: then the p-value is too large, at most twice
    what it should be for each parameter on the edge.
    """
    if "map" in (larger.method, smaller.method):
        raise InvalidArgument("larger", "be fitted by likelihood like smaller", larger.method)
    same = all(larger.summary[fact] == smaller.summary[fact] for fact in ("customers", "repeat_purchases", "unit"))
    if not same:
        raise InvalidArgument("smaller", "be a fit of the same customers", smaller.summary["customers"])
    if larger.unit != smaller.unit or len(larger.names) <= len(smaller.names) or not _contains(larger, smaller):
        raise InvalidArgument("smaller", "be contained in larger", smaller.names)
    statistic = max(2.0 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    df = len(larger.names) - len(smaller.names)
    return LikelihoodRatio(statistic=statistic, df=df, p_value=float(scipy.special.chdtrc(df, statistic)))


def _contains(larger: RepeatFit, smaller: RepeatFit) -> bool:
    """Whether the smaller model is the larger one without some covariates, or without dropout."""
    if larger.model == smaller.model:
        return set(smaller.columns) <= set(larger.columns)
    return smaller.model.name == "NBD" and getattr(larger.model, "k", 1) == 1 and larger.names[:2] == ("r", "alpha")
