"""The Poisson CUSUM of a complaint rate: small lasting changes, found soon."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kundenmetrik.complaints.rates.counts_and_sales import check_positive
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.monitoring.average_run_length import cusum_run_length, cusum_threshold
from kundenmetrik.monitoring.early_warning import EarlyWarning, MonitoredSeries, read_series


def reference_value(acceptable: float, unacceptable: float) -> float:
    r"""Return the reference value of a Poisson CUSUM: what a period's count is compared with.

    .. math:: k = \frac{\mu_1 - \mu_0}{\ln \mu_1 - \ln \mu_0}

    Parameters
    ----------
    acceptable, unacceptable : float
        The mean count that is acceptable, and the one that should be found out.

    Returns
    -------
    float
        A count between the two.

    References
    ----------
    Lucas (1985), Technometrics 27:129, eq. 1.

    Examples
    --------
    >>> round(reference_value(5, 7.5), 6), round(reference_value(1, 2), 6)
    (6.165759, 1.442695)
    """
    low, high = check_positive(acceptable, "acceptable"), check_positive(unacceptable, "unacceptable")
    return low if low == high else (high - low) / math.log(high / low)


def cusum(
    complaints: Any,
    sales: Any = None,
    *,
    period: Any = None,
    per: float | None = None,
    target: float | None = None,
    ratio: float = 1.5,
    threshold: float | None = None,
    false_alarm_every: float = 500,
) -> EarlyWarning:
    r"""Watch a complaint rate for a lasting change, earlier than a control chart sees it.

    .. math:: C_t = \max(0,\; C_{t-1} + x_t - k\, n_t), \qquad k = \frac{r_1 - r_0}{\ln r_1 - \ln r_0}

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
        The acceptable rate per ``per`` sales; the pooled rate when not given, which hides a change
        that is already in the data: better give it from a quiet time.
    ratio : float
        How many times the target should be found out; below 1 an improvement is watched for.
    threshold : float, optional
        The CUSUM at which to signal, in complaints; found from ``false_alarm_every`` when not given.
    false_alarm_every : float
        The average number of periods between false alarms that is put up with.

    Returns
    -------
    EarlyWarning
        Statistic, threshold and signal of each period, with both average run lengths.

    Raises
    ------
    FitRefused
        If there are no sales, or the target is 0.

    Notes
    -----
    The run lengths are found by a Markov chain for Poisson counts at the mean sales of a period, starting
    from 0. With overdispersed complaints false alarms come sooner; the notes say so.

    References
    ----------
    Lucas (1985), Technometrics 27:129; Brook and Evans (1972), Biometrika 59:539.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> watch = km.monitoring.cusum([5, 4, 6, 8, 9, 8, 12], [1000] * 7, target=5, ratio=1.5)
    >>> watch.to_frame()["signal"].tolist()
    [False, False, False, False, False, False, True]
    >>> watch.run_length >= 500
    True
    """
    data = read_series(complaints, sales, period, per, target, ratio)
    mean, upward = data.mean, ratio > 1
    reference = reference_value(mean, mean * ratio)
    if threshold is None:
        often = check_number(false_alarm_every, "false_alarm_every", low=1.0)
        limit = cusum_threshold(mean, reference, often, upward=upward)
    else:
        limit = check_positive(threshold, "threshold")
    return data.early_warning(
        "cusum",
        _cumulative_sum(data, upward),
        (np.full(len(data.sales), -np.inf), np.full(len(data.sales), limit)),
        (
            cusum_run_length(mean, reference, limit, upward=upward),
            cusum_run_length(mean * ratio, reference, limit, upward=upward),
        ),
        {"reference": reference, "threshold": limit},
    )


def _cumulative_sum(data: MonitoredSeries, upward: bool) -> FloatArray:
    """Add up what exceeds the reference, never below 0; the running minimum of the plain sum is the reset."""
    excess = data.complaints - reference_value(data.target, data.target * data.ratio) * data.sales
    total = np.concatenate([[0.0], np.cumsum(excess if upward else -excess)])
    return np.asarray((total - np.minimum.accumulate(total))[1:])
