"""Turning a churn rate per one span of time into one per another: exact only while the hazard is constant."""

from __future__ import annotations

import math

from kundenmetrik.core.checks import check_number, check_share
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import DAYS, DAYS_PER_YEAR, Unit, check_unit


def annualise_constant_hazard(churn: float, *, period: Unit | float = "month") -> float:
    r"""Return the annual churn that a churn per period comes to, if the hazard is constant.

    .. math:: c_\text{year} = 1 - (1 - c)^{365.25 / d}

    Parameters
    ----------
    churn : float
        The share lost per period, from 0 to 1.
    period : str or float
        Its length: day, week, month, quarter or year, or a number of days.

    Returns
    -------
    float
        A share from 0 to 1.

    Notes
    -----
    Real cohorts lose most in their first periods, so that a rate annualised from young customers is too high and one
    annualised from old customers too low. Twelve times the monthly rate is never right. A month is a twelfth of a year.

    References
    ----------
    .. [1] Gold, C. (2020). Fighting Churn with Data. Manning, section 2.5 (with a year of 365 days).

    Examples
    --------
    >>> round(annualise_constant_hazard(0.05, period="month"), 6)
    0.45964
    """
    return _compound(check_share(churn, "churn"), DAYS_PER_YEAR / _days(period))


def deannualise_constant_hazard(churn: float, *, period: Unit | float = "month") -> float:
    r"""Return the churn per period that an annual churn comes from, if the hazard is constant.

    .. math:: c = 1 - (1 - c_\text{year})^{d / 365.25}

    Parameters
    ----------
    churn : float
        The share lost per year, from 0 to 1.
    period : str or float
        The length of a period: day, week, month, quarter or year, or a number of days.

    Returns
    -------
    float
        A share from 0 to 1.

    Examples
    --------
    >>> round(deannualise_constant_hazard(annualise_constant_hazard(0.05)), 12)
    0.05
    """
    return _compound(check_share(churn, "churn"), _days(period) / DAYS_PER_YEAR)


def lifetime_constant_hazard(churn: float) -> float:
    r"""Return the mean lifetime in periods if everybody leaves with the same constant churn: :math:`1 / c`.

    Parameters
    ----------
    churn : float
        The share lost per period, from 0 to 1.

    Returns
    -------
    float
        Periods, the first included; infinite when nobody is lost.

    Notes
    -----
    Customers differ, and the share lost per period falls with age. Then :math:`1 / c` from the first period is far too
    short, and the true mean may be infinite. :func:`lifetime` shows the three figures side by side.

    Examples
    --------
    >>> lifetime_constant_hazard(0.2)
    5.0
    """
    share = check_share(churn, "churn")
    return math.inf if share == 0.0 else 1.0 / share


def _compound(churn: float, times: float) -> float:
    return 1.0 if churn == 1.0 else -math.expm1(times * math.log1p(-churn))


def _days(period: Unit | float) -> float:
    if isinstance(period, str):
        return DAYS[check_unit(period, "period")]
    days = check_number(period, "period", low=0.0)
    if days == 0.0:
        raise InvalidArgument("period", "be longer than nothing", period)
    return days
