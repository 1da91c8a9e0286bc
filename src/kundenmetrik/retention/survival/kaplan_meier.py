"""Survival of customers: the share still there at each age, with those who are still there counted rightly."""

from __future__ import annotations

from typing import Any

from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.statistics.survival import INTERVAL_KINDS, SurvivalInterval, survival_table
from kundenmetrik.frame.time.units import UnitOrPeriod
from kundenmetrik.retention.data.durations import read_durations
from kundenmetrik.retention.survival.survival_curve import SurvivalCurve


def survival(
    duration: Any,
    churned: Any,
    *,
    entry: Any = None,
    by: Any = None,
    count: Any = None,
    unit: UnitOrPeriod | None = None,
    confidence: float = 0.95,
    method: SurvivalInterval = "log-log",
) -> SurvivalCurve:
    r"""Estimate the share of customers still there at each age (Kaplan-Meier).

    .. math:: S(t) = \prod_{t_i \le t} \left(1 - \frac{d_i}{n_i}\right)

    with :math:`d_i` customers lost at age :math:`t_i` of the :math:`n_i` under observation just before it. Customers
    who are still there count as long as they were seen, neither as lost nor as staying for ever.

    Parameters
    ----------
    duration : array-like of numbers or time spans
        The age at which each customer was lost or last seen. Time spans are converted to ``unit``.
    churned : array-like of bool
        Whether the customer was lost at that age; False for those still there.
    entry : array-like, optional
        The age at which observation began, for customers who were not seen from the start. 0 means from the start.
    by : array-like, frame or mapping of columns, optional
        The segment of each customer.
    count : array-like of whole numbers, optional
        How many customers each row stands for.
    unit : {"hour", "day", "week", "month", "quarter", "year"}, optional
        The unit of time. Without it numbers count periods of unknown length (note ``unit_not_given``) and time spans
        are given in days.
    confidence : float
        Between 0 and 1.
    method : {"log-log", "log", "plain"}
        The scale on which the Greenwood interval is symmetric. Log-log stays within 0 and 1 and covers best in small
        samples; it is the default of lifelines and scikit-survival. ``"log"`` is the default of R.

    Returns
    -------
    SurvivalCurve

    Raises
    ------
    InvalidData
        If durations are negative or infinite, flags are not True or False, or an entry is not before its end.

    Notes
    -----
    A loss and an end of observation at the same age count the loss first. Where nobody was lost yet the interval has no
    width; where nobody is left its limits are NaN. Past the last age observed survival is undefined unless it is 0.

    With late entry everybody under observation may be lost before others enter. The curve is 0 from there on, as the
    product says, although customers are at risk again (note ``risk_set_emptied`` on the curve and on what it answers):
    begin at an age at which enough are under observation instead.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958). JASA 53, 457-481.
    .. [2] Kalbfleisch, J. D. and Prentice, R. L. (1980). The Statistical Analysis of Failure Time Data, section 1.3.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> curve = retention.survival([6, 6, 6, 7, 10, 6, 9, 10], [1, 1, 1, 1, 1, 0, 0, 0], unit="week")
    >>> round(curve.at(6).value, 4), round(curve.at(6).low, 4)
    (0.625, 0.2293)
    """
    read = read_durations(duration, churned, entry=entry, count=count, by=by, unit=unit)
    tables = [survival_table(lasted, lost, entry=since, count=size) for lasted, lost, since, size in read.parts()]
    return SurvivalCurve(
        groups=read.groups,
        tables=tuple(tables),
        unit=read.unit,
        confidence=check_confidence(confidence),
        method=check_choice(method, "method", INTERVAL_KINDS),
        excluded=read.excluded,
    )
