"""The repeat-purchase rate: the share of customers who bought again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.share_metric import share_estimate
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.log.kept_rows import require_rows
from kundenmetrik.frame.time.calendar import days_of
from kundenmetrik.renamed import former_parameters
from kundenmetrik.retention.data.activity_log import read_log
from kundenmetrik.retention.data.members import distinct, heads_of


@former_parameters(kind="kinds")
def repeat_purchase_rate(
    data: Any,
    *,
    observed_until: Any,
    horizon: str | timedelta | None = None,
    date: str = "occurred_at",
    customer: str = "customer_id",
    kinds: str | Sequence[str] | None = "purchase",
    time_zone: str | None = None,
    confidence: float = 0.95,
    method: ShareInterval = "wilson",
) -> Estimate:
    """Compute the share of customers who bought on a second day.

    Parameters
    ----------
    data : frame or list of records
        A log of purchases, one row each.
    observed_until : date or time
        The last day that was observed, inclusive.
    horizon : str or timedelta, optional
        How long after the first purchase the second one counts, such as ``"90 days"``; customers not observed that long
        are left out and counted. Without it every customer counts, and those who came last have had no time to return
        (note ``unequal_time``).
    date, customer : str
        Columns of the log.
    kinds : str, sequence of str or None
        Which kinds of interaction are purchases, where the log has a column ``kind``; None for all. A purchase
        with an amount below 0 is a refund, and no activity.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.
    confidence : float
        Between 0 and 1.
    method : str
        The interval's method.

    Returns
    -------
    Estimate
        A share from 0 to 1. Purchases of one day are one purchase.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-20", "2026-01-05", "2026-02-27"])
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b", "c"], "occurred_at": days})
    >>> rate = retention.repeat_purchase_rate(log, observed_until="2026-02-28", horizon="30 days")
    >>> rate.value, rate.n, dict(rate.excluded)
    (0.5, 2, {'customer_not_observed_long_enough': 1})
    """
    check_choice(method, "method", SHARE_METHODS)
    log = read_log(
        data, observed_until=observed_until, date=date, customer=customer, kind=kinds, by=None, time_zone=time_zone
    )
    require_rows(log.times.size, "data", log.excluded)
    who, day = distinct(log.customers.codes, days_of(log.times), log.customers.span)
    heads = heads_of(who)
    repeats = np.diff(heads, append=who.size) > 1
    wait = np.full(heads.size, np.iinfo(np.int64).max)
    wait[repeats] = day[heads[repeats] + 1] - day[heads[repeats]]
    seen = np.ones(heads.size, bool)
    if horizon is not None:
        span = _days(horizon)
        last = log.end.last_day
        seen, repeats = last - day[heads] >= span, wait <= span
    return share_estimate(
        "repeat_purchase_rate",
        int(np.count_nonzero(repeats & seen)),
        int(np.count_nonzero(seen)),
        confidence=check_confidence(confidence),
        method=method,
        notes=("unequal_time",) if horizon is None else (),
        excluded={**log.excluded, "customer_not_observed_long_enough": int(np.count_nonzero(~seen))},
    )


def _days(horizon: str | timedelta) -> int:
    try:
        span = pd.Timedelta(horizon)
    except (ValueError, TypeError):
        remedy = "Months and years differ in length, so count days."
        raise InvalidArgument("horizon", 'be a span such as "90 days" or "12 weeks"', horizon, remedy) from None
    if span < pd.Timedelta(days=1) or span % pd.Timedelta(days=1):
        raise InvalidArgument("horizon", 'be at least 1 day, in whole days, such as "90 days"', horizon)
    return span.days
