"""Simulated purchase logs, with the truth known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.histories import Params
from kundenmetrik.core.checks import check_count, check_generator
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.frame.time.units import DAYS


def simulate_log(
    model: Any, params: Params, customers: int, *, horizon: float, unit: str, rng: object, begin: str
) -> pd.DataFrame:
    """Return one row per purchase of new customers who all make their first one at ``begin``."""
    many = check_count(customers, "customers", low=1)
    who, when = model._draw(params, np.full(many, horizon), check_generator(rng))
    customer = np.concatenate((np.arange(many), who))
    time = np.concatenate((np.zeros(many), when))
    order = np.lexsort((time, customer))
    since = np.rint(time[order] * DAYS[unit] * TICKS["ns"]).astype("timedelta64[ns]")
    occurred = np.datetime64(begin, "ns") + since
    return pd.DataFrame({"customer_id": customer[order], "occurred_at": occurred})
