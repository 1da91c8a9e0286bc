"""The EWMA of a complaint rate: a moving average that remembers, with limits that know the sales."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kundenmetrik.complaints.rates.counts_and_sales import check_positive
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.monitoring.average_run_length import ewma_run_length, threshold_for
from kundenmetrik.monitoring.early_warning import EarlyWarning, MonitoredSeries, read_series


def ewma(
    complaints: Any,
    sales: Any = None,
    *,
    period: Any = None,
    per: float | None = None,
    target: float | None = None,
    ratio: float = 1.5,
    smoothing: float = 0.2,
    width: float | None = None,
    false_alarm_every: float = 500,
) -> EarlyWarning:
    r"""Watch a complaint rate by a moving average in which older periods fade.

    .. math:: E_t = \lambda u_t + (1 - \lambda) E_{t-1}, \qquad
              u_0 \pm L \sqrt{V_t}, \quad V_t = \lambda^2 u_0 / n_t + (1 - \lambda)^2 V_{t-1}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each period, in the order of time.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    period : array-like, optional
        The label of each period.
    per : float, optional
        The sales that target and rates refer to, 1,000 when not given. A table has its own; another one is an error.
    target : float, optional
        The acceptable rate per ``per`` sales; the pooled rate when not given.
    ratio : float
        For which multiple of the target ``run_length_changed`` is stated.
    smoothing : float
        The weight of the newest period, above 0 and at most 1; at 1 the chart is a u chart.
    width : float, optional
        How many standard errors the limits lie from the target; found from ``false_alarm_every`` when not given.
    false_alarm_every : float
        The average number of periods between false alarms that is put up with.

    Returns
    -------
    EarlyWarning
        Statistic, limits and signal of each period, with both average run lengths.

    Raises
    ------
    FitRefused
        If there are no sales, or the target is 0.

    Notes
    -----
    The run lengths are found by a Markov chain for Poisson counts at the mean sales of a period and the
    limits the chart settles at. A period without sales leaves the average as it is.

    References
    ----------
    Borror, Champ and Rigdon (1998), Journal of Quality Technology 30:352.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> watch = km.monitoring.ewma([5, 4, 6, 8, 9, 8, 10], [1000] * 7, target=5)
    >>> watch.statistic.round(3).tolist()
    [5.0, 4.8, 5.04, 5.632, 6.306, 6.644, 7.316]
    """
    data = read_series(complaints, sales, period, per, target, ratio)
    share = check_number(smoothing, "smoothing", low=0.0, high=1.0)
    if share == 0:
        raise InvalidArgument("smoothing", "be above 0", smoothing)
    mean = data.mean
    settled = math.sqrt(mean * share / (2 - share))

    def run_length(wide: float, at: float = mean) -> float:
        return ewma_run_length(at, mean, share, max(mean - wide * settled, 0.0), mean + wide * settled)

    if width is None:
        limit = threshold_for(run_length, check_number(false_alarm_every, "false_alarm_every", low=1.0), 0.0, 3.0)
    else:
        limit = check_positive(width, "width")
    average, error = _moving_average(data, share)
    half = limit * error
    lower = np.where(half < data.target, data.per * (data.target - half), -np.inf)
    return data.early_warning(
        "ewma",
        data.per * average,
        (lower, data.per * (data.target + half)),
        (run_length(limit), run_length(limit, mean * ratio)),
        {"smoothing": share, "width": limit},
    )


def _moving_average(data: MonitoredSeries, share: float) -> tuple[FloatArray, FloatArray]:
    """Return the moving average of each period and its standard error, per single sale."""
    average, variance = data.target, 0.0
    averages, errors = np.empty(len(data.sales)), np.empty(len(data.sales))
    for row, (events, exposure) in enumerate(zip(data.complaints.tolist(), data.sales.tolist(), strict=True)):
        if exposure > 0:
            average = share * events / exposure + (1 - share) * average
            variance = share**2 * data.target / exposure + (1 - share) ** 2 * variance
        averages[row], errors[row] = average, math.sqrt(variance)
    return averages, errors
