"""Acquired: what a table of customers says about a log that may begin too late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, IntArray
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.log.interaction_rows import LogColumns
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.instants import MISSING, steps_of
from kundenmetrik.frame.time.time_column import moments_of

ACQUIRED = "acquired_at"
RULE = "not lie after the customer's first purchase"


def truncation(customers: Any, ids: AnyArray, first: IntArray, columns: LogColumns, grain: str) -> dict[str, int]:
    """Count the customers who were acquired before the log begins, and those without any purchase in it.

    The first purchase of a customer acquired before the first step of the log is probably not in the log, so that
    frequency and age are too low. A customer acquired after the own first purchase is a fault.
    """
    customer = columns.customer
    table = read_columns(customers, [customer, ACQUIRED])
    known = pd.Index(column_of(table, customer, "customer"))
    if not known.is_unique:
        raise InvalidArgument("customers", f"have each {customer} once", known[known.duplicated()].tolist()[:3])
    if len(known) and isinstance(known[0], str) != (ids.dtype == object):
        raise InvalidType("customers", f"have a {customer} of the same type as the log", known[0])
    if not len(known):
        return {}
    place = known.get_indexer(pd.Index(ids))
    moments = moments_of(column_of(table, ACQUIRED, "customers"), ACQUIRED, columns.time_zone)
    acquired = steps_of(moments.clock(grain), moments.per_day, grain)[place]
    dated = (place >= 0) & (moments.ticks[place] != MISSING)
    _refuse_late(ids, first, acquired, dated)
    return {
        "acquired_before_log": int(np.count_nonzero(dated & (acquired < first.min()))),
        "without_purchase": len(known) - int(np.count_nonzero(place >= 0)),
    }


def _refuse_late(ids: AnyArray, first: IntArray, acquired: IntArray, dated: BoolArray) -> None:
    late = dated & (acquired > first)
    refuse([fault_of(ACQUIRED, RULE, late, code="bought_before", labels=ids.tolist(), place="customer")])
