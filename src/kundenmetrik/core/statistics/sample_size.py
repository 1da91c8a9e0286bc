"""Sample sizes by the normal approximation: for a half width, a difference, an equivalence."""

from __future__ import annotations

import math

import scipy


def size_for_half_width(variance: float, half_width: float, confidence: float) -> float:
    r"""Return the sample size whose interval has a half width, :math:`z^2 v / d^2`.

    Parameters
    ----------
    variance : float
        Of one observation.
    half_width : float
        Of the interval of the mean.
    confidence : float
        Of the interval.

    Returns
    -------
    float
        Not rounded.
    """
    return _quantile(1.0 - (1.0 - confidence) / 2.0) ** 2 * variance / half_width**2


def size_for_difference(
    variances: tuple[float, float], pooled: float, difference: float, error: float, power: float
) -> float:
    r"""Return the size of each of two groups whose means differ so much that the pooled test finds it.

    .. math:: n = \left(\frac{z_{1-\alpha/2} \sqrt{2 v} + z_{1-\beta} \sqrt{v_1 + v_2}}{d}\right)^2

    Parameters
    ----------
    variances : pair of float
        Of one observation in each group.
    pooled : float
        Of one observation of both groups put together, which the test uses; the mean of the two gives Wald's test.
    difference : float
        Of the means, not 0.
    error : float
        The two-sided error of the first kind.
    power : float
        The probability that the test finds the difference.

    Returns
    -------
    float
        Not rounded.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., section 4.2.
    """
    expected = _quantile(1.0 - error / 2.0) * math.sqrt(2.0 * pooled) + _quantile(power) * math.sqrt(sum(variances))
    return (expected / difference) ** 2


def size_for_equivalence(variance: float, margin: float, error: float, power: float) -> float:
    r"""Return the sample size that shows a mean to lie within a margin of a target that it meets exactly.

    Two one-sided tests, :math:`n = (z_{1-\alpha} + z_{1-\beta/2})^2 v / m^2`.

    Parameters
    ----------
    variance : float
        Of one observation; the sum of two for the difference of two groups.
    margin : float
        The largest deviation that counts as the same.
    error, power : float
        The error of each of the two tests, and the probability that both reject.

    Returns
    -------
    float
        Not rounded.

    References
    ----------
    Julious (2004), Statistics in Medicine 23:1921.
    """
    return (_quantile(1.0 - error) + _quantile(1.0 - (1.0 - power) / 2.0)) ** 2 * variance / margin**2


def size_under_design(size: float, design_effect: float, population: float, response: float) -> float:
    r"""Return how many to invite where a simple random sample would need so many answers.

    .. math:: n' = n \cdot \text{deff}, \qquad \frac{n'}{1 + (n' - 1) / N} \cdot \frac{1}{\text{response}}

    Parameters
    ----------
    size : float
        The size of a simple random sample of answers.
    design_effect : float
        The variance of the sampling design over that of a simple random sample.
    population : float
        How many there are, infinite where they are many.
    response : float
        The share of those invited who answer.

    Returns
    -------
    float
        Not rounded.
    """
    needed = size * design_effect
    return needed / (1.0 + (needed - 1.0) / population) / response


def _quantile(probability: float) -> float:
    return float(scipy.special.ndtri(probability))
