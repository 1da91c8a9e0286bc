"""Simulated purchase logs, with the truth known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kundenmetrik.clv.processes.parameters import params_of
from kundenmetrik.core.checks import check_count, check_generator
from kundenmetrik.frame.time.units import DAYS

if TYPE_CHECKING:
    from kundenmetrik.clv.fits.repeat_fit import RepeatFit

__all__ = ["simulated_log"]

NANOSECONDS = 86_400 * 10**9


def simulated_log(fit: RepeatFit, customers: int, horizon: float, rng: object, begin: str) -> pd.DataFrame:
    """Return one row per purchase of new customers who all make their first one at ``begin``."""
    many = check_count(customers, "customers", low=1)
    params = params_of(fit.model, fit.theta, None, ())
    who, when = fit.model.draw(params, np.full(many, horizon), check_generator(rng))
    customer = np.concatenate((np.arange(many), who))
    time = np.concatenate((np.zeros(many), when))
    order = np.lexsort((time, customer))
    since = np.rint(time[order] * DAYS[fit.unit] * NANOSECONDS).astype("timedelta64[ns]")
    occurred = np.datetime64(begin, "ns") + since
    return pd.DataFrame({"customer_id": customer[order], "occurred_at": occurred})
